import type { AccountRecord } from '../channels/account.rules.js';
import { newestFirst, recordOf } from '../channels/account.rules.js';
import { definitionOf } from '../channels/channel-definitions.js';
import type { Identifier } from '../channels/identifier.entity.js';
import { isStandardTrait } from '../channels/trait-catalogue.js';
import { newestEventFirst } from '../events/event.rules.js';
import { earlier, later } from '../platform/dates.rules.js';
import { jsonBytes } from '../platform/json-size.rules.js';

const MOST_SNAPSHOTS = 64;
const LARGEST_SNAPSHOT_BYTES = 1_024;
const MOST_IDENTIFIERS = 200;
/** The newest 20 that are shown, and one that tells whether more follow. */
export const MOST_RECENT_EVENTS = 21;
const IDENTIFIERS_IN_PARTIAL = 3;

/** An account as its profile keeps it. */
export interface AccountSnapshotRecord extends AccountRecord {
  /** True where the account is larger than 1 kB and this copy holds its standard traits alone. */
  readonly partial: boolean;
}

type SeenAccount = Pick<AccountRecord, 'id' | 'lastSeenAt'>;

/** A bounded list, and whether anything was left out. */
export interface Bounded<T> {
  readonly kept: readonly T[];
  readonly truncated: boolean;
}

function withoutMessageIds(stamps: AccountRecord['stamps']): AccountRecord['stamps'] {
  return Object.fromEntries(Object.entries(stamps).map(([name, [at]]) => [name, [at, ''] as const]));
}

function standardPart(account: AccountRecord): AccountRecord {
  const standing = new Set(Object.values(definitionOf(account.channel).traits));
  const isKept = (name: string) => isStandardTrait(name) || standing.has(name);
  const only = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => isKept(name)));
  return {
    ...account,
    attributes: only(account.attributes),
    custom: {},
    stamps: only(account.stamps),
    identifiers: account.identifiers.slice(0, IDENTIFIERS_IN_PARTIAL),
  };
}

/** The copy of an account for its profile: all of it up to 1 kB, else its standard traits. */
export function snapshotOf(account: AccountRecord): AccountSnapshotRecord {
  const whole = { ...recordOf(account), stamps: withoutMessageIds(account.stamps) };
  const partial = jsonBytes(whole) > LARGEST_SNAPSHOT_BYTES;
  return { ...(partial ? standardPart(whole) : whole), partial };
}

/** The least copy of an account: what it is and when it was seen. All else is read from its collection. */
export function bareCopy(account: AccountSnapshotRecord): AccountSnapshotRecord {
  return { ...account, displayName: null, identifiers: [], attributes: {}, custom: {}, stamps: {}, partial: true };
}

/** The order of a profile's accounts: the one seen last first, ties by id. */
export function lastSeenFirst(a: SeenAccount, b: SeenAccount): number {
  return b.lastSeenAt.getTime() - a.lastSeenAt.getTime() || (a.id < b.id ? -1 : 1);
}

/**
 * The 64 accounts seen last, ties by id. An account outside them comes in only by being seen again, so the bounded list
 * can be kept up account by account and still does not depend on the order of arrival.
 */
export function boundSnapshots<T extends SeenAccount>(snapshots: Iterable<T>): Bounded<T> {
  const sorted = [...snapshots].sort(lastSeenFirst);
  return { kept: sorted.slice(0, MOST_SNAPSHOTS), truncated: sorted.length > MOST_SNAPSHOTS };
}

/** The identifiers of several accounts as one list: each once, with all its channels; the 200 seen last. */
export function mergeIdentifiers(lists: readonly (readonly Identifier[])[]): Bounded<Identifier> {
  const byKey = new Map<string, Identifier>();
  for (const identifier of lists.flat()) {
    const known = byKey.get(identifier.key);
    byKey.set(identifier.key, known ? joinIdentifier(known, identifier) : identifier);
  }
  const sorted = newestFirst([...byKey.values()]);
  return { kept: sorted.slice(0, MOST_IDENTIFIERS), truncated: sorted.length > MOST_IDENTIFIERS };
}

function joinIdentifier(a: Identifier, b: Identifier): Identifier {
  return {
    ...a,
    channels: [...new Set([...a.channels, ...b.channels])].sort(),
    firstSeenAt: earlier(a.firstSeenAt, b.firstSeenAt),
    lastSeenAt: later(a.lastSeenAt, b.lastSeenAt),
    linking: a.linking && b.linking,
  };
}

/** The newest of several lists of events, each once. */
export function newestEvents<T extends { readonly id: string; readonly occurredAt: Date }>(
  lists: readonly (readonly T[])[],
): T[] {
  const byId = new Map(lists.flat().map((event) => [event.id, event]));
  return [...byId.values()].sort(newestEventFirst).slice(0, MOST_RECENT_EVENTS);
}
