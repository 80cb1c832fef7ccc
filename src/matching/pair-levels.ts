import type { CandidatePairs } from './candidate-pairs.js';
import { COMPARISONS } from './comparisons.rules.js';
import { LEVELS_AT_MOST } from './level-weights.js';
import type { PairPatterns } from './learning.rules.js';
import { type PackedNumbers, packedDoubles } from './packed-numbers.js';
import { type LevelOf, levelsOfField, type PackedRecords } from './packed-records.js';

/** How records of a file compare, by their places. */
export interface PackedComparison {
  readonly columns: readonly Int32Array[];
  readonly levels: readonly LevelOf[];
}

/** What compares records; `grades` are those of the identifying fields' values. */
export function packedComparison(records: PackedRecords, grades: readonly (Uint8Array | null)[]): PackedComparison {
  return {
    columns: records.fields.map((field) => field.records),
    levels: records.fields.map((field, at) =>
      levelsOfField(records.schema.fields[at]?.kind ?? 'text', field, grades[at] ?? null),
    ),
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
  const patternOf = new Int32Array(left.length);
  const known = new Map<number, number>();
  const all: PackedNumbers<Float64Array> = packedDoubles();
  const counts: PackedNumbers<Float64Array> = packedDoubles();
  const pattern = new Uint8Array(columns.length);
  const numbers: number[] = [];
  for (let pair = 0; pair < left.length; pair++) {
    if (pair % 65_536 === 0) onPairs(pair);
    let code = 0;
    for (let field = 0; field < columns.length; field++) {
      const column = columns[field];
      const level = levels[field]?.(column?.[left[pair] ?? 0] ?? 0, column?.[right[pair] ?? 0] ?? 0) ?? 0;
      pattern[field] = level;
      code = code * LEVELS_AT_MOST + level;
    }
    let at = known.get(code);
    if (at === undefined) {
      at = known.size;
      known.set(code, at);
      numbers.push(0);
      for (const level of pattern) all.push(level);
    }
    numbers[at] = (numbers[at] ?? 0) + 1;
    patternOf[pair] = at;
  }
  for (const number of numbers) counts.push(number);
  return { patternOf, levels: Uint8Array.from(all.view()), counts: counts.view() };
}

const SAMPLE = 300_000;

/** About how many of all pairs agree at each level: where values are equal counted, else from a sample of random pairs. */
export function pairsAtLevels(records: PackedRecords, comparison: PackedComparison, grades: readonly (Uint8Array | null)[]): Float64Array {
  const size = records.size;
  const total = (size * (size - 1)) / 2;
  const sums = sampledLevels(comparison, size, Math.min(SAMPLE, total));
  records.fields.forEach((field, at) => {
    const kind = records.schema.fields[at]?.kind ?? 'text';
    if (COMPARISONS[kind].levels.length === 0) return;
    const exact = at * LEVELS_AT_MOST + 1;
    sums.fill(0, exact, exact + (grades[at] ? 3 : 1));
    field.counts().forEach((count, place) => {
      if (place === 0) return;
      const grade = exact + (grades[at]?.[place] ?? 0);
      sums[grade] = (sums[grade] ?? 0) + (count * (count - 1)) / 2;
    });
  });
  return sums;
}

function sampledLevels({ columns, levels }: PackedComparison, size: number, sample: number): Float64Array {
  const sums = new Float64Array(columns.length * LEVELS_AT_MOST);
  if (size < 2) return sums;
  const scale = (size * (size - 1)) / 2 / sample;
  const next = numbersBelow(size);
  for (let drawn = 0; drawn < sample; drawn++) {
    const [left, right] = [next(), next()];
    if (left === right) continue;
    columns.forEach((column, field) => {
      const level = levels[field]?.(column[left] ?? 0, column[right] ?? 0) ?? 0;
      const at = field * LEVELS_AT_MOST + level;
      sums[at] = (sums[at] ?? 0) + scale;
    });
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
