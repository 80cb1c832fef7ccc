import type { Channel } from '../channels/channel.js';
import type { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';

/** A span of time in milliseconds, its end not included; null: without end. */
export interface Span {
  readonly from: number;
  readonly until: number | null;
}

/** What holds from an instant (milliseconds) on, until the next of them. */
export interface Turn<T> {
  readonly from: number;
  readonly value: T;
}

/** What of a course holds at a moment: null before its first turn. */
export function valueOn<T>(course: readonly Turn<T>[], at: number): T | null {
  return course.findLast(({ from }) => from <= at)?.value ?? null;
}

/** What happened once, as far as rules ask. */
export interface SubjectEvent {
  readonly name: string;
  readonly messageId: string;
  /** In milliseconds. */
  readonly occurredAt: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Of one calendar day: how many events matched, and the sum of a property in millionths. */
export interface DayBucket {
  readonly day: number;
  readonly count: number;
  readonly sum: bigint;
}

/** All that a rule can ask of one profile: a plain value, of which nothing depends on the moment it is asked for. */
export interface Subject {
  /** The golden record: standard traits by name, the others under `custom`. */
  readonly traits: Readonly<Record<string, unknown>> & { readonly custom: Readonly<Record<string, unknown>> };
  /** By the tag's key: the spans it is carried in. */
  readonly tags: ReadonlyMap<string, readonly Span[]>;
  /** The segments without a rule of their own (STATIC, CLUSTER) that it is a member of. */
  readonly segments: ReadonlySet<string>;
  /** By purpose: the spans it is granted in. SERVICE need not be there: it is what the customer ordered. */
  readonly consents: ReadonlyMap<ConsentPurpose, readonly Span[]>;
  /** The stages from instant to instant, in the order of time: also those to come should nothing happen. */
  readonly lifecycle: readonly Turn<LifecycleStage>[];
  /** The RFM tier in the same way; null: none. */
  readonly tier: readonly Turn<string | null>[];
  readonly channels: ReadonlySet<Channel>;
  /** By the key of a series: the days with matching events, in any order, a day once for each account. */
  readonly buckets: ReadonlyMap<string, readonly DayBucket[]>;
  /** By event name: the events of the names that rules read one by one, by (occurredAt, messageId). */
  readonly tail: ReadonlyMap<string, readonly SubjectEvent[]>;
}

/** When a rule is asked: the instant in milliseconds, and the tenant's calendar day it is in. */
export interface Moment {
  readonly at: number;
  readonly today: number;
}
