import { csvTable, type TableRow } from '../platform/files/csv-table.js';
import type { OpenedSource } from '../platform/files/file-source.js';
import { type Column, columnsOf } from './import-columns.rules.js';
import type { ImportMapping } from './import-mapping.js';
import type { ImportRow, ImportRows } from './import-row.js';
import { decodeCells, type RowDefaults } from './import-row.rules.js';

function toRow(
  { line, bytes, cells, refusal }: TableRow,
  columns: readonly Column[],
  defaults: RowDefaults,
): ImportRow {
  if (refusal) {
    const raw = cells.length > 0 ? cells : `line ${line}, not kept`;
    return { line, bytes, item: { raw, refusal }, original: cells };
  }
  const named = Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? '']));
  return { line, bytes, item: { raw: named, input: decodeCells(cells, columns, named, defaults) }, original: cells };
}

async function* rowsOf(
  rows: AsyncIterable<TableRow>,
  columns: readonly Column[],
  defaults: RowDefaults,
): AsyncGenerator<ImportRow> {
  for await (const row of rows) yield toRow(row, columns, defaults);
}

/** The rows of a CSV file. BAD_USER_INPUT where it has no header or the header identifies nobody. */
export async function csvRows(
  source: OpenedSource,
  defaults: RowDefaults,
  mapping: ImportMapping | undefined,
): Promise<ImportRows> {
  const { header, rows } = await csvTable(source);
  const columns = columnsOf(header, defaults.channel, mapping?.columns);
  return { header, rows: rowsOf(rows, columns, defaults) };
}
