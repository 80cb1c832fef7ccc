import type { CodedColumn } from './coded-table.js';
import type { Scale } from './generalisation.js';
import type { Cut, Safety } from './partition.js';

/** A part of a class must hold this share of it where it can: else classes could be parted one row at a time. */
const LEAST_SHARE = 0.2;
/** Ranks and rows are below this, so both fit in the 53 bits of a number. */
const ROWS_AT_MOST = 2 ** 23;
const NOTHING = new Int32Array(0);

/**
 * The best cut of a class in two along a scale: where rows by the width of their part is least, and both parts are safe.
 * Undefined where there is none. (LeFevre, DeWitt, Ramakrishnan, Mondrian Multidimensional K-Anonymity, ICDE 2006, cuts at
 * the median; the cut that loses least keeps more.)
 */
export function scaleCut(
  rows: Int32Array,
  { column, scale }: { readonly column: CodedColumn; readonly scale: Scale },
  sensitive: readonly CodedColumn[],
  safety: Safety,
): Cut | undefined {
  const sorted = byPlace(rows, column, scale);
  const places = Float64Array.from(sorted, (row) => scale.places[column.codes[row] ?? 0] ?? 0);
  const [first, last] = safeSpan(sorted, sensitive, safety);
  const share = Math.floor(rows.length * LEAST_SHARE);
  const inner = bestBoundary(places, Math.max(first, share), Math.min(last, rows.length - share));
  const { at, cost } = inner ?? bestBoundary(places, first, last) ?? { at: 0, cost: 0 };
  if (at === 0) return undefined;
  const before = rows.length * ((places.at(-1) ?? 0) - (places[0] ?? 0));
  const groups = [sorted.subarray(0, at), sorted.subarray(at)];
  return { gain: (before - cost) / scale.width, groups, suppressed: NOTHING };
}

/** Rows by their places; sorted as numbers of rank and row, which engines do many times faster than by comparing. */
function byPlace(rows: Int32Array, { codes }: CodedColumn, { ranks }: Scale): Int32Array {
  const keys = Float64Array.from(rows, (row) => (ranks[codes[row] ?? 0] ?? 0) * ROWS_AT_MOST + row).sort();
  return Int32Array.from(keys, (key) => key % ROWS_AT_MOST);
}

/** The sizes that the first of two parts may have: from the least that is safe to the most that leaves a safe rest. */
function safeSpan(sorted: Int32Array, sensitive: readonly CodedColumn[], { k, l }: Safety): [number, number] {
  const sizes = sensitive.map((column) => sizeWith(sorted, column, l));
  const fromBehind = sensitive.map((column) => sizeWith(sorted.toReversed(), column, l));
  return [Math.max(k, ...sizes), sorted.length - Math.max(k, ...fromBehind)];
}

/** How many rows from the start it takes to meet so many different values; more than there are where they don't. */
function sizeWith(rows: Int32Array, { codes }: CodedColumn, l: number): number {
  const seen = new Set<number>();
  for (let at = 0; at < rows.length; at += 1) {
    seen.add(codes[rows[at] ?? 0] ?? 0);
    if (seen.size >= l) return at + 1;
  }
  return rows.length + 1;
}

function bestBoundary(places: Float64Array, first: number, last: number): { at: number; cost: number } | undefined {
  const [low, high] = [places[0] ?? 0, places.at(-1) ?? 0];
  let best: { at: number; cost: number } | undefined;
  for (let at = Math.max(1, first); at <= Math.min(last, places.length - 1); at += 1) {
    const [left, right] = [places[at - 1] ?? 0, places[at] ?? 0];
    if (left === right) continue;
    const cost = at * (left - low) + (places.length - at) * (high - right);
    if (!best || cost < best.cost) best = { at, cost };
  }
  return best;
}
