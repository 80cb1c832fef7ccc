import { type CandidatePairs, candidatePairs } from './candidate-pairs.js';
import { gradesOfRecords } from './holders.js';
import { Learning } from './learning.rules.js';
import type { MatchModel } from './match-model.js';
import { modelOf } from './model-building.js';
import type { PackedRecords } from './packed-records.js';
import {
  type ComparedPairs,
  comparePairs,
  levelTotals,
  type PackedComparison,
  packedComparison,
} from './pair-levels.js';
import type { ArrangedRecords, RecordSet } from './record-set.js';

/** How many pairs of records learning has come to, of how many. */
export type OnLearned = (done: number, total: number) => void;

/** All records, compared. */
interface Compared {
  readonly records: PackedRecords;
  readonly pairs: CandidatePairs;
  readonly comparison: PackedComparison;
  readonly compared: ComparedPairs;
}

/** What records taught of how they agree, and what they were compared by. */
export interface Learned extends Compared {
  readonly model: MatchModel;
}

/** Learns a model from records. */
export function modelOfRecords(records: RecordSet, onLearned: OnLearned): MatchModel {
  return learnFrom(records.arranged(), onLearned).model;
}

/** Compares records, and learns from that what their agreeing tells. */
export function learnFrom({ distinct, defaults }: ArrangedRecords, onLearned: OnLearned): Learned {
  const found = compareAll(distinct, onLearned);
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
  onLearned(total, total);
  return { ...found, model };
}

function compareAll(records: PackedRecords, onLearned: OnLearned): Compared {
  const pairs = candidatePairs(records);
  const comparison = packedComparison(records, gradesOfRecords(records));
  const total = pairs.left.length;
  const compared = comparePairs(comparison, pairs, (done) => onLearned(done, total));
  return { records, pairs, comparison, compared };
}
