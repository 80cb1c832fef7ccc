import type { Birthday } from '../comparing/birthday.rules.js';
import { candidatePairs } from './candidate-pairs.js';
import { decideComponent } from './cluster.rules.js';
import { COMPARISONS } from './comparisons.rules.js';
import { isDefaultBirthday } from './default-values.rules.js';
import { type FrequencyBits, RecordGroups } from './group-evidence.js';
import { evidenceOf, gradesOf } from './holders.js';
import { Learning, type LearnedChances } from './learning.rules.js';
import { weightOfProbability, weightsOfChances } from './level-weights.js';
import { columnsOf, type MatchSchema } from './match-schema.js';
import { componentsOf, type PackedEdges, weighPairs } from './packed-edges.js';
import { PackedRecords } from './packed-records.js';
import { comparePairs, packedComparison, levelTotals } from './pair-levels.js';
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
    const edges = weighPairs(pairs, compared, weights, bits, comparison.columns, LEAST_EDGE);
    time(`edges ${edges.left.length}`);
    const clusterOf = this.cluster(edges, new RecordGroups(this.schema, comparison, weights, bits), () => undefined);
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

  private cluster(edges: PackedEdges, judge: RecordGroups, onEdges: (done: number) => void): Int32Array {
    const clusterOf = Int32Array.from({ length: this.records.size }, (_, at) => at);
    const threshold = weightOfProbability(this.options.threshold);
    let done = 0;
    for (const { records, edges: own } of componentsOf(this.records.size, edges)) {
      const groups = decideComponent({
        size: records.length,
        edges: own,
        mustLinks: [],
        cannotLinks: [],
        threshold,
        judge: {
          of: (node) => judge.of(records[node] ?? 0),
          merged: (left, right) => judge.merged(left, right),
          affinity: (left, right) => judge.affinity(left, right),
        },
      });
      for (const group of groups) for (const node of group) clusterOf[records[node] ?? 0] = records[group[0] ?? 0] ?? 0;
      done += own.length;
      onEdges(done);
    }
    return clusterOf;
  }
}

function timer(): (what: string) => void {
  let last = process.cpuUsage();
  return (what) => {
    const used = process.cpuUsage(last);
    last = process.cpuUsage();
    if (process.env.MATCH_TIMES) process.stderr.write(`${what}: ${((used.user + used.system) / 1e6).toFixed(2)} s\n`);
  };
}
