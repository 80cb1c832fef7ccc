import type { CodedColumn } from './coded-table.js';
import type { Generalised, Hierarchy, Scale, Tree } from './generalisation.js';
import { offScale } from './scale.rules.js';

/** A class in a column on a scale: its least and greatest places, and whether some values are not on it. */
export interface Extent {
  readonly low: number;
  readonly high: number;
  readonly hasOff: boolean;
}

/** The places of a class on a scale; `low` is above `high` where none is on it. */
export function extentOf(rows: Int32Array, { codes }: CodedColumn, { places }: Scale): Extent {
  let [low, high, hasOff] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, false];
  for (const row of rows) {
    const place = places[codes[row] ?? 0] ?? Number.NaN;
    if (Number.isNaN(place)) hasOff = true;
    if (place < low) low = place;
    if (place > high) high = place;
  }
  return { low, high, hasOff };
}

/** The node that holds all values of a class, as deep as can be: its number, and how deep it is. */
export function nodeOf(rows: Int32Array, { codes }: CodedColumn, { paths }: Tree): { node: number; depth: number } {
  const path = paths[codes[rows[0] ?? 0] ?? 0] ?? new Int32Array(1);
  let depth = path.length - 1;
  for (const row of rows) {
    const other = paths[codes[row] ?? 0] ?? path;
    depth = Math.min(depth, other.length - 1);
    while (other[depth] !== path[depth]) depth -= 1;
  }
  return { node: path[depth] ?? 0, depth };
}

/** What a class is released as in one column. */
export function generalised(rows: Int32Array, column: CodedColumn, hierarchy: Hierarchy): Generalised {
  if (hierarchy.kind === 'TREE') {
    const { node } = nodeOf(rows, column, hierarchy);
    return hierarchy.nodes[node] ?? { label: '', loss: 0 };
  }
  const { low, high, hasOff } = extentOf(rows, column, hierarchy);
  if (!hasOff) return hierarchy.span(low, high);
  const values = Array.from(rows, (row) => column.values[column.codes[row] ?? 0] ?? '');
  return offScale(low > high ? values : [...values, 'mixed']);
}
