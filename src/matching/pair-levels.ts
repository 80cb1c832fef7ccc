import type { CandidatePairs } from './candidate-pairs.js';
import { LEVELS_AT_MOST } from './level-weights.js';
import type { PairPatterns } from './learning.rules.js';
import { PatternTable } from './pattern-table.js';
import { type LevelOf, levelsOfField, levelsWithItself, type PackedRecords } from './packed-records.js';

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
    withItself: records.fields.map((field, at) => levelsWithItself(field, levels[at] ?? (() => 0))),
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
  const patterns = new PatternTable(columns.length);
  const patternOf = new Int32Array(left.length);
  const pattern = new Uint8Array(columns.length);
  for (let pair = 0; pair < left.length; pair++) {
    if (pair % PAIRS_A_STEP === 0) onPairs(pair);
    const [one, other] = [left[pair] ?? 0, right[pair] ?? 0];
    for (let field = 0; field < pattern.length; field++) {
      const column = columns[field];
      const [place, otherPlace] = [column?.[one] ?? 0, column?.[other] ?? 0];
      pattern[field] = place === 0 || otherPlace === 0 ? 0 : (levels[field]?.(place, otherPlace) ?? 0);
    }
    patternOf[pair] = patterns.count(pattern);
  }
  return { patternOf, ...patterns.all() };
}

const PAIRS_A_STEP = 65_536;

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
  if (size < 2) return sums;
  const draws = (size * (size - 1)) / 2 / scale;
  const next = numbersBelow(size);
  for (let drawn = 0; drawn < draws; drawn++) {
    const [left, right] = [next(), next()];
    if (left === right) continue;
    for (let field = 0; field < columns.length; field++) {
      const [one, other] = [columns[field]?.[left] ?? 0, columns[field]?.[right] ?? 0];
      if (one === other) continue;
      const at = field * LEVELS_AT_MOST + (levels[field]?.(one, other) ?? 0);
      sums[at] = (sums[at] ?? 0) + scale;
    }
  }
  return sums;
}

/** The same draws for the same file (mulberry32), so that a file is always resolved alike. */
function numbersBelow(bound: number): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
