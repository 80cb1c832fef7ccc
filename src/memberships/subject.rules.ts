import { type CustomerCourse, stagesOf, tiersOf } from '../customers/customer-standing.rules.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { type ConsentSettings, type ConsentSubject, consentState } from '../privacy/consent-state.rules.js';
import { majorityOf } from '../privacy/minority.rules.js';
import { limitsIn } from '../privacy/processing-limit.rules.js';
import { calendarOf } from '../rules/calendar.rules.js';
import type { EventReads } from '../rules/reads.rules.js';
import { growDays, inOrderOfTime } from '../rules/series.rules.js';
import type { Span, Subject, SubjectEvent } from '../rules/subject.js';
import { type AssignedTag, tagSpans } from '../tags/assignment.rules.js';
import { TagKind } from '../tags/tag-kind.js';
import { earlier } from './standing.rules.js';

const PURPOSES = Object.values(ConsentPurpose).filter((purpose) => purpose !== ConsentPurpose.SERVICE);

/** What is known of a person, in clear. */
export interface KnownPerson extends ConsentSubject {
  readonly traits: Subject['traits'] & { readonly birthday: string | null };
  readonly channels: Subject['channels'];
  /** The segments that list it. */
  readonly listedIn: ReadonlySet<string>;
  /** The tags that were put on its accounts, and that nobody took off. */
  readonly assigned: readonly AssignedTag[];
  /** All events of the names that rules read, by account. */
  readonly events: ReadonlyMap<string, readonly SubjectEvent[]>;
  /** Absent where no rule asks for stage or tier. */
  readonly course?: CustomerCourse | undefined;
}

/** A person as rules see it, with how it came by tags. */
export interface TaggedSubject extends Subject {
  readonly assigned: readonly AssignedTag[];
}

/** A person as rules see it at a moment: consents are weighed for now and what follows from it. */
export function subjectOf(person: KnownPerson, reads: EventReads, settings: ConsentSettings, at: Date): TaggedSubject {
  const zone = { timeZone: settings.timeZone, calendar: calendarOf(settings.timeZone) };
  // who objects to being judged carries no model's tags
  const objects = limitsIn(person.limits).has('OBJECTION');
  const assigned = person.assigned.filter(({ kind }) => !objects || kind !== TagKind.MODEL);
  const accounts = [...person.events.values()];
  const all = accounts.flat().sort(inOrderOfTime);
  return {
    traits: person.traits,
    tags: tagSpans(assigned),
    assigned,
    segments: person.listedIn,
    consents: new Map(PURPOSES.map((purpose) => [purpose, spansOf(person, purpose, at, settings)])),
    lifecycle: person.course ? stagesOf(person.course) : [],
    tier: person.course ? tiersOf(person.course) : [],
    channels: person.channels,
    buckets: new Map(
      [...reads.series].map(([key, series]) => [key, accounts.flatMap((own) => growDays([], own, series, zone))]),
    ),
    tail: new Map([...reads.names].map((name) => [name, all.filter((event) => event.name === name)])),
  };
}

/** The spans that a purpose is granted in, from now on: until the grant runs out, and once a child is of age. */
function spansOf(person: ConsentSubject, purpose: ConsentPurpose, at: Date, settings: ConsentSettings): Span[] {
  const majority = majorityOf(person.traits.birthday, settings.timeZone);
  const moments = majority && majority > at ? [at, majority] : [at];
  return moments.flatMap((from, n) => {
    const { granted, until } = consentState(person, { purpose }, from, settings);
    const end = n === 0 && moments.length > 1 ? earlier(until, majority ?? null) : until;
    return granted ? [{ from: n === 0 ? 0 : from.getTime(), until: end?.getTime() ?? null }] : [];
  });
}
