import { groupBy } from '../platform/group-by.rules.js';

/** The accounts of a person that are in one profile now. */
export interface Portion {
  readonly profileId: string;
  readonly accountIds: readonly string[];
  /** Whether the profile has no others. */
  readonly isAll: boolean;
}

/**
 * Of persons those for whom a profile gains or loses accounts, each by where its accounts are now. Accounts that are in
 * no profile yet are left out: their writer will bring them in.
 */
export function regrouped(
  persons: readonly (readonly string[])[],
  profileOf: (accountId: string) => string | undefined,
): Portion[][] {
  const portions = persons.map((person) => [...groupBy(person, profileOf)].flatMap(placed));
  const sizes = new Map<string, number>();
  for (const [profileId, ids] of portions.flat()) sizes.set(profileId, (sizes.get(profileId) ?? 0) + ids.length);
  const whole = portions.map((own) =>
    own.map(([profileId, accountIds]): Portion => {
      return { profileId, accountIds, isAll: sizes.get(profileId) === accountIds.length };
    }),
  );
  return whole.filter((own) => own.length > 1 || own.some(({ isAll }) => !isAll));
}

function placed([profileId, ids]: [string | undefined, string[]]): [string, string[]][] {
  return profileId === undefined ? [] : [[profileId, ids]];
}

/** The ids that lead to a profile that has taken others in: theirs, and they themselves; at most as many as it keeps. */
export function mergedIdsAfter(
  survivor: { readonly id: string; readonly mergedIds: readonly string[] },
  absorbed: readonly { readonly id: string; readonly mergedIds: readonly string[] }[],
  most: number,
): string[] {
  const theirs = absorbed.flatMap(({ mergedIds }) => mergedIds).filter((id) => id !== survivor.id);
  return [...new Set([...survivor.mergedIds, ...theirs, ...absorbed.map(({ id }) => id)])].slice(0, most);
}
