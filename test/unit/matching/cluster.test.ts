import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClusterEdge,
  clusterRecords,
  type GroupJudge,
  type NodePair,
} from '../../../src/matching/cluster.rules.js';

/** Judges groups by the mean weight of the pairs between them, 0 where there is no edge. */
function byMean(edges: readonly ClusterEdge[]): GroupJudge<readonly number[]> {
  const weights = new Map(edges.map(({ left, right, weight }) => [`${left} ${right}`, weight]));
  return {
    of: (node) => [node],
    merged: (left, right) => [...left, ...right],
    affinity: (left, right) => {
      const pairs = left.flatMap((one) => right.map((other) => `${Math.min(one, other)} ${Math.max(one, other)}`));
      return pairs.reduce((sum, pair) => sum + (weights.get(pair) ?? 0), 0) / pairs.length;
    },
  };
}

const decide = (size: number, edges: ClusterEdge[], mustLinks: NodePair[] = [], cannotLinks: NodePair[] = []) =>
  clusterRecords({ size, edges, mustLinks, cannotLinks, threshold: 3, judge: byMean(edges) }).sort(
    ([one = 0], [other = 0]) => one - other,
  );
const edge = (left: number, right: number, weight: number): ClusterEdge => ({ left, right, weight });

describe('which nodes are one person', () => {
  test.each<[string, number, ClusterEdge[], number[][]]>([
    ['nobody without edges', 2, [], [[0], [1]]],
    ['who is above the threshold', 3, [edge(0, 1, 3), edge(1, 2, 2.9)], [[0, 1], [2]]],
    [
      'a chain isn’t closed where its ends contradict',
      3,
      [edge(0, 1, 9), edge(1, 2, 8), edge(0, 2, -9)],
      [[0, 1], [2]],
    ],
    [
      'two persons whom one record bridges are split',
      5,
      [edge(0, 1, 20), edge(2, 3, 20), edge(0, 4, 5), edge(2, 4, 6), edge(0, 2, -20), edge(1, 3, -20)],
      [
        [0, 1],
        [2, 3, 4],
      ],
    ],
  ])('%s', (_, size, edges, expected) => {
    expect(decide(size, edges)).toEqual(expected);
  });

  test('ties go to the lower numbers', () => {
    expect(decide(3, [edge(1, 2, 5), edge(0, 1, 5), edge(0, 2, -9)])).toEqual([[0, 1], [2]]);
  });

  test('what people decided holds against any weight', () => {
    expect(decide(3, [edge(0, 1, 50)], [[1, 2]], [[0, 1]])).toEqual([[0], [1, 2]]);
    expect(decide(2, [edge(0, 1, -50)], [[0, 1]])).toEqual([[0, 1]]);
  });

  test('two that must not be linked stay apart however they are connected', () => {
    const edges = [edge(0, 1, 9), edge(1, 2, 9), edge(2, 3, 9), edge(0, 2, 9), edge(0, 3, 9), edge(1, 3, 9)];
    const groups = decide(4, edges, [], [[0, 3]]);
    expect(groups.some((group) => group.includes(0) && group.includes(3))).toBe(false);
  });

  test('of many neighbours those by the heaviest edges are judged anew', () => {
    const edges = [edge(0, 1, 10), ...Array.from({ length: 99 }, (_, at) => edge(0, at + 2, (at + 2) / 100))];
    const judge: GroupJudge<number> = {
      of: () => 1,
      merged: (left, right) => left + right,
      affinity: (left, right) => (left + right === 3 ? 5 : 0),
    };
    for (const given of [edges, [...edges].reverse()]) {
      const groups = clusterRecords({ size: 101, edges: given, mustLinks: [], cannotLinks: [], threshold: 3, judge });
      expect(groups.find((group) => group.includes(0))).toEqual([0, 1, 37]);
    }
  });

  test('ten thousand nodes around one are decided with work that grows with the edges', () => {
    const edges = Array.from({ length: 9_999 }, (_, at) => edge(0, at + 1, 4));
    let judged = 0;
    const judge: GroupJudge<number> = {
      of: () => 1,
      merged: (left, right) => left + right,
      affinity: () => {
        judged++;
        return 4;
      },
    };
    const groups = clusterRecords({ size: 10_000, edges, mustLinks: [], cannotLinks: [], threshold: 3, judge });
    expect(groups).toHaveLength(1);
    expect(judged).toBeLessThanOrEqual(64 * 10_000);
  });
});

describe('for any evidence', () => {
  const SIZE = 8;
  const node = fc.nat({ max: SIZE - 1 });
  const pair = fc
    .tuple(node, node)
    .filter(([one, other]) => one !== other)
    .map(([one, other]): NodePair => (one < other ? [one, other] : [other, one]));
  const evidence = fc.record({
    edges: fc.uniqueArray(fc.record({ pair, weight: fc.integer({ min: -12, max: 12 }) }), {
      selector: (item) => item.pair.join(),
      maxLength: 28,
    }),
    cannotLinks: fc.array(pair, { maxLength: 4 }),
  });
  const asEdges = (edges: readonly { pair: NodePair; weight: number }[]) =>
    edges.map(({ pair: [left, right], weight }) => edge(left, right, weight));

  test('its order doesn’t matter', () => {
    fc.assert(
      fc.property(evidence, fc.infiniteStream(fc.nat()), ({ edges, cannotLinks }, ranks) => {
        const shuffled = edges.map((item) => ({ item, rank: ranks.next().value }));
        shuffled.sort((one, other) => one.rank - other.rank);
        const expected = decide(SIZE, asEdges(edges), [], cannotLinks);
        expect(decide(SIZE, asEdges(shuffled.map(({ item }) => item)), [], [...cannotLinks].reverse())).toEqual(
          expected,
        );
      }),
    );
  });

  test('each node is in one group, and none holds two that must not be linked', () => {
    fc.assert(
      fc.property(evidence, ({ edges, cannotLinks }) => {
        const groups = decide(SIZE, asEdges(edges), [], cannotLinks);
        expect(groups.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        for (const [one, other] of cannotLinks)
          expect(groups.some((group) => group.includes(one) && group.includes(other))).toBe(false);
      }),
    );
  });
});
