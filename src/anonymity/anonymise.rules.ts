import { badInput } from '../platform/errors.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';
import { generalised } from './class-shape.rules.js';
import type { CodedColumn } from './coded-table.js';
import { hierarchyOf } from './hierarchies.rules.js';
import type { Microdata, Partition, Safety } from './partition.js';
import { partition } from './partition.rules.js';
import { type ReleasedRow, TableCount, type TableSafety } from './table-check.rules.js';

/** A table that may be released, and what making it so has cost. */
export interface AnonymousTable {
  /** In an order that tells nothing of that in which they came. */
  readonly released: () => Generator<ReleasedRow>;
  readonly rows: number;
  readonly suppressed: number;
  /** As counted over in what is released. */
  readonly k: number;
  readonly l: number;
  /** 0 (none) to 1 (all). */
  readonly informationLoss: number;
}

const LEAST_K = 2;
const MOST_K = 100_000;
const LOSS_DIGITS = 6;
const ROWS_A_STEP = 1_000;

/** Refuses what makes nobody anonymous; `path` names the options, as `--`. */
export function checkSafety({ k, l }: Safety, path = ''): void {
  if (!Number.isInteger(k) || k < LEAST_K || k > MOST_K)
    throw badInput(`${path}k`, `must be a whole number from ${LEAST_K} to ${MOST_K}`);
  if (!Number.isInteger(l) || l < 1 || l > k) throw badInput(`${path}l`, 'must be a whole number from 1 to k');
}

/**
 * Makes a table k-anonymous and l-diverse, and counts both over before anything is released. The information loss is the
 * global certainty penalty: the mean loss of a cell among the quasi-identifiers, 1 for each of a row that is not released
 * (Xu et al., KDD 2006; Ghinita et al., Fast Data Anonymization with Low Information Loss, VLDB 2007, 2.2).
 * BAD_USER_INPUT where not even the table as a whole is as safe as asked for. On the way it says how many rows are settled.
 */
export function* anonymising(
  quasi: readonly CodedColumn[],
  sensitive: readonly CodedColumn[],
  safety: Safety,
): Generator<number, AnonymousTable> {
  const rows = quasi[0]?.codes.length ?? 0;
  const columns: Microdata['quasi'][number][] = [];
  for (const column of quasi) {
    columns.push({ column, hierarchy: hierarchyOf(column) });
    yield 0;
  }
  const table = { rows, quasi: columns, sensitive };
  if (sensitive.length === 0 && safety.l > 1) throw badInput('l', 'needs a sensitive column');
  const parted = yield* partition(table, safety);
  if (!parted) throw unsafe(rows, sensitive, safety);
  const { labels, informationLoss } = labelled(parted, table);
  const released = () => releasedRows(parted, labels, sensitive);
  const counted = yield* countedOver(released(), rows);
  const l = sensitive.length > 0 ? counted.l : 1;
  if (counted.k < safety.k || l < safety.l)
    throw new Error(`A table has k ${counted.k} and l ${l} where ${safety.k} and ${safety.l} were asked for.`);
  return { released, ...counted, l, suppressed: rows - counted.rows, informationLoss };
}

/** As `anonymising`, in one go. */
export function anonymise(...given: Parameters<typeof anonymising>): AnonymousTable {
  const steps = anonymising(...given);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* countedOver(released: Iterable<ReleasedRow>, settled: number): Generator<number, TableSafety> {
  const count = new TableCount();
  let since = 0;
  for (const row of released) {
    count.add(row);
    since = (since + 1) % ROWS_A_STEP;
    if (since === 0) yield settled;
  }
  return count.result();
}

function labelled({ classes, suppressed }: Partition, { rows, quasi }: Microdata) {
  let lost = suppressed.reduce((sum, { length }) => sum + length * quasi.length, 0);
  const labels = classes.map((own) =>
    quasi.map(({ column, hierarchy }) => {
      const { label, loss } = generalised(own, column, hierarchy);
      lost += loss * own.length;
      return label;
    }),
  );
  return { labels, informationLoss: Number((lost / (rows * quasi.length)).toFixed(LOSS_DIGITS)) };
}

function* releasedRows(
  { classes }: Partition,
  labels: readonly (readonly string[])[],
  sensitive: readonly CodedColumn[],
): Generator<ReleasedRow> {
  const keys = labels.map((quasi) => quasi.join('\u0000'));
  const order = [...keys.keys()].sort((a, b) => compared(keys[a] ?? '', keys[b] ?? ''));
  for (const at of order) {
    const quasi = (labels[at] ?? []).map(withoutFormula);
    for (const values of sortedRows(classes[at] ?? new Int32Array(0), sensitive)) yield { quasi, sensitive: values };
  }
}

function sortedRows(rows: Int32Array, sensitive: readonly CodedColumn[]): string[][] {
  const all = Array.from(rows, (row) => sensitive.map(({ values, codes }) => values[codes[row] ?? 0] ?? ''));
  return all.sort((a, b) => compared(a.join('\u0000'), b.join('\u0000')));
}

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function unsafe(rows: number, sensitive: readonly CodedColumn[], { k, l }: Safety) {
  if (rows < k) return badInput('k', `can't be reached: there are ${rows} rows, fewer than ${k}`);
  const poor = sensitive.find(({ values }) => values.length < l);
  return badInput('l', `can't be reached: ${poor?.name} has ${poor?.values.length} different values, fewer than ${l}`);
}
