import { hashedUlid } from '../platform/ids.js';
import type { AccountPair } from './alike.rules.js';
import { type DecidedEdge, pairOf } from './component.rules.js';
import type { IdentityEdgeKind, Link } from './link.entity.js';
import type { Parting } from './persons-in-making.rules.js';

/** A link in clear, without what storage adds. */
export type LinkRecord = Omit<Link, '_id' | 'tenantId' | 'sealedReason'> & {
  /** What tells it from other links of the same accounts, kind and rule. */
  readonly id: string;
  readonly reason: string | null;
};

/** What a decision changes of the links that are stored. */
export interface LinkChanges {
  readonly added: readonly LinkRecord[];
  /** Ids of links that hold again, and that hold no longer. */
  readonly opened: readonly string[];
  readonly closed: readonly string[];
}

/** Two that are alike in another way than before are linked anew, and the old link is closed. */
const DIGITS_OF_WEIGHT = 3;

/** By the kind of a link: how many parts of its id are before the blinded identifier. */
const PARTS_BEFORE_TOKEN: Readonly<Record<string, number>> = { IDENTIFIER: 4, REFUSED: 5 };

const DECIDED: ReadonlySet<string> = new Set(['IDENTIFIER', 'PROBABILISTIC', 'REFUSED']);

/** The id of a link: its ends, kind and rule, and the evidence where there may be several. */
export function linkIdOf(accountIds: AccountPair, kind: `${IdentityEdgeKind}`, rule: string, evidence = ''): string {
  return [...accountIds, kind, rule, ...(evidence ? [evidence] : [])].join(':');
}

/** The id of the link that a review of a candidate makes: one for either answer, so that only one can be given. */
export function reviewLinkIdOf(accountIds: AccountPair, candidateId: string): string {
  return [...accountIds, 'REVIEW', candidateId].join(':');
}

/** The accounts that people made one, by links that hold. */
export function mergesIn(links: readonly LinkRecord[]): AccountPair[] {
  return links.filter(({ kind, active }) => kind === 'MANUAL' && active).map(({ accountIds }) => accountIds);
}

/** What people took apart, by links that hold. */
export function partingsIn(links: readonly LinkRecord[]): Parting[] {
  return links
    .filter(({ kind, active }) => kind === 'CANNOT_LINK' && active)
    .map((link) => ({ id: link.id, sides: sidesOf(link) }));
}

/** The links of a kind that hold and run between two of these groups of accounts, or bar one from another. */
export function linksBetween(
  links: readonly LinkRecord[],
  groups: readonly (readonly string[])[],
  kind: `${IdentityEdgeKind}`,
): LinkRecord[] {
  const groupOf = new Map(groups.flatMap((group, at) => group.map((id) => [id, at] as const)));
  const reached = (side: readonly string[]) => new Set(side.flatMap((id) => groupOf.get(id) ?? []));
  return links
    .filter((link) => link.active && link.kind === kind)
    .filter((link) => {
      const [left, right] = sidesOf(link).map(reached) as [Set<number>, Set<number>];
      return [...left].some((group) => right.size > (right.has(group) ? 1 : 0));
    });
}

/** What is left of a link that bars accounts from each other, once some of them have been made one. */
export function narrowedBy(link: LinkRecord, merged: ReadonlySet<string>): LinkRecord[] {
  const [leaving, staying] = sidesOf(link);
  const [out, within] = [leaving.filter((id) => !merged.has(id)), leaving.filter((id) => merged.has(id))];
  const beyond = staying.filter((id) => !merged.has(id));
  const rest = [
    [out, staying],
    [within, beyond],
  ] as const;
  return rest.flatMap(([left, right], at) => {
    const ends: AccountPair | undefined = left[0] && right[0] ? pairOf(left[0], right[0]) : undefined;
    if (!ends) return [];
    const evidence = { leaving: left, staying: right };
    return [{ ...link, id: `${link.id}:${at}`, accountIds: [...ends] as [string, string], evidence, active: true }];
  });
}

/** Links that keep each side of a parting together as people had made it one, where that went by way of the other side. */
export function keptTogether(closed: readonly LinkRecord[], sides: readonly (readonly string[])[]): LinkRecord[] {
  return sides.flatMap((side) => {
    const own = new Set(side);
    const ends = closed.flatMap((link) => link.accountIds.filter((id) => own.has(id)).map((id) => ({ id, link })));
    const [first, ...others] = [...new Map(ends.map((end) => [end.id, end])).values()];
    if (!first) return [];
    return others.map(({ id, link }): LinkRecord => {
      const accountIds = [...pairOf(first.id, id)] as [string, string];
      return { ...link, id: `${linkIdOf(accountIds, link.kind, link.rule)}:${link.id}`, accountIds, active: true };
    });
  });
}

/** What is left of a link once accounts have been erased: of what bars others from each other as well a link between those. */
export function withoutAccounts(link: LinkRecord, erased: ReadonlySet<string>): LinkRecord[] {
  const [leaving, staying] = sidesOf(link).map((side) => side.filter((id) => !erased.has(id))) as [string[], string[]];
  const [a, b] = [leaving[0], staying[0]];
  if (link.kind !== 'CANNOT_LINK' || a === undefined || b === undefined) return [];
  const accountIds = [...pairOf(a, b)] as [string, string];
  const id = linkIdOf(accountIds, link.kind, link.rule, hashedUlid(link.id));
  return [{ ...link, id, accountIds, reason: null, evidence: { leaving, staying } }];
}

/** All accounts that a link concerns, its ends first. */
export function concernedBy(link: LinkRecord): string[] {
  return [...new Set([...link.accountIds, ...sidesOf(link).flat()])];
}

/** The accounts on either side of a link: of a parting those it bars from each other. */
function sidesOf({ accountIds: [a, b], evidence }: LinkRecord): [readonly string[], readonly string[]] {
  const { leaving = [a], staying = [b] } = evidence as { leaving?: string[]; staying?: string[] };
  return [leaving, staying];
}

/**
 * What must change of stored links so that they say what was decided on accounts. A link that leads to an account which
 * was not decided on stays as it is.
 */
export function changesOfLinks(
  stored: readonly LinkRecord[],
  decided: readonly DecidedEdge[],
  accountIds: ReadonlySet<string>,
  now: Date,
): LinkChanges {
  const known = new Map(stored.filter(({ kind }) => DECIDED.has(kind)).map((link) => [link.id, link]));
  const wanted = new Map(decided.map((edge) => [idOfEdge(edge), edge]));
  return {
    added: [...wanted].flatMap(([id, edge]) => (known.has(id) ? [] : [toLink(id, edge, now)])),
    opened: [...wanted.keys()].filter((id) => known.get(id)?.active === false),
    closed: [...known.values()]
      .filter(({ id, active }) => active && !wanted.has(id))
      .filter((link) => link.accountIds.every((id) => accountIds.has(id)))
      .map(({ id }) => id),
  };
}

function idOfEdge({ accountIds, kind, rule, reason, key, weight, model }: DecidedEdge): string {
  const likeness = model === null ? '' : `${model}:${weight?.toFixed(DIGITS_OF_WEIGHT)}`;
  return linkIdOf(accountIds, kind, reason ? `${rule}:${reason}` : rule, key ?? likeness);
}

function toLink(id: string, edge: DecidedEdge, now: Date): LinkRecord {
  const { accountIds, kind, rule, reason, weight, key, model } = edge;
  return {
    id,
    accountIds: [...accountIds],
    kind: kind as IdentityEdgeKind,
    rule,
    refusal: reason,
    reason: null,
    weight,
    evidence: { ...(key !== null && { identifier: key }), ...(model !== null && { model }) },
    active: true,
    createdAt: now,
    createdBy: 'system',
  };
}

/**
 * The id of a link with what `to` makes of the blinded identifier in it; as it is where there is none. Links by an identifier end in
 * it, and refused ones behind the reason, where another kind of evidence has two parts.
 */
export function withTokenInId(id: string, to: (token: string) => string): string {
  const parts = id.split(':');
  const place = PARTS_BEFORE_TOKEN[parts[2] ?? ''];
  const token = parts[place ?? parts.length];
  return token === undefined || parts.length !== (place ?? 0) + 1 ? id : [...parts.slice(0, -1), to(token)].join(':');
}
