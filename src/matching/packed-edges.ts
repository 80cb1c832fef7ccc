import type { CandidatePairs } from './candidate-pairs.js';
import type { ClusterEdge } from './cluster.rules.js';
import { againstAllElse, LEVELS_AT_MOST, type LevelWeights } from './level-weights.js';
import type { FrequencyBits } from './packed-frequencies.js';
import { byteAt, doubleAt, integerAt, packedDoubles, packedIntegers } from './packed-numbers.js';
import type { ComparedPairs } from './pair-levels.js';
import { MOST_FREQUENCY_BITS } from './term-frequencies.rules.js';
import type { Veto } from './vetoes.rules.js';

/** Pairs that weigh less than this, in bits, aren't looked at again. */
export const LEAST_EDGE = -6;

/** Pairs of records that may be one person, with their weight in bits. */
export interface PackedEdges {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly weight: Float64Array;
}

/** What pairs are weighed by. */
export interface PairWeighing {
  readonly weights: LevelWeights;
  readonly frequencies: FrequencyBits;
  readonly columns: readonly Int32Array[];
  readonly veto: Veto;
}

/** Weighs all candidates by a model, and keeps those that may matter. */
export function weighPairs(
  { left, right }: CandidatePairs,
  compared: ComparedPairs,
  weighing: PairWeighing,
): PackedEdges {
  const { match, household } = bitsOfPatterns(compared, weighing);
  const { frequencies, columns } = weighing;
  const [lefts, rights, bits] = [packedIntegers(), packedIntegers(), packedDoubles()];
  for (let pair = 0; pair < left.length; pair++) {
    const pattern = integerAt(compared.patternOf, pair);
    if (doubleAt(match, pattern) < LEAST_EDGE - MOST_FREQUENCY_BITS) continue;
    const [one, other] = [integerAt(left, pair), integerAt(right, pair)];
    const more = frequencies.ofPair(columns, one, other);
    const weight = againstAllElse(doubleAt(match, pattern) + more, doubleAt(household, pattern) + more);
    if (weight < LEAST_EDGE) continue;
    lefts.push(one);
    rights.push(other);
    bits.push(weight);
  }
  return { left: lefts.view(), right: rights.view(), weight: bits.view() };
}

/** The weight of each pattern before the frequencies of values; minus infinity where it rules out that two are one person. */
function bitsOfPatterns({ levels, counts }: ComparedPairs, { weights, columns, veto }: PairWeighing) {
  const width = columns.length;
  const [match, household] = [new Float64Array(counts.length), new Float64Array(counts.length)];
  for (let pattern = 0; pattern < counts.length; pattern++) {
    const own = levels.subarray(pattern * width, (pattern + 1) * width);
    const isRuledOut = veto(own);
    match[pattern] = isRuledOut ? Number.NEGATIVE_INFINITY : weights.priorMatch + sumOf(weights.match, own);
    household[pattern] = weights.priorHousehold + sumOf(weights.household, own);
  }
  return { match, household };
}

function sumOf(bits: Float64Array, levels: Uint8Array): number {
  let sum = 0;
  for (let field = 0; field < levels.length; field++)
    sum += doubleAt(bits, field * LEVELS_AT_MOST + byteAt(levels, field));
  return sum;
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
