import type { CandidatePairs } from './candidate-pairs.js';
import type { ClusterEdge } from './cluster.rules.js';
import type { FrequencyBits } from './group-evidence.js';
import { againstAllElse, LEVELS_AT_MOST, type LevelWeights } from './level-weights.js';
import { packedDoubles, packedIntegers } from './packed-numbers.js';
import type { ComparedPairs } from './pair-levels.js';
import type { Veto } from './vetoes.rules.js';

/** Pairs of records that may be one person, with their weight in bits. */
export interface PackedEdges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
}

/** Weighs all candidates by a model, and keeps those of at least `least` bits. */
export function weighPairs(
  { left, right }: CandidatePairs,
  { patternOf, levels }: ComparedPairs,
  weights: LevelWeights,
  frequencyBits: FrequencyBits,
  columns: readonly Int32Array[],
  veto: Veto,
  least: number,
): PackedEdges {
  const width = columns.length;
  const isRuledOut = ruledOut(levels, width, veto);
  const [lefts, rights, bits] = [packedIntegers(), packedIntegers(), packedDoubles()];
  for (let pair = 0; pair < left.length; pair++) {
    if (isRuledOut[patternOf[pair] ?? 0] === 1) continue;
    const [one, other] = [left[pair] ?? 0, right[pair] ?? 0];
    let [match, household] = [weights.priorMatch, weights.priorHousehold];
    const from = (patternOf[pair] ?? 0) * width;
    for (let field = 0; field < width; field++) {
      const level = levels[from + field] ?? 0;
      if (level === 0) continue;
      const place = columns[field]?.[one] ?? 0;
      const more = place === columns[field]?.[other] ? frequencyBits(field, place) : 0;
      match += (weights.match[field * LEVELS_AT_MOST + level] ?? 0) + more;
      household += (weights.household[field * LEVELS_AT_MOST + level] ?? 0) + more;
    }
    const weight = againstAllElse(match, household);
    if (weight < least) continue;
    lefts.push(one);
    rights.push(other);
    bits.push(weight);
  }
  return { left: lefts.view(), right: rights.view(), weight: bits.view() };
}

/** Of each pattern, whether it rules out that two are one person. */
function ruledOut(levels: Uint8Array, width: number, veto: Veto): Uint8Array {
  return Uint8Array.from({ length: levels.length / width }, (_, pattern) =>
    Number(veto(levels.subarray(pattern * width, (pattern + 1) * width))),
  );
}

/** What is connected: the records in order, and the edges between them by their places in it. */
export interface Component {
  readonly records: readonly number[];
  readonly edges: readonly ClusterEdge[];
}

/** Each set of records that edges connect, one after the other. */
export function* componentsOf(size: number, edges: PackedEdges): Generator<Component> {
  const roots = rootsOf(size, edges);
  const order = edgesByRoot(edges, roots);
  for (let start = 0; start < order.length; ) {
    const root = roots[edges.left[order[start] ?? 0] ?? 0];
    let end = start + 1;
    while (end < order.length && roots[edges.left[order[end] ?? 0] ?? 0] === root) end++;
    yield componentOf(edges, order.subarray(start, end));
    start = end;
  }
}

function rootsOf(size: number, { left, right }: PackedEdges): Int32Array {
  const parents = Int32Array.from({ length: size }, (_, at) => at);
  const find = (node: number): number => {
    let root = node;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root] ?? 0] ?? 0;
      root = parents[root] ?? 0;
    }
    return root;
  };
  for (let edge = 0; edge < left.length; edge++) parents[find(left[edge] ?? 0)] = find(right[edge] ?? 0);
  return parents.map((_, node) => find(node));
}

/** The edges' numbers, those of one component together (counting sort). */
function edgesByRoot({ left }: PackedEdges, roots: Int32Array): Int32Array {
  const starts = new Int32Array(roots.length + 1);
  for (const record of left) {
    const next = (roots[record] ?? 0) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  }
  for (let at = 0; at < roots.length; at++) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const order = new Int32Array(left.length);
  for (let edge = 0; edge < left.length; edge++) {
    const root = roots[left[edge] ?? 0] ?? 0;
    const at = starts[root] ?? 0;
    order[at] = edge;
    starts[root] = at + 1;
  }
  return order;
}

function componentOf({ left, right, weight }: PackedEdges, numbers: Int32Array): Component {
  const nodes = new Set<number>();
  for (const edge of numbers) nodes.add(left[edge] ?? 0).add(right[edge] ?? 0);
  const records = [...nodes].sort((one, other) => one - other);
  const places = new Map(records.map((record, at) => [record, at]));
  const edges = Array.from(numbers, (edge) => ({
    left: places.get(left[edge] ?? 0) ?? 0,
    right: places.get(right[edge] ?? 0) ?? 0,
    weight: weight[edge] ?? 0,
  }));
  return { records, edges };
}
