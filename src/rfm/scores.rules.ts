import type { Calendar } from '../rules/calendar.rules.js';
import type { Turn } from '../rules/subject.js';
import { monthsAfter } from './months.rules.js';
import { type OrderTotals, ordersUpTo, type Sale, totalsOf } from './orders.rules.js';
import { type Cut, cutsOf, scoreOf } from './quantiles.rules.js';
import type { RfmSettings, ScoreRange } from './rfm-settings.js';

/** What is measured of each customer. */
export interface Measured {
  readonly recencyDays: number;
  readonly frequency: number;
  /** In units of the tenant's currency. */
  readonly monetary: number;
}

/** The cuts between scores; the recency's are of days turned negative, so that more is better everywhere. */
export interface RfmCuts {
  readonly recency: readonly Cut[];
  readonly frequency: readonly Cut[];
  readonly monetary: readonly Cut[];
}

/** A customer's scores, and the tier they make. */
export interface Scored extends OrderTotals {
  readonly r: number;
  readonly f: number;
  readonly m: number;
  readonly tier: string;
}

/** Among fewer customers fifths mean nothing. */
export const FEWEST_CUSTOMERS = 5;
const MILLION = 1e6;
/** Events lie a day ahead at most: what stood before the last days is asked for no more. */
const DAYS_TOLD = 3;

/** The cuts of a tenant's customers; null where they are fewer than five. */
export function rfmCutsOf(customers: readonly Measured[]): RfmCuts | null {
  if (customers.length < FEWEST_CUSTOMERS) return null;
  return {
    recency: cutsOf(customers.map(({ recencyDays }) => -recencyDays)),
    frequency: cutsOf(customers.map(({ frequency }) => frequency)),
    monetary: cutsOf(customers.map(({ monetary }) => monetary)),
  };
}

/** What is measured of a customer on a day. */
export function measuredOn({ lastDay, frequency, monetary }: OrderTotals, day: number): Measured {
  return { recencyDays: day - lastDay, frequency, monetary: Number(monetary) / MILLION };
}

/** A customer's scores and tier on a day, under some cuts. */
export function scoredOn(totals: OrderTotals, day: number, cuts: RfmCuts, settings: RfmSettings): Scored {
  const { recencyDays, frequency, monetary } = measuredOn(totals, day);
  const scores = {
    r: scoreOf(-recencyDays, cuts.recency),
    f: scoreOf(frequency, cuts.frequency),
    m: scoreOf(monetary, cuts.monetary),
  };
  const { baseAfterMonths, baseTier } = settings;
  const isOver = baseAfterMonths !== null && day >= monthsAfter(totals.lastDay, baseAfterMonths);
  return { ...totals, ...scores, tier: isOver ? baseTier : tierOf(scores, settings) };
}

function tierOf(scores: Pick<Scored, 'r' | 'f' | 'm'>, { tiers, baseTier }: RfmSettings): string {
  const holds = (range: ScoreRange | undefined, score: number) =>
    range === undefined || (range.min <= score && score <= range.max);
  const found = tiers.find(({ r, f, m }) => holds(r, scores.r) && holds(f, scores.f) && holds(m, scores.m));
  return found?.key ?? baseTier;
}

/** How scores follow from the orders of a customer. */
export interface Scoring {
  readonly cuts: RfmCuts;
  readonly settings: RfmSettings;
  readonly calendar: Calendar;
}

/**
 * A customer's scores from day to day, as long as nothing more is bought and the cuts stay: from the last days on that
 * something was bought or given back. Null where nothing is left of the orders.
 */
export function scoreCourse(sales: readonly Sale[], scoring: Scoring): Turn<Scored | null>[] {
  const { calendar, cuts, settings } = scoring;
  const days = [...new Set(sales.map(({ at }) => calendar.dayOf(at)))].sort((a, b) => a - b).slice(-DAYS_TOLD);
  return days.flatMap((day, n): Turn<Scored | null>[] => {
    const totals = totalsOf(ordersUpTo(sales, day, calendar));
    if (!totals) return [{ from: calendar.startOf(day), value: null }];
    const end = days[n + 1] ?? Number.POSITIVE_INFINITY;
    const turns = turnDaysOf(totals, scoring).filter((turn) => turn > day && turn < end);
    return [day, ...turns].map((turn) => ({
      from: calendar.startOf(turn),
      value: scoredOn(totals, turn, cuts, settings),
    }));
  });
}

/** The days on which time alone changes scores or tier: each cut of the recency that is passed, and the fall to the base tier. */
function turnDaysOf({ lastDay }: OrderTotals, { cuts, settings }: Scoring): number[] {
  const passed = cuts.recency.map(({ at, includes }) => lastDay - at + (includes ? 1 : 0));
  const { baseAfterMonths } = settings;
  const fall = baseAfterMonths === null ? [] : [monthsAfter(lastDay, baseAfterMonths)];
  return [...new Set([...passed, ...fall])].sort((a, b) => a - b);
}
