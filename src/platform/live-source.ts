import type { Change } from './changes.js';
import type { RequestContext } from './context.js';

/** What one change says to a subscription. */
export interface Reading {
  /**
   * One value a message, in order; null where there is nothing for this subscription, undefined where what the change
   * tells of is not stored yet.
   */
  readonly values: readonly (object | null | undefined)[];
  /** Topics to follow from now on, besides those at first. */
  readonly topics?: readonly string[];
}

/** What a subscription with certain arguments follows. */
export interface LiveQuery {
  readonly topics: readonly string[];
  /** Reads what a change says to this caller: as of now, and masked. */
  read(ctx: RequestContext, change: Change): Promise<Reading>;
}

/** What serves one field of `Subscription`. */
export interface LiveSource {
  /** Judges the arguments; throws coded errors, as NOT_FOUND. */
  follow(ctx: RequestContext, args: Readonly<Record<string, unknown>>): Promise<LiveQuery>;
}

/** The `subscribe` of a field that has a `LiveSource`: such fields are never executed by a server of single answers. */
export function servedLive(): never {
  throw new Error('A subscription was executed instead of followed.');
}

const EVENTS_TOPIC = 'events';
const MEMBERSHIPS_TOPIC = 'memberships';

/** The topic of one profile's changes. */
export function profileTopic(profileId: string): string {
  return `profile ${profileId}`;
}

/** The topic of changes that events came with. */
export function eventsTopic(): string {
  return EVENTS_TOPIC;
}

/** The topic of changes with which somebody entered or left segments. */
export function membershipsTopic(): string {
  return MEMBERSHIPS_TOPIC;
}

/** The topics, within its tenant, that a change belongs to. */
export function topicsOf({ profileId, eventIds, turnIds = [] }: Change): string[] {
  const own = [profileTopic(profileId)];
  if (eventIds.length > 0) own.push(EVENTS_TOPIC);
  if (turnIds.length > 0) own.push(MEMBERSHIPS_TOPIC);
  return own;
}
