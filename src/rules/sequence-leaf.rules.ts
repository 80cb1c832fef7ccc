import type { Zone } from './comparison.rules.js';
import { earliest, nextByConditions, startOf } from './event-leaf.rules.js';
import type { Leaf } from './leaf.js';
import type { SequenceClause } from './rule.js';
import { compileWhere, daysOf, inOrderOfTime, type Matches, nextTurn } from './series.rules.js';
import type { Moment, Subject, SubjectEvent } from './subject.js';

interface Step {
  readonly name: string;
  readonly matches: Matches;
}

/** The events that a chain may be made of, in order: those of its names, of days up to today. */
function candidates(
  subject: Subject,
  names: ReadonlySet<string>,
  isUpToToday: (event: SubjectEvent) => boolean,
): SubjectEvent[] {
  return [...names].flatMap((name) => (subject.tail.get(name) ?? []).filter(isUpToToday)).sort(inOrderOfTime);
}

/**
 * How many steps of a chain were taken at the most. Of all chains that come to a step the one that came there last can
 * go on the longest, so one instant a step is all there is to remember.
 */
function stepsTaken(events: readonly SubjectEvent[], steps: readonly Step[], longest: number, moment: Moment): number {
  const reachedAt: number[] = [];
  const goesOn = (at: number, event: SubjectEvent) =>
    at === 0 || event.occurredAt - (reachedAt[at - 1] ?? Number.NEGATIVE_INFINITY) <= longest;
  const backwards = steps.map((step, at) => ({ ...step, at })).reverse();
  for (const event of events) {
    for (const { at, name, matches } of backwards)
      if (name === event.name && goesOn(at, event) && matches(event, moment)) reachedAt[at] = event.occurredAt;
  }
  return reachedAt.length;
}

const MILLISECONDS_PER_SPAN = 86_400_000;

/** A sequence clause, compiled; observed is the number of steps taken. */
export function compileSequence(clause: SequenceClause, zone: Zone): Leaf {
  const steps = clause.steps.map(({ name, where }) => ({ name, matches: compileWhere(where, zone) }));
  const names = new Set(steps.map(({ name }) => name));
  const longest = clause.withinDays * MILLISECONDS_PER_SPAN;
  const { dayOf } = zone.calendar;
  const taken = (subject: Subject, moment: Moment) => {
    const events = candidates(subject, names, ({ occurredAt }) => dayOf(occurredAt) <= moment.today);
    return stepsTaken(events, steps, longest, moment);
  };
  return {
    holds: (subject, moment) => taken(subject, moment) === steps.length,
    observed: taken,
    nextAt: (subject, moment) => {
      const all = candidates(subject, names, () => true);
      const turn = nextTurn(daysOf(all, zone.calendar), null, moment.today);
      const byStep = clause.steps.map(({ name, where }) =>
        nextByConditions(subject.tail.get(name) ?? [], where, zone, moment),
      );
      return startOf(earliest([turn, ...byStep]), zone.calendar);
    },
  };
}
