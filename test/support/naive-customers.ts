/** What somebody did, as a plain row. */
export interface NaiveDeed {
  readonly id: string;
  readonly at: number;
  readonly name: string;
  /** Of orders and refunds: what it came to, in the tenant's currency; null: nothing was said. */
  readonly total?: number | null;
  readonly orderId?: string | null;
}

export interface NaiveStanding {
  readonly stage: string;
  readonly activity: string;
}

const STAGES = ['AWARENESS', 'ACQUISITION', 'CONVERSION', 'RETENTION', 'REFERRAL'];
const BOUGHT = /^(order completed|order paid|subscription started|payment succeeded)$/i;
const REFERRED = /^(invite|referral|post shared|product shared|review submitted|share)/i;
const LEFT = /^(unfollowed|unsubscribed|account deleted|subscription cancelled|friend removed)/i;
const REACHABLE = /^(identify|signed up|account created|followed|friend added|lead|member joined|device paired)/i;
const REACHED_BY_US = /^(push|email|sms|message|notification|ad)\b.*(sent|delivered|received|shown|opened)/i;

/** The day of an instant, as a wall calendar there shows it. */
export function wallDay(instant: number, timeZone: string): number {
  return Date.parse(new Date(instant).toLocaleDateString('sv', { timeZone })) / 86_400_000;
}

/** Where somebody stands by the default settings: lived through day after day, with nothing prepared or kept. */
export function naiveStanding(deeds: readonly NaiveDeed[], at: number, timeZone: string): NaiveStanding | null {
  const own = deeds.filter((deed) => deed.at <= at && !REACHED_BY_US.test(deed.name));
  const dated = own.map((deed) => ({ ...deed, day: wallDay(deed.at, timeZone) }));
  const inOrder = dated.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const [first] = inOrder;
  if (!first) return null;
  let [stage, activity, hasBought, hadStage] = ['AWARENESS', 'ACTIVE', false, false];
  let [lastDay, returnedOn] = [0, 0];
  const today = wallDay(at, timeZone);
  for (let day = wallDay(first.at, timeZone); day <= today; day += 1) {
    const silence = lastDay === 0 ? 0 : day - lastDay;
    if (silence >= 90) [stage, activity] = ['CHURN', 'CHURNED'];
    else if (silence > 0 && silence % 30 === 0) {
      if (stage !== 'CHURN') stage = STAGES[Math.max(0, STAGES.indexOf(stage) - 1)] ?? '';
      activity = 'SILENT';
    } else if (activity === 'RETURNED' && day - returnedOn >= 30) activity = 'ACTIVE';
    for (const { name } of inOrder.filter((deed) => deed.day === day)) {
      if (activity === 'CHURNED') stage = hadStage ? 'ACQUISITION' : 'AWARENESS';
      if (activity === 'CHURNED' || activity === 'SILENT') [activity, returnedOn] = ['RETURNED', day];
      if (BOUGHT.test(name)) stage = hasBought ? 'RETENTION' : 'CONVERSION';
      else if (REFERRED.test(name) && hasBought) stage = 'REFERRAL';
      else if (LEFT.test(name)) stage = 'CHURN';
      else if (REACHABLE.test(name) && (stage === 'AWARENESS' || stage === 'CHURN')) stage = 'ACQUISITION';
      hasBought ||= BOUGHT.test(name);
      hadStage ||= stage !== 'AWARENESS' && stage !== 'CHURN';
      lastDay = day;
    }
  }
  return { stage, activity };
}

/** What somebody's orders come to on a day: recency in days, how many, how much in hundredths. */
export function naiveMeasures(deeds: readonly NaiveDeed[], today: number, timeZone: string) {
  const known = deeds.filter((deed) => wallDay(deed.at, timeZone) <= today);
  const orders = known
    .filter(({ name }) => name === 'Order Completed')
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const names = [...new Set(orders.map(({ orderId, id }) => orderId ?? `only ${id}`))];
  const kept = names.flatMap((name) => {
    const own = orders.filter(({ orderId, id }) => (orderId ?? `only ${id}`) === name);
    const total = cents(own.map((one) => one.total ?? null).find((one) => one !== null) ?? 0);
    const refunds = known.filter((one) => /^Order (Refunded|Cancelled)$/.test(one.name) && one.orderId === name);
    if (refunds.some((one) => (one.total ?? null) === null || one.total === 0)) return [];
    const back = refunds.map((one) => cents(one.total ?? 0)).reduce((a, b) => a + b, 0);
    if (back > 0 && back >= total) return [];
    return [{ day: wallDay(own[0]?.at ?? 0, timeZone), left: total - back }];
  });
  if (kept.length === 0) return null;
  return {
    recency: today - Math.max(...kept.map(({ day }) => day)),
    frequency: kept.length,
    monetary: kept.map(({ left }) => left).reduce((a, b) => a + b, 0),
  };
}

function cents(amount: number): number {
  return Math.round(amount * 100);
}

/** The score of a value among others, 1 to 5: by how many are below it, and half of those alike. */
export function naiveScore(value: number, all: readonly number[]): number {
  const rank = (all.filter((one) => one < value).length + all.filter((one) => one === value).length / 2) / all.length;
  return Math.min(5, Math.floor(rank * 5 + 1e-9) + 1);
}

/** The tier of scores by the default rules; `monthsSince` the last order. */
export function naiveTier(r: number, f: number, m: number, isOver: boolean): string {
  if (isOver) return 'LOW_VALUE';
  if (r >= 4 && f >= 4 && m >= 4) return 'HIGH_VALUE';
  if (r <= 2 && (f >= 3 || m >= 4)) return 'CHURN_RISK';
  if (r >= 3 && (f >= 3 || m >= 4)) return 'MEDIUM_VALUE';
  return r >= 4 ? 'POTENTIAL' : 'LOW_VALUE';
}
