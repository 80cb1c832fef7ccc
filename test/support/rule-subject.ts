import type { Channel } from '../../src/channels/channel.js';
import type { LifecycleStage } from '../../src/lifecycle/lifecycle-stage.js';
import { calendarOf } from '../../src/rules/calendar.rules.js';
import { eventReadsOf } from '../../src/rules/reads.rules.js';
import type { Rule } from '../../src/rules/rule.js';
import { growDays } from '../../src/rules/series.rules.js';
import type { Span, Subject, SubjectEvent, Turn } from '../../src/rules/subject.js';
import type { NaiveFacts, NaiveSpan } from './naive-rules.js';

function spansByKey(all: readonly NaiveSpan[]): Map<never, Span[]> {
  return new Map(all.map(({ key }) => [key as never, all.filter((one) => one.key === key)]));
}

/** A course without a turn. */
function always<T>(value: T | null): Turn<T>[] {
  return value === null ? [] : [{ from: Number.NEGATIVE_INFINITY, value }];
}

/** The subject that rules are asked of: the days of each account grown event by event, in the order given. */
export function subjectOf(
  known: NaiveFacts,
  rule: Rule,
  segments: ReadonlyMap<string, Rule>,
  timeZone: string,
): Subject {
  const reads = eventReadsOf(rule, segments);
  const world = { timeZone, calendar: calendarOf(timeZone) };
  const accounts = [...new Set(known.events.map(({ accountId }) => accountId))];
  const days = (series: Parameters<typeof growDays>[2]) =>
    accounts.flatMap((account) =>
      known.events
        .filter(({ accountId }) => accountId === account)
        .reduce((before, one) => growDays(before, [one], series, world), growDays([], [], series, world)),
    );
  const inOrder = (a: SubjectEvent, b: SubjectEvent) =>
    a.occurredAt - b.occurredAt || (a.messageId < b.messageId ? -1 : 1);
  return {
    traits: { ...known.traits, custom: known.custom },
    tags: spansByKey(known.tags),
    consents: spansByKey(known.consents),
    segments: new Set(known.segments),
    lifecycle: always(known.lifecycle as LifecycleStage | null),
    tier: always(known.tier),
    channels: new Set(known.channels as Channel[]),
    buckets: new Map([...reads.series].map(([key, series]) => [key, days(series)])),
    tail: new Map(
      [...reads.names].map((name) => [name, known.events.filter((one) => one.name === name).sort(inOrder)]),
    ),
  };
}
