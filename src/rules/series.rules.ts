import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { EventAggregate, Operator } from '../segments/rule-operator.js';
import type { Calendar } from './calendar.rules.js';
import { compileComparison, valueAt, type Zone } from './comparison.rules.js';
import type { Comparison, EventClause } from './rule.js';
import type { DayBucket, Moment, SubjectEvent } from './subject.js';
import { classOfProperty } from './value-class.rules.js';

/** Numbers are summed in millionths, and only up to 10^12, where they still are exact in 64 bits. */
export const MILLION = 1_000_000;
export const GREATEST_SUMMED = 1e12;

/** A series of days that event clauses read: clauses that differ in window, operator and value alone share one. */
export interface Series {
  readonly key: string;
  readonly name: string;
  readonly where: readonly Comparison[];
  /** The path of the property that is summed; null where events are only counted. */
  readonly property: string | null;
}

/** Whether an event, by its properties, fulfils all conditions. */
export type Matches = (event: SubjectEvent, moment: Moment) => boolean;

/** Conditions on an event's properties, compiled. */
export function compileWhere(where: readonly Comparison[], zone: Zone): Matches {
  const tests = where.map((comparison) => {
    const names = comparison.path.split('.');
    const holds = compileComparison(comparison, zone, classOfProperty(comparison.path, null) === 'CORE');
    return ({ properties }: SubjectEvent, moment: Moment) => holds(valueAt(properties, names), moment);
  });
  return (event, moment) => tests.every((test) => test(event, moment));
}

/** Whether conditions come out alike at every moment: then an event can be counted once and for all. */
export function isTimeless(where: readonly Comparison[]): boolean {
  return where.every(({ op }) => op !== Operator.WITHIN_LAST_DAYS);
}

/** The series of a clause that counts or sums; undefined where its events have to be read one by one. */
export function seriesOf({ name, where, aggregate, property }: EventClause): Series | undefined {
  const isSummed = aggregate === EventAggregate.SUM;
  if ((!isSummed && aggregate !== EventAggregate.COUNT) || !isTimeless(where)) return undefined;
  const conditions = where.map(({ path, kind, op, value }) => JSON.stringify([path, kind, op, value])).sort();
  const summed = isSummed ? (property?.path ?? null) : null;
  return { key: JSON.stringify([name, conditions, summed]), name, where, property: summed };
}

/**
 * A number in millionths, rounded half up; undefined where it is none, greater than 10^12, or looks like a phone or an
 * identity card number: by its sums who sees masks would find it out.
 */
export function millionthsOf(value: unknown): bigint | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= GREATEST_SUMMED) || holdsPersonalData(value)) return undefined;
  return BigInt(Math.floor(value * MILLION + 0.5));
}

const NO_MOMENT: Moment = { at: 0, today: 0 };

/**
 * The days of a series, out of the events of one account: what was there before and the events, in any order. Taking an
 * event in twice counts it twice; the account's event store is what tells repetitions.
 */
export function growDays(
  before: readonly DayBucket[],
  events: readonly SubjectEvent[],
  series: Series,
  zone: Zone,
): DayBucket[] {
  const days = new Map(before.map((bucket) => [bucket.day, bucket]));
  const matches = compileWhere(series.where, zone);
  const names = series.property?.split('.');
  for (const event of events) {
    if (event.name !== series.name || !matches(event, NO_MOMENT)) continue;
    const amount = names ? (millionthsOf(valueAt(event.properties, names)) ?? 0n) : 0n;
    const day = zone.calendar.dayOf(event.occurredAt);
    const known = days.get(day);
    days.set(day, { day, count: (known?.count ?? 0) + 1, sum: (known?.sum ?? 0n) + amount });
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}

/** The days a window covers: the last so many up to today, or all up to today. */
export function isWithin(day: number, withinDays: number | null, today: number): boolean {
  return day <= today && (withinDays === null || day > today - withinDays);
}

/** The next day on which a window gains or loses one of these days; undefined where it never will. */
export function nextTurn(days: Iterable<number>, withinDays: number | null, today: number): number | undefined {
  let next: number | undefined;
  for (const day of days) {
    const turn = day > today ? day : day + (withinDays ?? Number.POSITIVE_INFINITY);
    if (turn > today && turn < (next ?? Number.POSITIVE_INFINITY)) next = turn;
  }
  return next;
}

/** The calendar days of events. */
export function daysOf(events: readonly SubjectEvent[], calendar: Calendar): number[] {
  return events.map(({ occurredAt }) => calendar.dayOf(occurredAt));
}

/** The order of events: by (occurredAt, messageId). */
export function inOrderOfTime(a: SubjectEvent, b: SubjectEvent): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  if (a.messageId === b.messageId) return 0;
  return a.messageId < b.messageId ? -1 : 1;
}
