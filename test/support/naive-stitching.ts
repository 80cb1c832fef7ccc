import type { Channel } from '../../src/channels/channel.js';
import { definitionOf } from '../../src/channels/channel-definitions.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';

/** One item of a script: what a client sends, in values that need no normalising. */
export interface Item {
  readonly messageId: string;
  readonly channel: Channel;
  readonly identifiers: readonly { readonly type: IdentifierType; readonly value: string }[];
  readonly traits: Readonly<Record<string, string | null>>;
  /** Milliseconds. */
  readonly at: number;
  /** By category: what the person decided on consent. */
  readonly consents?: Readonly<Record<string, boolean>>;
}

/** A person as the naive evaluator sees one; what the product must come to as well. */
export interface NaivePerson {
  readonly accountIds: readonly string[];
  readonly traits: Readonly<Record<string, string>>;
  /** By trait: the account and the time its value is from. */
  readonly sources: Readonly<Record<string, readonly [accountId: string, at: number]>>;
  /** `TYPE value first last channels`, sorted. */
  readonly identifiers: readonly string[];
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** messageIds, the newest first. */
  readonly events: readonly string[];
}

/** What identifies the account an item belongs to. */
export type AccountIdOf = (channel: Channel, identifier: Item['identifiers'][number]) => string;

const TYPES = Object.values(IdentifierType);

/** The account an item belongs to. */
export function accountIdOfItem({ channel, identifiers }: Item, idOf: AccountIdOf): string {
  const [first] = [...identifiers].sort((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));
  if (!first) throw new Error('An item of a script has no identifier.');
  return idOf(channel, first);
}

/** The traits of an item: a phone or email it is known by is one too. */
function traitsOf({ identifiers, traits }: Item): Record<string, string | null> {
  const known = identifiers.filter(({ type }) => type === 'PHONE' || type === 'EMAIL');
  return { ...Object.fromEntries(known.map(({ type, value }) => [type.toLowerCase(), value])), ...traits };
}

/** Items by person, where whatever is shared makes one: as long as two groups share an account or an identifier, they are made one. */
export function joinedBySharing(
  items: readonly Item[],
  idOf: AccountIdOf,
  merged: readonly (readonly string[])[],
): Item[][] {
  const keysOf = (item: Item) => {
    const accountId = accountIdOfItem(item, idOf);
    const merges = merged.flatMap((accountIds, index) => (accountIds.includes(accountId) ? [`merge ${index}`] : []));
    return [accountId, ...merges, ...item.identifiers.map(({ type, value }) => `${type} ${value}`)];
  };
  let groups: { items: Item[]; keys: Set<string> }[] = [];
  for (const item of items) {
    const keys = keysOf(item);
    const touched = groups.filter((group) => keys.some((key) => group.keys.has(key)));
    const joined = {
      items: [...touched.flatMap((group) => group.items), item],
      keys: new Set([...touched.flatMap((group) => [...group.keys]), ...keys]),
    };
    groups = [...groups.filter((group) => !touched.includes(group)), joined];
  }
  return groups.map((group) => group.items);
}

interface Observed {
  readonly value: string | null;
  readonly accountId: string;
  readonly channel: Channel;
  readonly at: number;
}

/** What each account says of a trait: its last value by time, then messageId. */
function lastByAccount(items: readonly Item[], trait: string, idOf: AccountIdOf): Observed[] {
  const last = new Map<string, Observed>();
  const byTime = [...items].sort((a, b) => a.at - b.at || (a.messageId < b.messageId ? -1 : 1));
  for (const item of byTime) {
    const value = traitsOf(item)[trait];
    if (value === undefined) continue;
    const accountId = accountIdOfItem(item, idOf);
    last.set(accountId, { value, accountId, channel: item.channel, at: item.at });
  }
  return [...last.values()];
}

/** Whether `a` is to survive rather than `b`: priority of the channel, time, how many say so, the higher text, account id. */
function isStronger(a: Observed, b: Observed, all: readonly Observed[]): boolean {
  const ranks = ({ value, channel, at }: Observed) => [
    definitionOf(channel).priority,
    at,
    all.filter((other) => other.value === value).length,
  ];
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const differing = ranksA.findIndex((rank, index) => rank !== ranksB[index]);
  if (differing !== -1) return (ranksA[differing] ?? 0) > (ranksB[differing] ?? 0);
  const [textA, textB] = [a.value ?? '', b.value ?? '']; // a null says least
  return textA === textB ? a.accountId < b.accountId : textA > textB;
}

function goldenRecord(items: readonly Item[], idOf: AccountIdOf): Pick<NaivePerson, 'traits' | 'sources'> {
  const traits: Record<string, string> = {};
  const sources: Record<string, readonly [string, number]> = {};
  for (const trait of new Set(items.flatMap((item) => Object.keys(traitsOf(item))))) {
    const all = lastByAccount(items, trait, idOf);
    const chosen = all.find((one) => all.every((other) => other === one || isStronger(one, other, all)));
    if (!chosen || chosen.value === null) continue;
    traits[trait] = chosen.value;
    sources[trait] = [chosen.accountId, chosen.at];
  }
  return { traits, sources };
}

function identifiersOf(items: readonly Item[]): string[] {
  const names = new Set(items.flatMap((item) => item.identifiers.map(({ type, value }) => `${type} ${value}`)));
  return [...names]
    .map((name) => {
      const seen = items.filter((item) => item.identifiers.some(({ type, value }) => `${type} ${value}` === name));
      const times = seen.map(({ at }) => at);
      const channels = [...new Set(seen.map(({ channel }) => channel))].sort();
      return `${name} ${Math.min(...times)} ${Math.max(...times)} ${channels.join('+')}`;
    })
    .sort();
}

/**
 * Stitches a whole script at once, with no regard for speed: each trait is chosen by comparing every two accounts.
 * `personsOf` says which items are one person's; `eventIdOf` breaks ties of time among events.
 */
export function stitchNaively(
  items: readonly Item[],
  idOf: AccountIdOf,
  eventIdOf: (messageId: string) => string,
  personsOf: (items: readonly Item[]) => readonly (readonly Item[])[],
): NaivePerson[] {
  const once = [...new Map(items.map((item) => [item.messageId, item])).values()];
  const newestFirst = (a: Item, b: Item) => b.at - a.at || (eventIdOf(a.messageId) < eventIdOf(b.messageId) ? 1 : -1);
  return personsOf(once)
    .map((own) => ({
      accountIds: [...new Set(own.map((item) => accountIdOfItem(item, idOf)))].sort(),
      ...goldenRecord(own, idOf),
      identifiers: identifiersOf(own),
      firstSeenAt: Math.min(...own.map(({ at }) => at)),
      lastSeenAt: Math.max(...own.map(({ at }) => at)),
      events: [...own].sort(newestFirst).map(({ messageId }) => messageId),
    }))
    .sort((a, b) => ((a.accountIds[0] ?? '') < (b.accountIds[0] ?? '') ? -1 : 1));
}
