import type { CandidatePairs } from './candidate-pairs.js';
import type { PairPatterns } from './learning.rules.js';
import { LEVELS_AT_MOST } from './level-weights.js';
import { doubleAt, integerAt } from './packed-numbers.js';
import { type LevelOf, levelsOfField, levelsWithItself, type PackedRecords } from './packed-records.js';
import { PatternTable } from './pattern-table.js';

/** How records of a file compare, by their places. */
export interface PackedComparison {
  readonly columns: readonly Int32Array[];
  readonly levels: readonly LevelOf[];
  /** By field, the level of each value with itself. */
  readonly withItself: readonly Uint8Array[];
}

/** What compares records; `grades` are those of the identifying fields' values. */
export function packedComparison(records: PackedRecords, grades: readonly (Uint8Array | null)[]): PackedComparison {
  const levels = records.fields.map((field, at) =>
    levelsOfField(records.schema.fields[at]?.kind ?? 'text', field, grades[at] ?? null),
  );
  return {
    columns: records.fields.map((field) => field.records),
    levels,
    withItself: records.fields.map((field, at) => levelsWithItself(field, levels[at] ?? NOT_COMPARABLE)),
  };
}

/** The ways in which candidates compare, and which way each one does. */
export interface ComparedPairs extends PairPatterns {
  readonly patternOf: Int32Array;
}

/** Compares all candidates. */
export function comparePairs(
  { columns, levels }: PackedComparison,
  { left, right }: CandidatePairs,
  onPairs: (done: number) => void,
): ComparedPairs {
  const fields = columns.map((column, field) => levelsOfRecords(column, levels[field] ?? NOT_COMPARABLE));
  const patterns = new PatternTable(columns.length);
  const patternOf = new Int32Array(left.length);
  const pattern = new Uint8Array(columns.length);
  for (let pair = 0; pair < left.length; pair++) {
    if (pair % PAIRS_A_STEP === 0) onPairs(pair);
    const [one, other] = [integerAt(left, pair), integerAt(right, pair)];
    fields.forEach((levelOf, field) => {
      pattern[field] = levelOf(one, other);
    });
    patternOf[pair] = patterns.count(pattern);
  }
  return { patternOf, ...patterns.all() };
}

const NOT_COMPARABLE: LevelOf = () => 0;

/** Compares records instead of values. */
function levelsOfRecords(column: Int32Array, levelOf: LevelOf): LevelOf {
  return (left, right) => {
    const [one, other] = [integerAt(column, left), integerAt(column, right)];
    return one === 0 || other === 0 ? 0 : levelOf(one, other);
  };
}

const PAIRS_A_STEP = 65_536;

const { imul } = Math;

const SAMPLE = 150_000;

/** About how many of all pairs agree at each level. */
export interface LevelTotals {
  /** By field * LEVELS_AT_MOST + level: where values are equal counted, else from a sample of random pairs. */
  readonly pairs: Float64Array;
  /** How many pairs one pair of the sample stands for. */
  readonly scale: number;
}

/** Counts or estimates what all pairs agree at, candidates or not. */
export function levelTotals(records: PackedRecords, comparison: PackedComparison): LevelTotals {
  const size = records.size;
  const total = (size * (size - 1)) / 2;
  const scale = Math.max(1, total / SAMPLE);
  const pairs = sampledLevels(comparison, size, scale);
  records.fields.forEach((field, at) => {
    const levels = comparison.withItself[at];
    field.counts().forEach((count, place) => {
      const level = at * LEVELS_AT_MOST + (levels?.[place] ?? 0);
      if (place > 0) pairs[level] = (pairs[level] ?? 0) + (count * (count - 1)) / 2;
    });
  });
  return { pairs, scale };
}

/** Of random pairs with different values. */
function sampledLevels({ columns, levels }: PackedComparison, size: number, scale: number): Float64Array {
  const sums = new Float64Array(columns.length * LEVELS_AT_MOST);
  const next = numbersBelow(size);
  for (let draws = (size * (size - 1)) / 2 / scale; draws > 0; draws--) {
    const [left, right] = [next(), next()];
    if (left === right) continue;
    columns.forEach((column, field) => {
      const [one, other] = [integerAt(column, left), integerAt(column, right)];
      if (one === other) return;
      const at = field * LEVELS_AT_MOST + (levels[field] ?? NOT_COMPARABLE)(one, other);
      sums[at] = doubleAt(sums, at) + scale;
    });
  }
  return sums;
}

/** The same draws for the same file (mulberry32), so that a file is always resolved alike. */
function numbersBelow(bound: number): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
