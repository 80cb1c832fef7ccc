import type { EarningRule, LoyaltyLevel, LoyaltyProgramme } from './programme.js';

/** What of an event earns points. */
export interface EarningEvent {
  readonly name: string;
  readonly channel: string;
  readonly occurredAt: Date;
  readonly revenue: { readonly amount: string; readonly currency: string } | null;
}

/** Amounts are decimal: what binary fractions lose of a whole point is given back. */
const ROUNDING = 1e-6;
/** No entry has more: a balance of many is still a whole number of a double. */
export const MOST_POINTS = 1_000_000_000;

/** A level, and the one above it. */
export interface Standing {
  readonly level: LoyaltyLevel;
  readonly next: LoyaltyLevel | null;
}

/** The level of who has earned so many points; levels are in the order of their points. */
export function standingOf(levels: readonly LoyaltyLevel[], earned: number): Standing {
  const reached = levels.filter(({ from }, at) => at === 0 || from <= earned).length;
  const level = levels[reached - 1];
  if (!level) throw new Error('A programme has at least one level.');
  return { level, next: levels[reached] ?? null };
}

function isMeant({ event, channels, since }: EarningRule, { name, channel, occurredAt }: EarningEvent): boolean {
  const isOfChannel = channels.length === 0 || (channels as readonly string[]).includes(channel);
  return event === name && isOfChannel && occurredAt.getTime() >= Date.parse(since);
}

function pointsFor(amount: number, perUnit: number): number {
  return Math.floor(amount * perUnit + ROUNDING);
}

/** The amount of an event in the tenant's currency; 0 where it is in another one. */
function amountOf({ revenue }: EarningEvent, currency: string): number {
  return revenue?.currency === currency ? Math.abs(Number(revenue.amount)) : 0;
}

/** What an event earns by all rules together, 0 to 1,000,000,000; parts of a point are dropped, rule by rule. */
export function earnedBy(event: EarningEvent, rules: readonly EarningRule[], currency: string): number {
  const amount = amountOf(event, currency);
  const points = rules.map((rule) => (isMeant(rule, event) ? rule.points + pointsFor(amount, rule.perUnit) : 0));
  return Math.min(
    MOST_POINTS,
    points.reduce((sum, one) => sum + one, 0),
  );
}

/** What a refund takes back at most: points for its amount, or null where it names none, which means all. */
export function refundedBy(event: EarningEvent, rules: readonly EarningRule[], currency: string): number | null {
  const amount = amountOf(event, currency);
  if (amount === 0) return null;
  const perUnit = rules.reduce((sum, rule) => sum + rule.perUnit, 0);
  return Math.min(MOST_POINTS, Math.ceil(amount * perUnit - ROUNDING));
}

/** What an order's refunds have still to take back of what it earned. */
export function leftToTakeBack(earned: number, refunds: readonly (number | null)[], taken: number): number {
  const asked = refunds.reduce<number>((sum, points) => sum + (points ?? earned), 0);
  return Math.max(0, Math.min(earned, asked) - taken);
}

/** When points that are given at a moment end: with a month of the calendar of a time zone; null: never. */
export function expiryOf(
  { expiryMonths }: Pick<LoyaltyProgramme, 'expiryMonths'>,
  at: Date,
  monthEnd: (at: Date, months: number) => Date,
): Date | null {
  return expiryMonths === null ? null : monthEnd(at, expiryMonths);
}
