import type { CodedColumn } from './coded-table.js';
import type { Cut, Safety } from './partition.js';

/** Rows of a class that would be released alike in a column, and at what loss each. */
export interface Group {
  readonly rows: Int32Array;
  readonly loss: number;
}

/** What a cut into groups is weighed by. */
export interface Weighing {
  /** The loss of a row in this column while the class stays whole. */
  readonly loss: number;
  /** How many columns a row that is not released loses. */
  readonly columns: number;
  /** How many rows may still be left out. */
  readonly room: number;
}

const NOTHING = new Int32Array(0);

/**
 * The cut of a class into groups that are safe each; those that are not stay together, with the smallest safe ones where
 * they need them, or are not released where that loses less. Undefined where nothing is kept by it.
 */
export function groupCut(
  groups: readonly Group[],
  weighing: Weighing,
  sensitive: readonly CodedColumn[],
  safety: Safety,
): Cut | undefined {
  const isGroupSafe = ({ rows }: Group) => isSafe(rows, sensitive, safety);
  const safe = groups.filter(isGroupSafe).sort((a, b) => a.rows.length - b.rows.length);
  const unsafe = groups.filter((group) => !isGroupSafe(group));
  if (safe.length === 0) return undefined;
  const { loss, columns, room } = weighing;
  const kept = (some: readonly Group[]) =>
    some.reduce((sum, group) => sum + group.rows.length * (loss - group.loss), 0);
  const rest = joined(unsafe);
  const pool = [rest];
  const apart = [...safe];
  while (rest.length > 0 && apart.length > 0 && !isSafe(joined(pool), sensitive, safety))
    pool.push((apart.shift() as Group).rows);
  const pooled: Cut = {
    gain: kept(apart),
    groups: [...(rest.length > 0 ? [joined(pool)] : []), ...apart.map(({ rows }) => rows)],
    suppressed: NOTHING,
  };
  const withoutRest: Cut = {
    gain: kept(safe) - rest.length * columns,
    groups: safe.map(({ rows }) => rows),
    suppressed: rest,
  };
  const best = rest.length <= room && withoutRest.gain > pooled.gain ? withoutRest : pooled;
  return best.gain > 0 ? best : undefined;
}

/** Whether rows may be released as one class. */
export function isSafe(rows: Int32Array, sensitive: readonly CodedColumn[], { k, l }: Safety): boolean {
  return rows.length >= k && sensitive.every((column) => hasDifferent(rows, column, l));
}

function hasDifferent(rows: Int32Array, { codes }: CodedColumn, l: number): boolean {
  const seen = new Set<number>();
  for (const row of rows) {
    seen.add(codes[row] ?? 0);
    if (seen.size >= l) return true;
  }
  return false;
}

function joined(parts: readonly (Int32Array | Group)[]): Int32Array {
  const all = parts.map((part) => (part instanceof Int32Array ? part : part.rows));
  const whole = new Int32Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
