import { clusterRecords, type GroupJudge } from '../matching/cluster.rules.js';
import type { PersonsInMaking, Refusal } from './persons-in-making.rules.js';

/** Two accounts, the lower id first. */
export type AccountPair = readonly [string, string];

/** What likeness says of two accounts. */
export interface Likeness {
  readonly accountIds: AccountPair;
  /** In bits. */
  readonly weight: number;
  /** The version of the model that says so. */
  readonly model: number;
}

/** Which accounts are alike, and how groups of them are judged. */
export interface AlikeEvidence {
  /** Pairs that are worth a look; others are not judged. */
  readonly pairs: readonly Likeness[];
  /** Groups are one person from this weight on, in bits, by all that is known of both. */
  readonly linkedFrom: number;
  /** What judges groups of these accounts: nodes are their places. */
  judgeOf(accountIds: readonly string[]): GroupJudge<unknown>;
}

/** Pairs that made groups of accounts one person, and pairs that would have, were it not for what forbids it. */
export interface AlikeJoins {
  readonly made: readonly Likeness[];
  readonly refused: ReadonlyMap<Likeness, Refusal>;
}

/** What is known of a group, and one of its accounts. */
interface JudgedGroup {
  readonly evidence: unknown;
  readonly accountId: string;
}

/**
 * Joins persons in the making that are alike: again and again the two that are most likely one, as long as all that is
 * known of both together says so and nothing forbids it. Whom identifiers or people have made one stay so.
 */
export function joinAlike(persons: PersonsInMaking, { pairs, linkedFrom, judgeOf }: AlikeEvidence): AlikeJoins {
  const known = new Set(persons.persons.flat());
  const sorted = pairs.filter(({ accountIds }) => accountIds.every((id) => known.has(id))).sort(heaviestFirst);
  const met = new Set(sorted.flatMap(({ accountIds }) => accountIds));
  const before = persons.persons.filter((person) => person.some((id) => met.has(id)));
  const ids = before.flat().sort();
  const placeOf = new Map(ids.map((id, at) => [id, at]));
  const at = (id: string) => placeOf.get(id) ?? 0;
  const plain = judgeOf(ids);
  const judge = joining(persons, plain, ids);
  const edges = sorted.map(({ accountIds: [a, b] }) => {
    const [left, right] = [at(a), at(b)];
    return { left, right, weight: judge.affinity(judge.of(left), judge.of(right)) };
  });
  clusterRecords<JudgedGroup>({
    size: ids.length,
    edges,
    mustLinks: before.flatMap(([first = '', ...others]) => others.map((id) => [at(first), at(id)] as const)),
    cannotLinks: [],
    threshold: linkedFrom,
    judge,
  });
  const refused = sorted.flatMap((pair) => {
    const refusal = persons.refusalOf(...pair.accountIds);
    if (!refusal) return [];
    const [left, right] = pair.accountIds.map((id) => plain.of(at(id)));
    return plain.affinity(left, right) >= linkedFrom ? [[pair, refusal] as const] : [];
  });
  return { made: spanning(sorted, before, persons), refused: new Map(refused) };
}

/** A judge that lets nobody join whom something forbids to, and joins the persons behind the groups that become one. */
function joining(
  persons: PersonsInMaking,
  judge: GroupJudge<unknown>,
  ids: readonly string[],
): GroupJudge<JudgedGroup> {
  return {
    of: (node) => ({ evidence: judge.of(node), accountId: ids[node] ?? '' }),
    affinity: (left, right) =>
      persons.refusalOf(left.accountId, right.accountId)
        ? Number.NEGATIVE_INFINITY
        : judge.affinity(left.evidence, right.evidence),
    merged: (left, right) => {
      persons.join(left.accountId, right.accountId);
      return { evidence: judge.merged(left.evidence, right.evidence), accountId: left.accountId };
    },
  };
}

/** The heaviest pairs that make one person each of what were several. */
function spanning(
  sorted: readonly Likeness[],
  before: readonly (readonly string[])[],
  persons: PersonsInMaking,
): Likeness[] {
  const groups = before.map((person) => new Set(person));
  const groupOf = new Map(groups.flatMap((group) => [...group].map((id) => [id, group] as const)));
  return sorted.filter(({ accountIds: [a, b] }) => {
    const [left, right] = [groupOf.get(a), groupOf.get(b)];
    if (!left || !right || left === right || !persons.areOne(a, b)) return false;
    for (const id of right) groupOf.set(id, left.add(id));
    return true;
  });
}

function heaviestFirst(a: Likeness, b: Likeness): number {
  return b.weight - a.weight || (a.accountIds.join() < b.accountIds.join() ? -1 : 1);
}
