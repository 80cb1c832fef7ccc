import { earlier, later } from '../platform/dates.rules.js';
import type { Channel } from './channel.js';
import type { ChannelAccount, Stamp } from './channel-account.entity.js';
import { definitionOf } from './channel-definitions.js';
import type { Identifier } from './identifier.entity.js';
import type { IdentifierType } from './identifier-type.js';

const MOST_IDENTIFIERS = 200;
const MOST_CUSTOM_TRAITS = 200;

/** An account's record in clear, without what storage adds. */
export type AccountRecord = Pick<
  ChannelAccount,
  | 'id'
  | 'channel'
  | 'externalId'
  | 'externalIdType'
  | 'displayName'
  | 'identifiers'
  | 'attributes'
  | 'custom'
  | 'stamps'
  | 'firstSeenAt'
  | 'lastSeenAt'
>;

/** What one observation says of an account. */
export interface AccountObservation {
  readonly accountId: string;
  readonly channel: Channel;
  readonly externalId: string;
  readonly externalIdType: IdentifierType;
  readonly messageId: string;
  readonly occurredAt: Date;
  readonly identifiers: readonly Omit<Identifier, 'channels' | 'firstSeenAt' | 'lastSeenAt'>[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly custom: Readonly<Record<string, unknown>>;
}

/** An account's record out of what holds more. */
export function recordOf(account: AccountRecord): AccountRecord {
  const { id, channel, externalId, externalIdType, displayName, identifiers } = account;
  const { attributes, custom, stamps, firstSeenAt, lastSeenAt } = account;
  const names = { id, channel, externalId, externalIdType, displayName, identifiers };
  return { ...names, attributes, custom, stamps, firstSeenAt, lastSeenAt };
}

function isLater(stamp: Stamp, than: Stamp | undefined): boolean {
  if (!than) return true;
  return stamp[0] === than[0] ? stamp[1] > than[1] : stamp[0] > than[0];
}

/** An account that nothing was observed of yet. */
function emptyAccount(observation: AccountObservation): AccountRecord {
  return {
    id: observation.accountId,
    channel: observation.channel,
    externalId: observation.externalId,
    externalIdType: observation.externalIdType,
    displayName: null,
    identifiers: [],
    attributes: {},
    custom: {},
    stamps: {},
    firstSeenAt: observation.occurredAt,
    lastSeenAt: observation.occurredAt,
  };
}

function observeValues(
  values: Record<string, unknown>,
  stamps: Record<string, Stamp>,
  observed: Readonly<Record<string, unknown>>,
  stamp: Stamp,
): void {
  for (const name of Object.keys(observed)) {
    // a trait may be called `toString`
    if (Object.hasOwn(stamps, name) && !isLater(stamp, stamps[name])) continue;
    values[name] = observed[name];
    stamps[name] = stamp;
  }
}

/**
 * The 200 custom traits observed last, ties by name: one that was left out comes back by being observed again, so the
 * order of arrival does not matter.
 */
function boundCustom(custom: Record<string, unknown>, stamps: Record<string, Stamp>): void {
  const names = Object.keys(custom);
  if (names.length <= MOST_CUSTOM_TRAITS) return;
  const at = (name: string) => stamps[name]?.[0] ?? 0;
  names.sort((a, b) => at(b) - at(a) || (a < b ? -1 : 1));
  for (const name of names.slice(MOST_CUSTOM_TRAITS)) {
    delete custom[name];
    delete stamps[name];
  }
}

function observeIdentifiers(
  known: Map<string, Identifier>,
  { identifiers, occurredAt, channel }: AccountObservation,
): void {
  for (const identifier of identifiers) {
    const before = known.get(identifier.key);
    known.set(identifier.key, {
      ...identifier,
      channels: [channel],
      firstSeenAt: before ? earlier(before.firstSeenAt, occurredAt) : occurredAt,
      lastSeenAt: before ? later(before.lastSeenAt, occurredAt) : occurredAt,
    });
  }
}

/** Identifiers by the time they were last seen, the newest first; ties by key, so that any order of arrival gives the same. */
export function newestFirst(identifiers: readonly Identifier[]): Identifier[] {
  return [...identifiers].sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime() || (a.key < b.key ? -1 : 1));
}

/** The name a channel shows: its own attribute for it where it has one, else the trait. */
function displayNameOf(channel: Channel, attributes: Readonly<Record<string, unknown>>): string | null {
  const own = definitionOf(channel).traits.name;
  const shown = (own ? attributes[own] : undefined) ?? attributes.name;
  return typeof shown === 'string' ? shown : null;
}

/**
 * An account after more observations, at least one: per attribute the last value by (occurredAt, messageId), a null being
 * a value. The same observations in any order, at once or one by one, and any of them repeated, give the same account.
 */
export function observeAccount(
  before: AccountRecord | undefined,
  ...observations: readonly [AccountObservation, ...AccountObservation[]]
): AccountRecord {
  const account = before ?? emptyAccount(observations[0]);
  const attributes = { ...account.attributes };
  const custom = { ...account.custom };
  const stamps = { ...account.stamps };
  const identifiers = new Map(account.identifiers.map((identifier) => [identifier.key, identifier]));
  let { firstSeenAt, lastSeenAt } = account;
  for (const observation of observations) {
    const { occurredAt, messageId } = observation;
    const stamp: Stamp = [occurredAt.getTime(), messageId];
    observeValues(attributes, stamps, observation.attributes, stamp);
    observeValues(custom, stamps, observation.custom, stamp);
    observeIdentifiers(identifiers, observation);
    firstSeenAt = earlier(occurredAt, firstSeenAt);
    lastSeenAt = later(occurredAt, lastSeenAt);
  }
  boundCustom(custom, stamps);
  return {
    ...account,
    attributes,
    custom,
    stamps,
    identifiers: newestFirst([...identifiers.values()]).slice(0, MOST_IDENTIFIERS),
    displayName: displayNameOf(account.channel, attributes),
    firstSeenAt,
    lastSeenAt,
  };
}
