import { type CandidatePairs, candidatePairs } from './candidate-pairs.js';
import { clusterRecords } from './cluster.rules.js';
import { forgetDefaults } from './default-values.js';
import { RecordGroups } from './group-evidence.js';
import { gradesOfRecords } from './holders.js';
import { Learning } from './learning.rules.js';
import { type LevelWeights, weightOfProbability, weightsOf } from './level-weights.js';
import type { MatchModel } from './match-model.js';
import { columnsOf, type MatchSchema } from './match-schema.js';
import { modelOf } from './model-building.js';
import { type Component, componentsOf, type PackedEdges, weighPairs } from './packed-edges.js';
import { FrequencyBits } from './packed-frequencies.js';
import { PackedRecords } from './packed-records.js';
import {
  type ComparedPairs,
  comparePairs,
  levelTotals,
  type PackedComparison,
  packedComparison,
} from './pair-levels.js';
import { type RecordReader, recordReader } from './prepared-record.rules.js';
import { repeated, withoutRepeats } from './repeated-records.js';
import { vetoOf } from './vetoes.rules.js';

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

/** The cluster a record is in, named by the lowest id of its records. */
export interface RecordCluster {
  readonly id: string;
  readonly clusterId: string;
}

type OnProgress = (progress: MatchProgress) => void;

/** All records, compared. */
interface Compared {
  readonly records: PackedRecords;
  readonly pairs: CandidatePairs;
  readonly comparison: PackedComparison;
  readonly compared: ComparedPairs;
}

/** Compared records, and how they weigh by a model. */
interface Judged extends Compared {
  readonly weights: LevelWeights;
  readonly frequencies: FrequencyBits;
  readonly groups: RecordGroups;
}

/** Finds the records of a file that are one person's: all are added, then resolved once. */
export class RecordMatcher {
  private readonly ids: string[] = [];
  private readonly width: number;
  private readonly reader: RecordReader;
  private readonly records: PackedRecords;
  private learned: MatchModel | null = null;

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

  /** What was learned from the records; null before they are resolved. */
  get model(): MatchModel | null {
    return this.learned;
  }

  /** Takes a record: the values of `columnsOf(schema)` in that order, '' where missing. Ids are the caller's and unique. */
  add(id: string, values: readonly string[]): void {
    if (values.length !== this.width) throw new RangeError(`A record has ${this.width} values, not ${values.length}.`);
    this.ids.push(id);
    this.records.add(this.reader.read(values));
  }

  /** The cluster of each record, in the order they were added; the same for the same records in any order. */
  resolve(onProgress: OnProgress = () => undefined): RecordCluster[] {
    const order = orderOf(this.ids);
    const records = this.records.inOrder(order);
    const defaults = forgetDefaults(records);
    const { distinct, sameAs } = withoutRepeats(records);
    const found = this.compare(distinct, onProgress);
    const model = learn(found, defaults, onProgress);
    this.learned = model;
    const judged = this.judge(found, model);
    const clusterOf = repeated(this.cluster(judged, onProgress), sameAs, this.isTelling(judged));
    const clusterIds = new Array<string>(order.length);
    order.forEach((added, at) => {
      clusterIds[added] = this.ids[order[clusterOf[at] ?? at] ?? 0] ?? '';
    });
    return this.ids.map((id, added) => ({ id, clusterId: clusterIds[added] ?? id }));
  }

  /** Whether a record tells so much that one that repeats it in every field is the same person's. */
  private isTelling({ groups }: Judged): (record: number) => boolean {
    const threshold = weightOfProbability(this.options.threshold);
    return (record) => groups.affinity(groups.of(record), groups.of(record)) >= threshold;
  }

  private compare(records: PackedRecords, onProgress: OnProgress): Compared {
    const pairs = candidatePairs(records);
    const comparison = packedComparison(records, gradesOfRecords(records));
    const total = pairs.left.length;
    const compared = comparePairs(comparison, pairs, (done) => onProgress({ step: 'learning', done, total }));
    return { records, pairs, comparison, compared };
  }

  private judge(found: Compared, model: MatchModel): Judged {
    const { records, comparison } = found;
    const [weights, frequencies] = [weightsOf(model), FrequencyBits.of(model, records, comparison)];
    return { ...found, weights, frequencies, groups: new RecordGroups(this.schema, comparison, weights, frequencies) };
  }

  private cluster(judged: Judged, onProgress: OnProgress): Int32Array {
    const { records, pairs, comparison, compared, weights, frequencies, groups } = judged;
    const total = pairs.left.length;
    onProgress({ step: 'scoring', done: 0, total });
    const edges = weighPairs(pairs, compared, {
      weights,
      frequencies,
      columns: comparison.columns,
      veto: vetoOf(this.schema),
    });
    onProgress({ step: 'scoring', done: total, total });
    return this.decide(edges, records.size, groups, onProgress);
  }

  private decide(edges: PackedEdges, size: number, judge: RecordGroups, onProgress: OnProgress): Int32Array {
    const clusterOf = Int32Array.from({ length: size }, (_, at) => at);
    const total = edges.left.length;
    let [done, told] = [0, 0];
    for (const component of componentsOf(size, edges)) {
      for (const person of this.personsOf(component, judge))
        for (const record of person) clusterOf[record] = person[0] ?? 0;
      done += component.edges.length;
      if (done < told + EDGES_A_STEP) continue;
      told = done;
      onProgress({ step: 'clustering', done, total });
    }
    onProgress({ step: 'clustering', done: total, total });
    return clusterOf;
  }

  private personsOf({ records, edges }: Component, judge: RecordGroups): number[][] {
    const persons = clusterRecords({
      size: records.length,
      edges,
      mustLinks: [],
      cannotLinks: [],
      threshold: weightOfProbability(this.options.threshold),
      judge: judge.over(records),
    });
    return persons.map((nodes) => nodes.map((node) => records[node] ?? 0));
  }
}

const EDGES_A_STEP = 10_000;

/** The records by their ids: what they are decided in doesn't depend on how they came. */
function orderOf(ids: readonly string[]): Int32Array {
  const order = Int32Array.from(ids, (_, at) => at);
  return order.sort((one, other) => compareIds(ids[one] ?? '', ids[other] ?? '') || one - other);
}

function compareIds(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function learn(found: Compared, defaults: readonly (readonly string[])[], onProgress: OnProgress): MatchModel {
  const { records, comparison, compared } = found;
  const { pairs, scale } = levelTotals(records, comparison);
  const learning = new Learning({
    schema: records.schema,
    records: records.size,
    patterns: compared,
    pairsAtLevel: pairs,
    scale,
  });
  const model = modelOf(records, comparison, learning.run(), defaults);
  const total = found.pairs.left.length;
  onProgress({ step: 'learning', done: total, total });
  return model;
}
