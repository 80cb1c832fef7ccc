import { IdentityEdgeKind } from '../../src/identities/link.entity.js';
import { type LinkRecord, linkIdOf } from '../../src/identities/link.rules.js';

/** What an unmerge by hand stores, for groups of accounts that are different persons: a link for each two of them. */
export function barringLinks(groups: readonly (readonly string[])[]): LinkRecord[] {
  const pairs = groups.flatMap((leaving, at) => groups.slice(at + 1).map((staying) => ({ leaving, staying })));
  const said = { kind: IdentityEdgeKind.CANNOT_LINK, rule: 'UNMERGE', refusal: null, reason: null, weight: null };
  const made = { active: true, createdAt: new Date(), createdBy: 'tester' };
  return pairs.map(({ leaving, staying }): LinkRecord => {
    const ends: [string, string] = [leaving[0] ?? '', staying[0] ?? ''];
    return {
      id: linkIdOf(ends, said.kind, said.rule),
      accountIds: ends,
      evidence: { leaving, staying },
      ...said,
      ...made,
    };
  });
}

/** What a merge by hand stores for two accounts. */
export function mergingLink(accountIds: [string, string]): LinkRecord {
  const said = { kind: IdentityEdgeKind.MANUAL, rule: 'MERGE', refusal: null, reason: null, weight: null };
  const made = { active: true, createdAt: new Date(), createdBy: 'tester' };
  const ends = [...accountIds].sort() as [string, string];
  return { id: linkIdOf(ends, said.kind, said.rule), accountIds: ends, evidence: {}, ...said, ...made };
}
