import { extentOf, nodeOf } from './class-shape.rules.js';
import type { Scale, Tree } from './generalisation.js';
import { type Group, groupCut, isSafe } from './group-cut.rules.js';
import type { Cut, Microdata, Partition, Safety } from './partition.js';
import { scaleCut } from './scale-cut.rules.js';

/** Of the rows, at most this share is not released. */
const MOST_SUPPRESSED = 0.05;

type Quasi = Microdata['quasi'][number];

/**
 * Parts the rows of a table into classes that are k-anonymous and l-diverse: from one class on, each is parted where that
 * keeps most information, until no part would be safe. Undefined where not even the whole table is. A greedy, top-down
 * local recoding after Mondrian (LeFevre, DeWitt, Ramakrishnan, ICDE 2006) along scales and hierarchies. After each
 * column that it looks at it says how many rows are settled, and may be paused.
 */
export function* partition(table: Microdata, safety: Safety): Generator<number, Partition | undefined> {
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  if (!isSafe(all, table.sensitive, safety)) return undefined;
  const waiting: Int32Array[] = [all];
  const classes: Int32Array[] = [];
  const suppressed: Int32Array[] = [];
  let room = Math.floor(table.rows * MOST_SUPPRESSED);
  let settled = 0;
  for (let rows = waiting.pop(); rows; rows = waiting.pop()) {
    const cut = yield* bestCut(rows, table, safety, { room, settled });
    if (!cut) classes.push(rows);
    else {
      waiting.push(...cut.groups);
      if (cut.suppressed.length > 0) suppressed.push(cut.suppressed);
      room -= cut.suppressed.length;
    }
    settled += (cut?.suppressed ?? rows).length;
  }
  return { classes, suppressed };
}

function* bestCut(
  rows: Int32Array,
  table: Microdata,
  safety: Safety,
  { room, settled }: { readonly room: number; readonly settled: number },
): Generator<number, Cut | undefined> {
  let best: Cut | undefined;
  for (const quasi of table.quasi) {
    const cut = cutIn(rows, quasi, table, safety, room);
    if (cut && cut.gain > (best?.gain ?? 0)) best = cut;
    yield settled;
  }
  return best;
}

function cutIn(
  rows: Int32Array,
  quasi: Quasi,
  { quasi: columns, sensitive }: Microdata,
  safety: Safety,
  room: number,
): Cut | undefined {
  const { column, hierarchy } = quasi;
  const weigh = ({ groups, loss }: { groups: readonly Group[]; loss: number }) =>
    groups.length < 2 ? undefined : groupCut(groups, { loss, columns: columns.length, room }, sensitive, safety);
  if (hierarchy.kind === 'TREE') return weigh(branches(rows, quasi, hierarchy));
  const { low, high, hasOff } = extentOf(rows, column, hierarchy);
  if (hasOff) return low > high ? undefined : weigh(onAndOff(rows, quasi, hierarchy));
  return low === high ? undefined : scaleCut(rows, { column, scale: hierarchy }, sensitive, safety);
}

/** A class by the branches of the node that holds it all. */
function branches(rows: Int32Array, { column }: Quasi, tree: Tree): { groups: Group[]; loss: number } {
  const { node, depth } = nodeOf(rows, column, tree);
  const below = (row: number) => {
    const path = tree.paths[column.codes[row] ?? 0];
    return path?.[depth + 1] ?? path?.at(-1) ?? 0;
  };
  const groups = [...grouped(rows, below)].map(([child, own]) => ({ rows: own, loss: tree.nodes[child]?.loss ?? 0 }));
  return { groups, loss: tree.nodes[node]?.loss ?? 0 };
}

/** A class by whether its values are on the scale; mixed, it loses all. */
function onAndOff(rows: Int32Array, { column }: Quasi, scale: Scale): { groups: Group[]; loss: number } {
  const isOff = (row: number) => Number(Number.isNaN(scale.places[column.codes[row] ?? 0]));
  const groups = [...grouped(rows, isOff).values()].map((own) => {
    const { low, high, hasOff } = extentOf(own, column, scale);
    return { rows: own, loss: hasOff ? 0 : scale.span(low, high).loss };
  });
  return { groups, loss: 1 };
}

function grouped(rows: Int32Array, keyOf: (row: number) => number): Map<number, Int32Array> {
  const sizes = new Map<number, number>();
  for (const row of rows) sizes.set(keyOf(row), (sizes.get(keyOf(row)) ?? 0) + 1);
  const groups = new Map([...sizes].map(([key, size]) => [key, new Int32Array(size)]));
  const filled = new Map<number, number>();
  for (const row of rows) {
    const key = keyOf(row);
    const at = filled.get(key) ?? 0;
    (groups.get(key) as Int32Array)[at] = row;
    filled.set(key, at + 1);
  }
  return groups;
}
