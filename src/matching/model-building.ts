import { COMPARISONS } from './comparisons.rules.js';
import type { LearnedChances } from './learning.rules.js';
import { LEVELS_AT_MOST } from './level-weights.js';
import type { FieldModel, LevelModel, MatchModel, TermFrequencies } from './match-model.js';
import type { MatchField } from './match-schema.js';
import type { PackedField, PackedRecords } from './packed-records.js';
import type { PackedComparison } from './pair-levels.js';

/** Of a field, this many values at most have a frequency of their own. */
const VALUES_LISTED = 10_000;
const LEAST_LISTED = 3;
const LEAST_CHANCE = 1e-9;

/** The model of what was learned from records; `defaults` are each field's values that stand for `not known`. */
export function modelOf(
  records: PackedRecords,
  comparison: PackedComparison,
  learned: LearnedChances,
  defaults: readonly (readonly string[])[],
): MatchModel {
  const fields = records.schema.fields.map((field, at): FieldModel => {
    const packed = records.fields[at];
    const isWeighted = COMPARISONS[field.kind].isFrequencyWeighted && packed !== undefined;
    return {
      field: field.name,
      levels: levelsOf(field, at, learned),
      frequencies: isWeighted ? frequenciesOf(packed, comparison.withItself[at] ?? new Uint8Array()) : null,
      defaults: defaults[at] ?? [],
    };
  });
  return { version: 1, records: records.size, match: learned.matchShare, household: learned.householdShare, fields };
}

function levelsOf({ kind }: MatchField, field: number, learned: LearnedChances): LevelModel[] {
  return COMPARISONS[kind].levels.map((level, at) => {
    const place = field * LEVELS_AT_MOST + at + 1;
    const chance = (of: Float64Array) => Math.max(LEAST_CHANCE, of[place] ?? 0);
    return {
      level,
      match: chance(learned.match),
      random: chance(learned.random),
      household: chance(learned.household),
    };
  });
}

/** Of the values that agree with themselves wholly: a family name alone isn't a name. */
function frequenciesOf(field: PackedField, withItself: Uint8Array): TermFrequencies {
  const counts = field.counts().map((count, place) => (withItself[place] === 1 ? count : 0));
  let [total, squares] = [0, 0];
  for (const count of counts) {
    total += count;
    squares += count * count;
  }
  const places = Array.from(counts.keys()).filter((place) => (counts[place] ?? 0) >= LEAST_LISTED);
  places.sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
  const listed = places.slice(0, VALUES_LISTED);
  const listedTotal = listed.reduce((sum, place) => sum + (counts[place] ?? 0), 0);
  const others = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0) - listed.length;
  return {
    total,
    agreement: squares / Math.max(1, total * total),
    counts: Object.fromEntries(listed.map((place) => [field.values[place]?.key ?? '', counts[place] ?? 0])),
    least: others > 0 ? (total - listedTotal) / others : 1,
  };
}
