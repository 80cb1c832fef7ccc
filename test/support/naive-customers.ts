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

/** Somebody on a day. */
interface Living {
  readonly stage: string;
  readonly activity: string;
  readonly hasBought: boolean;
  readonly hadStage: boolean;
  readonly lastDay: number;
  readonly returnedOn: number;
}

/** A day begins: silence may have lasted long enough. */
function woken(who: Living, day: number): Living {
  const silence = day - who.lastDay;
  if (silence >= 90) return { ...who, stage: 'CHURN', activity: 'CHURNED' };
  if (silence > 0 && silence % 30 === 0) {
    const below = STAGES[Math.max(0, STAGES.indexOf(who.stage) - 1)] ?? '';
    return { ...who, stage: who.stage === 'CHURN' ? 'CHURN' : below, activity: 'SILENT' };
  }
  const isSettled = who.activity === 'RETURNED' && day - who.returnedOn >= 30;
  return isSettled ? { ...who, activity: 'ACTIVE' } : who;
}

/** The stage that something done leads to. */
function ledTo(name: string, { stage, hasBought }: Living): string {
  if (BOUGHT.test(name)) return hasBought ? 'RETENTION' : 'CONVERSION';
  if (REFERRED.test(name) && hasBought) return 'REFERRAL';
  if (LEFT.test(name)) return 'CHURN';
  const isEarly = stage === 'AWARENESS' || stage === 'CHURN';
  return REACHABLE.test(name) && isEarly ? 'ACQUISITION' : stage;
}

/** Somebody after having done something. */
function active(before: Living, name: string, day: number): Living {
  let who = before;
  if (who.activity === 'CHURNED') who = { ...who, stage: who.hadStage ? 'ACQUISITION' : 'AWARENESS' };
  if (who.activity === 'CHURNED' || who.activity === 'SILENT') who = { ...who, activity: 'RETURNED', returnedOn: day };
  const stage = ledTo(name, who);
  const hadStage = who.hadStage || (stage !== 'AWARENESS' && stage !== 'CHURN');
  return { ...who, stage, hadStage, hasBought: who.hasBought || BOUGHT.test(name), lastDay: day };
}

/** Where somebody stands by the default settings: lived through day after day, with nothing prepared or kept. */
export function naiveStanding(deeds: readonly NaiveDeed[], at: number, timeZone: string): NaiveStanding | null {
  const own = deeds.filter((deed) => deed.at <= at && !REACHED_BY_US.test(deed.name));
  const dated = own.map((deed) => ({ ...deed, day: wallDay(deed.at, timeZone) })).sort(byTime);
  const [first] = dated;
  if (!first) return null;
  const start = { hasBought: false, hadStage: false, lastDay: first.day, returnedOn: 0 };
  let who: Living = { stage: 'AWARENESS', activity: 'ACTIVE', ...start };
  for (let day = first.day; day <= wallDay(at, timeZone); day += 1) {
    who = woken(who, day);
    for (const { name } of dated.filter((deed) => deed.day === day)) who = active(who, name, day);
  }
  return { stage: who.stage, activity: who.activity };
}

function byTime(a: NaiveDeed, b: NaiveDeed): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}

/** What somebody's orders come to on a day: recency in days, how many, how much in hundredths. */
export function naiveMeasures(deeds: readonly NaiveDeed[], today: number, timeZone: string) {
  const known = deeds.filter((deed) => wallDay(deed.at, timeZone) <= today);
  const orders = known.filter(({ name }) => name === 'Order Completed').sort(byTime);
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

/** What is measured of somebody. */
export type NaiveMeasures = NonNullable<ReturnType<typeof naiveMeasures>>;

/** Scores and tier of somebody among others, counted one by one. */
export function naiveScores(own: NaiveMeasures, others: readonly NaiveMeasures[], today: number) {
  const r = naiveScore(
    -own.recency,
    others.map(({ recency }) => -recency),
  );
  const f = naiveScore(
    own.frequency,
    others.map(({ frequency }) => frequency),
  );
  const m = naiveScore(
    own.monetary,
    others.map(({ monetary }) => monetary),
  );
  const last = new Date((today - own.recency) * 86_400_000).toISOString().slice(0, 10);
  return { r, f, m, tier: naiveTier(r, f, m, isThreeMonthsLater(last, new Date(today * 86_400_000))) };
}

/** Whether three calendar months have passed since a day: as one counts them on a calendar, sheet by sheet. */
function isThreeMonthsLater(from: string, today: Date): boolean {
  const [year = 0, month = 0, day = 0] = from.split('-').map(Number);
  const [wantedYear, wantedMonth] = month > 9 ? [year + 1, month - 9] : [year, month + 3];
  const shown = [today.getUTCFullYear(), today.getUTCMonth() + 1] as const;
  if (shown[0] !== wantedYear || shown[1] !== wantedMonth)
    return today > new Date(Date.UTC(wantedYear, wantedMonth - 1, 28));
  const isLastOfMonth = new Date(today.getTime() + 86_400_000).getUTCDate() === 1;
  return today.getUTCDate() >= day || isLastOfMonth;
}

/** The tier of scores by the default rules; `isOver`: nothing was bought for three months. */
function naiveTier(r: number, f: number, m: number, isOver: boolean): string {
  if (isOver) return 'LOW_VALUE';
  if (r >= 4 && f >= 4 && m >= 4) return 'HIGH_VALUE';
  if (r <= 2 && (f >= 3 || m >= 4)) return 'CHURN_RISK';
  if (r >= 3 && (f >= 3 || m >= 4)) return 'MEDIUM_VALUE';
  return r >= 4 ? 'POTENTIAL' : 'LOW_VALUE';
}
