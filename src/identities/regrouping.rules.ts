import { groupBy } from '../platform/group-by.rules.js';
import { groupAccounts } from '../profiles/stitch.rules.js';

const MOST_SAMPLES = 20;
const MOST_GROUPS_SHOWN = 5;
const MOST_ACCOUNTS_SHOWN = 10;

/** Profiles that share accounts with persons as they were decided: the least set that says what changes. */
export interface Regrouping {
  /** The profiles concerned, each with its accounts. */
  readonly before: ReadonlyMap<string, readonly string[]>;
  /** The accounts of each person. */
  readonly after: readonly (readonly string[])[];
}

/** What a change looks like: at most five groups of ten accounts on either side. */
export interface RegroupingSample {
  /** How many accounts it concerns in all. */
  readonly accounts: number;
  readonly before: readonly (readonly string[])[];
  readonly after: readonly (readonly string[])[];
}

/** What a decision over many profiles comes to. */
export interface RegroupingTally {
  /** Profiles that were decided on. */
  readonly profiles: number;
  /** Profiles that hold other accounts afterwards. */
  readonly changed: number;
  /** Persons whose accounts were in several profiles. */
  readonly merged: number;
  /** Profiles whose accounts were several persons'. */
  readonly parted: number;
  readonly samples: readonly RegroupingSample[];
}

export const NO_CHANGES: RegroupingTally = { profiles: 0, changed: 0, merged: 0, parted: 0, samples: [] };

/** What changes where persons get a profile each; profiles that stay as they are, and accounts in none, are left out. */
export function regroupings(
  persons: readonly (readonly string[])[],
  profileOf: (accountId: string) => string | undefined,
): Regrouping[] {
  const placed = persons.map((person) => person.filter((id) => profileOf(id) !== undefined));
  const pairs = placed.flatMap((person) => person.slice(1).map((id) => [person[0] ?? id, id] as const));
  const rootOf = (accountId: string) => ({ id: profileOf(accountId) ?? '', seniority: 0 });
  const personOf = new Map(placed.flatMap((person) => person.map((id) => [id, person] as const)));
  return groupAccounts(placed.flat(), pairs, rootOf).flatMap(({ accountIds }) => {
    const before = groupBy(accountIds, (id) => profileOf(id) ?? '');
    const after = [...new Set(accountIds.map((id) => personOf.get(id) ?? []))];
    return before.size === 1 && after.length === 1 ? [] : [{ before, after }];
  });
}

/** A tally after more profiles were decided on, and what of them changes. */
export function tallyWith(tally: RegroupingTally, profiles: number, changes: readonly Regrouping[]): RegroupingTally {
  const sum = (count: (change: Regrouping) => number) => changes.reduce((total, change) => total + count(change), 0);
  return {
    profiles: tally.profiles + profiles,
    changed: tally.changed + sum(({ before }) => before.size),
    merged: tally.merged + sum(mergedIn),
    parted: tally.parted + sum(partedIn),
    samples: [...tally.samples, ...changes.slice(0, MOST_SAMPLES).map(sampleOf)].slice(0, MOST_SAMPLES),
  };
}

function mergedIn({ before, after }: Regrouping): number {
  return touching(after, [...before.values()]);
}

function partedIn({ before, after }: Regrouping): number {
  return touching([...before.values()], after);
}

/** How many of these groups have accounts in several of the others. */
function touching(groups: readonly (readonly string[])[], others: readonly (readonly string[])[]): number {
  const placeOf = new Map(others.flatMap((group, at) => group.map((id) => [id, at] as const)));
  return groups.filter((group) => new Set(group.map((id) => placeOf.get(id))).size > 1).length;
}

function sampleOf({ before, after }: Regrouping): RegroupingSample {
  const shown = (groups: readonly (readonly string[])[]) =>
    groups.slice(0, MOST_GROUPS_SHOWN).map((group) => group.slice(0, MOST_ACCOUNTS_SHOWN));
  const groups = [...before.values()];
  return { accounts: groups.flat().length, before: shown(groups), after: shown(after) };
}
