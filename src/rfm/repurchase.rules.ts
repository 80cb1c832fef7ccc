import { monthsAfter } from './months.rules.js';
import type { OrderTotals } from './orders.rules.js';
import type { RfmSettings } from './rfm-settings.js';
import { type RfmCuts, scoredOn } from './scores.rules.js';

/** When somebody is expected to buy again, by their own habit. */
export interface RepurchaseCycle {
  /** Days from order to order: the median. */
  readonly cycleDays: number;
  /** The calendar day of the next order. */
  readonly expectedDay: number;
}

const FEWEST_GAPS = 2;
/** Habits change: the newest gaps count. */
const MOST_GAPS = 12;

/**
 * A customer's own cycle: the median of the last twelve gaps between days with orders, rounded half up to whole days. Null
 * where there are fewer than three such days: one gap is no habit.
 */
export function cycleOf(orderDays: readonly number[]): RepurchaseCycle | null {
  const days = [...new Set(orderDays)].sort((a, b) => a - b);
  const gaps = days.slice(1).map((day, n) => day - (days[n] as number));
  const last = days.at(-1);
  if (last === undefined || gaps.length < FEWEST_GAPS) return null;
  const newest = gaps.slice(-MOST_GAPS).sort((a, b) => a - b);
  const middle = Math.floor(newest.length / 2);
  const upper = newest[middle] as number;
  const median = newest.length % 2 === 1 ? upper : ((newest[middle - 1] as number) + upper) / 2;
  const cycleDays = Math.floor(median + 1 / 2);
  return { cycleDays, expectedDay: last + cycleDays };
}

/** By how many days a customer is late on a day; 0 where not. */
export function overdueDays({ expectedDay }: Pick<RepurchaseCycle, 'expectedDay'>, day: number): number {
  return Math.max(0, day - expectedDay);
}

/**
 * From which day on a customer of high value is to be cared for: so many calendar months after the last order, should there
 * be none before. Null for who was not of the high tier on the day of that order, by the cuts there are.
 */
export function careDayOf(totals: OrderTotals, cuts: RfmCuts, settings: RfmSettings): number | null {
  const { tier } = scoredOn(totals, totals.lastDay, cuts, settings);
  return tier === settings.highTier ? monthsAfter(totals.lastDay, settings.careAfterMonths) : null;
}
