import { groupBy } from '../platform/group-by.rules.js';
import type { AccountPair, ComponentDecision } from './component.rules.js';

/** The living profile an account is in, if any. */
type ProfileOf = (accountId: string) => string | undefined;

/** What is known of the profiles before a decision is carried out. */
export interface ProfilesBefore {
  readonly profileOf: ProfileOf;
  /** Whether the account's profile says of one of these identifiers that it links. */
  showsLinking(accountId: string, keys: ReadonlySet<string>): boolean;
}

/** By profile that holds accounts of several persons: which of its accounts are one person each. */
export function partsOf({ persons }: ComponentDecision, profileOf: ProfileOf): Map<string, string[][]> {
  const parts = new Map<string, string[][]>();
  for (const person of persons) {
    for (const [profile, accountIds] of groupBy(person, (id) => profileOf(id) ?? '')) {
      if (profile !== '') parts.set(profile, [...(parts.get(profile) ?? []), accountIds]);
    }
  }
  return new Map([...parts].filter(([, own]) => own.length > 1));
}

/**
 * Pairs of accounts that join what a person's accounts are in now: one of each profile, and those in none. An account is
 * paired with itself where its profile must be written for what links no more.
 */
export function pairsOf({ persons, unlinked }: ComponentDecision, before: ProfilesBefore): AccountPair[] {
  return persons.flatMap((person) => {
    const seen = new Set<string>();
    const apart = person.filter((id) => {
      const profile = before.profileOf(id) ?? id;
      if (seen.has(profile)) return false;
      seen.add(profile);
      return true;
    });
    const [first, ...others] = apart;
    const stale = apart.filter((id) => before.showsLinking(id, unlinked));
    if (first === undefined) return [];
    return [...others.map((id) => [first, id] as const), ...stale.map((id) => [id, id] as const)];
  });
}
