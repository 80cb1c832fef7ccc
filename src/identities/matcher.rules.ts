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
 * Decides which accounts are one person: those that hold the same identifier. Where an account of `affected` is among
 * them, each is linked to the lowest, so that n holders are n - 1 links: also those not affected, since the lowest may be
 * an account that a stopped process claimed for and never linked. The whole of matching stands behind this function.
 */
export function decideLinks(identifiers: readonly SharedIdentifier[], affected: ReadonlySet<string>): LinkDecision[] {
  return identifiers.flatMap(({ key, type, holders }) => {
    const [lowest, ...others] = [...holders].sort();
    if (lowest === undefined || !holders.some((account) => affected.has(account))) return [];
    return others.map((account) => ({ accountIds: [lowest, account] as const, rule: type, evidenceKey: key }));
  });
}
