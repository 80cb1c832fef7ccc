import { groupBy } from '../platform/group-by.rules.js';
import type { AccountPair } from './alike.rules.js';
import type { ComponentDecision } from './component.rules.js';

/** What is known of the profiles before a decision is carried out. */
export interface ProfilesBefore {
  /** The living profile an account leads to, if any. */
  profileOf(accountId: string): string | undefined;
  /** Whether anything of the account is stored. */
  isStored(accountId: string): boolean;
  /** Whether the account's profile says of an identifier that it links, and it doesn't, or the other way round. */
  isStale(accountId: string): boolean;
}

/** By profile that holds accounts of several persons: which of its accounts are one person each. */
export function partsOf(
  { persons }: ComponentDecision,
  holdersOf: (accountId: string) => readonly string[],
): Map<string, string[][]> {
  const held = persons.flatMap((person) => {
    const places = person.flatMap((id) => holdersOf(id).map((profile) => ({ id, profile })));
    return [...groupBy(places, ({ profile }) => profile)];
  });
  const byProfile = [...groupBy(held, ([profile]) => profile)];
  const several = byProfile.filter(([, parts]) => parts.length > 1);
  return new Map(several.map(([profile, parts]) => [profile, parts.map(([, places]) => places.map(({ id }) => id))]));
}

/**
 * Pairs of accounts that join what a person's accounts are in now: one of each profile, and those in none. An account is
 * paired with itself where its profile must be written for what links no more, or again. One that is not stored and leads
 * to a profile is left there: its person's stored accounts are in the same, or it is another person's.
 */
export function pairsOf({ persons }: ComponentDecision, before: ProfilesBefore): AccountPair[] {
  return persons.flatMap((person) => {
    const seen = new Set<string>();
    const movable = person.filter((id) => before.isStored(id) || before.profileOf(id) === undefined);
    const apart = movable.filter((id) => {
      const profile = before.profileOf(id) ?? id;
      if (seen.has(profile)) return false;
      seen.add(profile);
      return true;
    });
    const [first, ...others] = apart;
    const stale = apart.filter((id) => before.isStale(id));
    if (first === undefined) return [];
    return [...others.map((id) => [first, id] as const), ...stale.map((id) => [id, id] as const)];
  });
}
