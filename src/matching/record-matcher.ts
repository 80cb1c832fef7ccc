import type { Birthday } from '../comparing/birthday.rules.js';
import { candidatePairs, type CandidatePairs } from './candidate-pairs.js';
import { type ClusterEdge, decideComponent } from './cluster.rules.js';
import { COMPARISONS } from './comparisons.rules.js';
import { isDefaultBirthday } from './default-values.rules.js';
import { type FrequencyBits, RecordGroups } from './group-evidence.js';
import { evidenceOf, gradesOf } from './holders.js';
import { Learning, type LearnedChances } from './learning.rules.js';
import { againstAllElse, LEVELS_AT_MOST, type LevelWeights, weightOfProbability, weightsOfChances } from './level-weights.js';
import { columnsOf, type MatchSchema } from './match-schema.js';
import { packedDoubles, packedIntegers } from './packed-numbers.js';
import { PackedRecords } from './packed-records.js';
import { type ComparedPairs, comparePairs, packedComparison, levelTotals } from './pair-levels.js';
import { type RecordReader, recordReader } from './prepared-record.rules.js';

/** How far a step of matching has come. */
export interface MatchProgress {
  readonly step: 'learning' | 'scoring' | 'clustering';
  readonly done: number;
  readonly total: number;
}

export interface MatcherOptions {
  /** Two groups become one where the posterior probability that they are one person is at least this, above 0 and below 1. */
  readonly threshold: number;
}

/** Pairs that weigh less than this, in bits, aren't looked at again. */
const LEAST_EDGE = -6;

/** Finds the records of a file that are one person's: all are added, then resolved once. */
export class RecordMatcher {
  private readonly ids: string[] = [];
  private readonly width: number;
  private readonly reader: RecordReader;
  private readonly records: PackedRecords;
  learned: LearnedChances | undefined;

  constructor(
    readonly schema: MatchSchema,
    readonly options: MatcherOptions,
  ) {
    this.width = columnsOf(schema).length;
    this.reader = recordReader(schema);
    this.records = new PackedRecords(schema);
  }

  get size(): number {
    return this.ids.length;
  }

  /** Takes a record: the values of `columnsOf(schema)` in that order, '' where missing. Ids are the caller's and unique. */
  add(id: string, values: readonly string[]): void {
    if (values.length !== this.width) throw new RangeError(`A record has ${this.width} values, not ${values.length}.`);
    this.ids.push(id);
    this.records.add(this.reader.read(values));
  }

  /** The cluster of each record, in the order they were added: the id of its first record. */
  resolve(progress: (progress: MatchProgress) => void = () => undefined): { id: string; clusterId: string }[] {
    const time = timer();
    const { records } = this;
    this.forgetDefaults();
    const evidence = evidenceOf(records);
    const grades = records.fields.map((field, at) =>
      COMPARISONS[this.schema.fields[at]?.kind ?? 'text'].isIdentifying
        ? gradesOf(field.records, field.values.length, evidence)
        : null,
    );
    time('grades');
    const pairs = candidatePairs(records);
    time(`pairs ${pairs.left.length}`);
    const comparison = packedComparison(records, grades);
    const compared = comparePairs(comparison, pairs, (done) => progress({ step: 'learning', done, total: pairs.left.length }));
    time(`compared ${compared.counts.length}`);
    const { pairs: pairsAtLevel, scale } = levelTotals(records, comparison);
    time('sampled');
    const learned = new Learning({ schema: this.schema, records: records.size, patterns: compared, pairsAtLevel, scale }).run();
    this.learned = learned;
    time('learned');
    const weights = weightsOfChances(learned, this.schema.fields.length);
    const bits = this.frequencyBits(comparison.withItself);
    const edges = edgesOf(pairs, compared, weights, bits, comparison.columns);
    time(`edges ${edges.length}`);
    const clusterOf = this.cluster(edges, new RecordGroups(this.schema, comparison, weights, bits));
    time('clustered');
    return this.ids.map((id, at) => ({ id, clusterId: this.ids[clusterOf[at] ?? at] ?? id }));
  }

  private forgetDefaults(): void {
    this.schema.fields.forEach(({ kind }, at) => {
      const field = this.records.fields[at];
      if (kind !== 'birthday' || !field) return;
      const places = new Set<number>();
      field.counts().forEach((count, place) => {
        if (place > 0 && isDefaultBirthday(field.values[place] as Birthday, count, this.records.size)) places.add(place);
      });
      field.forget(places);
    });
  }

  private frequencyBits(withItself: readonly Uint8Array[]): FrequencyBits {
    const tables = this.records.fields.map((field, at) => {
      if (!COMPARISONS[this.schema.fields[at]?.kind ?? 'text'].isFrequencyWeighted) return null;
      const counts = field.counts();
      const levels = withItself[at];
      for (let place = 0; place < counts.length; place++) if (levels?.[place] !== 1) counts[place] = 0;
      let [total, squares] = [0, 0];
      for (const count of counts) {
        total += count;
        squares += count * count;
      }
      const agreement = squares / Math.max(1, total * total);
      return Float64Array.from(counts, (count) => (count === 0 ? 0 : Math.log2(agreement / (count / total))));
    });
    return (field, place) => tables[field]?.[place] ?? 0;
  }

  private cluster(edges: readonly ClusterEdge[], judge: RecordGroups): Int32Array {
    const clusterOf = Int32Array.from({ length: this.records.size }, (_, at) => at);
    for (const component of componentsOf(this.records.size, edges)) {
      const nodes = [...new Set(component.flatMap(({ left, right }) => [left, right]))].sort((a, b) => a - b);
      const numbers = new Map(nodes.map((node, at) => [node, at]));
      const groups = decideComponent({
        size: nodes.length,
        edges: component.map(({ left, right, weight }) => ({ left: numbers.get(left) ?? 0, right: numbers.get(right) ?? 0, weight })),
        mustLinks: [],
        cannotLinks: [],
        threshold: weightOfProbability(this.options.threshold),
        judge: {
          of: (node) => judge.of(nodes[node] ?? 0),
          merged: (left, right) => judge.merged(left, right),
          affinity: (left, right) => judge.affinity(left, right),
        },
      });
      for (const group of groups) for (const node of group) clusterOf[nodes[node] ?? 0] = nodes[group[0] ?? 0] ?? 0;
    }
    return clusterOf;
  }
}

function edgesOf(
  { left, right }: CandidatePairs,
  compared: ComparedPairs,
  weights: LevelWeights,
  bits: FrequencyBits,
  columns: readonly Int32Array[],
): ClusterEdge[] {
  const width = columns.length;
  const edges: ClusterEdge[] = [];
  for (let pair = 0; pair < left.length; pair++) {
    const [one, other] = [left[pair] ?? 0, right[pair] ?? 0];
    let [match, household] = [weights.priorMatch, weights.priorHousehold];
    const from = (compared.patternOf[pair] ?? 0) * width;
    for (let field = 0; field < width; field++) {
      const level = compared.levels[from + field] ?? 0;
      if (level === 0) continue;
      const place = columns[field]?.[one] ?? 0;
      const more = place === columns[field]?.[other] ? bits(field, place) : 0;
      match += (weights.match[field * LEVELS_AT_MOST + level] ?? 0) + more;
      household += (weights.household[field * LEVELS_AT_MOST + level] ?? 0) + more;
    }
    const weight = againstAllElse(match, household);
    if (weight >= LEAST_EDGE) edges.push({ left: one, right: other, weight });
  }
  return edges;
}

function componentsOf(size: number, edges: readonly ClusterEdge[]): ClusterEdge[][] {
  const parents = Int32Array.from({ length: size }, (_, at) => at);
  const find = (node: number): number => {
    let root = node;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root] ?? 0] ?? 0;
      root = parents[root] ?? 0;
    }
    return root;
  };
  for (const { left, right } of edges) parents[find(left)] = find(right);
  const components = new Map<number, ClusterEdge[]>();
  for (const edge of edges) {
    const root = find(edge.left);
    const list = components.get(root);
    if (list) list.push(edge);
    else components.set(root, [edge]);
  }
  return [...components.values()];
}

function timer(): (what: string) => void {
  let last = process.cpuUsage();
  return (what) => {
    const used = process.cpuUsage(last);
    last = process.cpuUsage();
    if (process.env.MATCH_TIMES) process.stderr.write(`${what}: ${((used.user + used.system) / 1e6).toFixed(2)} s\n`);
  };
}
