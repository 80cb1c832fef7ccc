import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { EventAggregate, type NumericOperator } from '../segments/rule-operator.js';
import { decoder, valueAt, type Zone } from './comparison.rules.js';
import type { EventClause } from './rule.js';
import { MILLION, millionthsOf } from './series.rules.js';
import type { DayBucket, Moment, SubjectEvent } from './subject.js';

/** What was made of events: as it is shown, and whether it is below (negative), at or above a number. */
export interface Measure {
  readonly shown: number;
  readonly against: (threshold: number) => number;
}

function plain(shown: number): Measure {
  return { shown, against: (threshold) => Math.sign(shown - threshold) };
}

/** The sum of millionths over a number of parts; compared without division, so that no order of summing matters. */
function mean(sum: bigint, parts: number): Measure {
  const against = (threshold: number) => {
    const whole = BigInt(Math.floor(threshold * MILLION + 0.5)) * BigInt(parts);
    if (sum === whole) return 0;
    return sum < whole ? -1 : 1;
  };
  return { shown: Number(sum) / parts / MILLION, against };
}

/** What COUNT or SUM comes to over days. */
export function measureDays({ aggregate }: EventClause, days: readonly DayBucket[]): Measure {
  if (aggregate === EventAggregate.COUNT) return plain(days.reduce((total, { count }) => total + count, 0));
  return mean(
    days.reduce((total, { sum }) => total + sum, 0n),
    1,
  );
}

type Make = (events: readonly SubjectEvent[], clause: EventClause, zone: Zone, moment: Moment) => Measure | null;

function valuesOf(events: readonly SubjectEvent[], { property }: EventClause, zone: Zone): unknown[] {
  if (!property) return [];
  const names = property.path.split('.');
  const decode = decoder(property.kind, zone);
  return events.map(({ properties }) => decode(valueAt(properties, names))).filter((value) => value !== undefined);
}

function amounts(...[events, clause, zone]: Parameters<Make>): bigint[] {
  return valuesOf(events, clause, zone).flatMap((value) => millionthsOf(value) ?? []);
}

function total(of: readonly bigint[]): bigint {
  return of.reduce((sum, one) => sum + one, 0n);
}

function numbersOf(...[events, clause, zone]: Parameters<Make>): number[] {
  return valuesOf(events, clause, zone).filter((value): value is number => !holdsPersonalData(value));
}

function daysSince(event: SubjectEvent | undefined, { calendar }: Zone, { today }: Moment): Measure | null {
  return event ? plain(today - calendar.dayOf(event.occurredAt)) : null;
}

function extreme(numbers: readonly number[], isBetter: (a: number, b: number) => boolean): Measure | null {
  const [first, ...others] = numbers;
  return first === undefined ? null : plain(others.reduce((best, one) => (isBetter(one, best) ? one : best), first));
}

const MAKERS: Readonly<Record<EventAggregate, Make>> = {
  COUNT: (events) => plain(events.length),
  SUM: (...of) => mean(total(amounts(...of)), 1),
  AVG: (...of) => {
    const found = amounts(...of);
    return found.length === 0 ? null : mean(total(found), found.length);
  },
  MIN: (...of) => extreme(numbersOf(...of), (a, b) => a < b),
  MAX: (...of) => extreme(numbersOf(...of), (a, b) => a > b),
  DAYS_SINCE_LAST: (events, _clause, zone, moment) => daysSince(events.at(-1), zone, moment),
  DAYS_SINCE_FIRST: (events, _clause, zone, moment) => daysSince(events[0], zone, moment),
  DISTINCT: (events, clause, zone) => plain(new Set(valuesOf(events, clause, zone)).size),
};

/** What an aggregate comes to over the events that match, by (occurredAt, messageId); null where it is made of nothing. */
export function measureEvents(
  clause: EventClause,
  ...[events, zone, moment]: [readonly SubjectEvent[], Zone, Moment]
): Measure | null {
  return MAKERS[clause.aggregate](events, clause, zone, moment);
}

/** What was made of a person's events account by account, put together. */
interface Summary {
  readonly count: number;
  readonly sum: bigint;
  readonly parts: number;
  /** The smallest and greatest of each account. */
  readonly numbers: readonly number[];
  /** The calendar days of the first and last of each account. */
  readonly days: readonly number[];
  /** How many different values there are. */
  readonly values: number;
  readonly today: number;
}

type Take = (summary: Summary) => Measure | null;

const TAKERS: Readonly<Record<EventAggregate, Take>> = {
  COUNT: ({ count }) => plain(count),
  SUM: ({ sum }) => mean(sum, 1),
  AVG: ({ sum, parts }) => (parts === 0 ? null : mean(sum, parts)),
  MIN: ({ numbers }) => extreme(numbers, (a, b) => a < b),
  MAX: ({ numbers }) => extreme(numbers, (a, b) => a > b),
  DAYS_SINCE_LAST: ({ days, today }) => (days.length === 0 ? null : plain(today - Math.max(...days))),
  DAYS_SINCE_FIRST: ({ days, today }) => (days.length === 0 ? null : plain(today - Math.min(...days))),
  DISTINCT: ({ values }) => plain(values),
};

/** What an aggregate comes to, out of what was made of each account: the same as over their events together. */
export function measureSummary(aggregate: EventAggregate, summary: Summary): Measure | null {
  return TAKERS[aggregate](summary);
}

const HOLDS: Readonly<Record<NumericOperator, (sign: number) => boolean>> = {
  EQ: (sign) => sign === 0,
  NE: (sign) => sign !== 0,
  GT: (sign) => sign > 0,
  GTE: (sign) => sign >= 0,
  LT: (sign) => sign < 0,
  LTE: (sign) => sign <= 0,
};

/** Whether a measure stands the clause's comparison; nothing stands none. */
export function standsComparison({ op, value }: EventClause, measure: Measure | null): boolean {
  return measure !== null && HOLDS[op](measure.against(value));
}

/** In how many days a number that grows by one a day comes to stand a comparison, or to fail it; undefined where it never will. */
export function daysToTurn({ op, value }: EventClause, days: number): number | undefined {
  const holds = (count: number) => HOLDS[op](Math.sign(count - value));
  const now = holds(days);
  const turns = [Math.floor(value), Math.floor(value) + 1, Math.ceil(value), days + 1];
  const ahead = turns.filter((turn) => turn > days && holds(turn) !== now);
  return ahead.length === 0 ? undefined : Math.min(...ahead) - days;
}
