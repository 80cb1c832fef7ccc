import { groupBy } from '../platform/group-by.rules.js';

/** Accounts that are one person by the links known, and the profiles they are in now. */
export interface StitchGroup {
  readonly accountIds: readonly string[];
  /** Ids of living profiles, the one to survive first; none where all is new. */
  readonly roots: readonly string[];
}

/** What ranks a profile when several become one: the lower survives. */
export interface Rank {
  readonly id: string;
  readonly seniority: number;
}

/** Sets of ids that grow together. */
class DisjointSets {
  private readonly parents = new Map<string, string>();

  find(id: string): string {
    let root = id;
    for (let parent = this.parents.get(root); parent !== undefined; parent = this.parents.get(root)) root = parent;
    if (root !== id) this.parents.set(id, root);
    return root;
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.find(a), this.find(b)];
    if (rootA !== rootB) this.parents.set(rootB, rootA);
  }
}

/** Which of several profiles survives: the lowest seniority, ties to the lowest id. Every writer decides alike. */
export function bySeniority(a: Rank, b: Rank): number {
  return a.seniority - b.seniority || (a.id < b.id ? -1 : 1);
}

/**
 * Groups accounts into persons: those joined by a pair, and those in one profile already. `rootOf` tells the living
 * profile an account is in, if any. Accounts without a profile that stand alone are groups of one.
 */
export function groupAccounts(
  accountIds: readonly string[],
  pairs: readonly (readonly [string, string])[],
  rootOf: (accountId: string) => Rank | undefined,
): StitchGroup[] {
  const sets = new DisjointSets();
  const all = new Set([...accountIds, ...pairs.flat()]);
  const ranks = new Map<string, Rank>();
  for (const account of all) {
    const root = rootOf(account);
    if (!root) continue;
    ranks.set(root.id, root);
    sets.join(root.id, account);
  }
  for (const [a, b] of pairs) sets.join(a, b);
  const groups = groupBy([...all], (account) => sets.find(account));
  const rootsOf = groupBy([...ranks.values()], (rank) => sets.find(rank.id));
  return [...groups].map(([set, members]) => ({
    accountIds: members.sort(),
    roots: (rootsOf.get(set) ?? []).sort(bySeniority).map(({ id }) => id),
  }));
}
