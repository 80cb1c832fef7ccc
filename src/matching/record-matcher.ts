import { clusterRecords } from './cluster.rules.js';
import { RecordGroups } from './group-evidence.js';
import { type LevelWeights, weightOfProbability, weightsOf } from './level-weights.js';
import type { MatchModel } from './match-model.js';
import type { MatchSchema } from './match-schema.js';
import { type Learned, learnFrom } from './model-learning.js';
import { type Component, componentsOf, type PackedEdges, weighPairs } from './packed-edges.js';
import { FrequencyBits } from './packed-frequencies.js';
import { RecordSet } from './record-set.js';
import { repeated } from './repeated-records.js';
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

/** Compared records, and how they weigh by what was learned. */
interface Judged extends Learned {
  readonly weights: LevelWeights;
  readonly frequencies: FrequencyBits;
  readonly groups: RecordGroups;
}

/** Finds the records of a file that are one person's: all are added, then resolved once. */
export class RecordMatcher {
  private readonly records: RecordSet;
  private learned: MatchModel | null = null;

  constructor(
    readonly schema: MatchSchema,
    readonly options: MatcherOptions,
  ) {
    this.records = new RecordSet(schema);
  }

  get size(): number {
    return this.records.ids.length;
  }

  /** What was learned from the records; null before they are resolved. */
  get model(): MatchModel | null {
    return this.learned;
  }

  /** Takes a record: the values of `columnsOf(schema)` in that order, '' where missing. Ids are the caller's and unique. */
  add(id: string, values: readonly string[]): void {
    this.records.add(id, values);
  }

  /** The cluster of each record, in the order they were added; the same for the same records in any order. */
  resolve(onProgress: OnProgress = () => undefined): RecordCluster[] {
    const { ids } = this.records;
    const arranged = this.records.arranged();
    const { order, sameAs } = arranged;
    const learned = learnFrom(arranged, (done, total) => onProgress({ step: 'learning', done, total }));
    this.learned = learned.model;
    const judged = this.judge(learned);
    const clusterOf = repeated(this.cluster(judged, onProgress), sameAs, this.isTelling(judged));
    const clusterIds = new Array<string>(order.length);
    order.forEach((added, at) => {
      clusterIds[added] = ids[order[clusterOf[at] ?? at] ?? 0] ?? '';
    });
    return ids.map((id, added) => ({ id, clusterId: clusterIds[added] ?? id }));
  }

  /** Whether a record tells so much that one that repeats it in every field is the same person's. */
  private isTelling({ groups }: Judged): (record: number) => boolean {
    const threshold = weightOfProbability(this.options.threshold);
    return (record) => groups.affinity(groups.of(record), groups.of(record)) >= threshold;
  }

  private judge(learned: Learned): Judged {
    const { model, records, comparison } = learned;
    const [weights, frequencies] = [weightsOf(model), FrequencyBits.of(model, records, comparison)];
    return {
      ...learned,
      weights,
      frequencies,
      groups: new RecordGroups(this.schema, comparison, weights, frequencies),
    };
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
