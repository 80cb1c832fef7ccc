/** One identifier, and the accounts that hold it. */
export interface SharedIdentifier {
  /** Blinded. */
  readonly key: string;
  readonly type: string;
  readonly holders: readonly string[];
}

/** That two accounts are one person, and why. */
export interface LinkDecision {
  /** The lower account id, then the higher. */
  readonly accountIds: readonly [string, string];
  readonly rule: string;
  readonly evidenceKey: string;
}

/**
 * Decides which accounts are one person: those that hold the same identifier. Each account in `affected` is linked to
 * the lowest other holder, so that n holders are n - 1 links. The whole of matching stands behind this function.
 */
export function decideLinks(identifiers: readonly SharedIdentifier[], affected: ReadonlySet<string>): LinkDecision[] {
  return identifiers.flatMap(({ key, type, holders }) => {
    const [lowest, ...others] = [...holders].sort();
    if (lowest === undefined) return [];
    const linked = affected.has(lowest) ? others : others.filter((account) => affected.has(account));
    return linked.map((account) => ({ accountIds: [lowest, account] as const, rule: type, evidenceKey: key }));
  });
}
