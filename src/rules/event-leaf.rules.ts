import { EventAggregate } from '../segments/rule-operator.js';
import { nextDayOf, valueAt, type Zone } from './comparison.rules.js';
import type { Leaf } from './leaf.js';
import { daysToTurn, type Measure, measureDays, measureEvents, standsComparison } from './measure.rules.js';
import type { Comparison, EventClause } from './rule.js';
import {
  compileWhere,
  daysOf,
  isTimeless,
  isWithin,
  type Matches,
  nextTurn,
  type Series,
  seriesOf,
} from './series.rules.js';
import type { DayBucket, Moment, Subject, SubjectEvent } from './subject.js';

const { DAYS_SINCE_FIRST, DAYS_SINCE_LAST } = EventAggregate;

/** An event clause, compiled: over the days of its series where it counts or sums, else over the events themselves. */
export function compileEventClause(clause: EventClause, zone: Zone): Leaf {
  const series = seriesOf(clause);
  return series ? overDays(clause, series, zone) : overEvents(clause, zone);
}

function leafOf(
  clause: EventClause,
  measure: (subject: Subject, moment: Moment) => Measure | null,
  nextAt: Leaf['nextAt'],
): Leaf {
  return {
    holds: (subject, moment) => standsComparison(clause, measure(subject, moment)),
    observed: (subject, moment) => measure(subject, moment)?.shown ?? null,
    nextAt,
  };
}

function overDays(clause: EventClause, { key }: Series, { calendar }: Zone): Leaf {
  const { withinDays } = clause;
  const daysIn = (subject: Subject): readonly DayBucket[] => subject.buckets.get(key) ?? [];
  const counted = (subject: Subject, { today }: Moment) =>
    daysIn(subject).filter(({ day }) => isWithin(day, withinDays, today));
  return leafOf(
    clause,
    (subject, moment) => measureDays(clause, counted(subject, moment)),
    (subject, { today }) => {
      const days = daysIn(subject).map(({ day }) => day);
      return startOf(nextTurn(days, withinDays, today), calendar);
    },
  );
}

/** The first instant of a day, where there is one. */
export function startOf(day: number | undefined, calendar: Zone['calendar']): number | undefined {
  return day === undefined ? undefined : calendar.startOf(day);
}

function overEvents(clause: EventClause, zone: Zone): Leaf {
  const { name, where, withinDays, aggregate } = clause;
  const matches = compileWhere(where, zone);
  const found = (subject: Subject, moment: Moment) =>
    (subject.tail.get(name) ?? []).filter(
      (event) => isWithin(zone.calendar.dayOf(event.occurredAt), withinDays, moment.today) && matches(event, moment),
    );
  const measure = (subject: Subject, moment: Moment) => measureEvents(clause, found(subject, moment), zone, moment);
  const isAging = aggregate === DAYS_SINCE_LAST || aggregate === DAYS_SINCE_FIRST;
  return leafOf(clause, measure, (subject, moment) => {
    const events = eventsThatTurn(subject.tail.get(name) ?? [], { where, matches }, moment);
    const turn = nextTurn(daysOf(events, zone.calendar), withinDays, moment.today);
    const age = isAging ? measure(subject, moment)?.shown : undefined;
    const aged = age === undefined ? undefined : daysToTurn(clause, age);
    const turns = [turn, aged && moment.today + aged, nextByConditions(events, where, zone, moment)];
    return startOf(earliest(turns), zone.calendar);
  });
}

/** Events whose coming and going a clause would feel: those that match, or all where matching is a matter of time. */
function eventsThatTurn(
  events: readonly SubjectEvent[],
  by: { where: readonly Comparison[]; matches: Matches },
  moment: Moment,
) {
  return isTimeless(by.where) ? events.filter((event) => by.matches(event, moment)) : events;
}

/** The next day on which a condition comes out otherwise for one of the events. */
export function nextByConditions(
  events: readonly SubjectEvent[],
  where: readonly Comparison[],
  zone: Zone,
  moment: Moment,
): number | undefined {
  if (isTimeless(where)) return undefined;
  const turns = where.flatMap((comparison) => {
    const next = nextDayOf(comparison, zone);
    const names = comparison.path.split('.');
    return events.map(({ properties }) => next(valueAt(properties, names), moment));
  });
  return earliest(turns);
}

/** The smallest of the numbers there are. */
export function earliest(turns: readonly (number | undefined)[]): number | undefined {
  return turns.reduce(
    (first, turn) => (turn !== undefined && !(first !== undefined && first <= turn) ? turn : first),
    undefined,
  );
}
