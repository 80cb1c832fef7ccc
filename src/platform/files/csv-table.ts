import { badInput } from '../errors.js';
import { type CsvRow, csvRows } from './csv-rows.js';
import { checkHeader, delimiterOf } from './file-head.rules.js';
import { LONGEST_ROW_BYTES, type RowRefusal } from './file-row.js';
import type { OpenedSource } from './file-source.js';

/** A row of a table: its cells, and why they can't be used where that is so. */
export interface TableRow {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly bytes: number;
  /** As the file of refused rows repeats them; none of a row that is too long to be held. */
  readonly cells: readonly string[];
  readonly refusal?: RowRefusal;
}

/** A CSV file: the names of its columns, and its rows. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: AsyncIterable<TableRow>;
}

const TOO_LARGE: RowRefusal = {
  code: 'TOO_LARGE',
  message: `has more than ${LONGEST_ROW_BYTES} bytes; is a quote left open?`,
};

/** Reads the header of a CSV file, then row by row. BAD_USER_INPUT where it has none. */
export async function csvTable(source: OpenedSource): Promise<CsvTable> {
  const rows = csvRows(source.chunks, delimiterOf(source.head));
  const first = await rows.next();
  if (first.done) throw badInput('file', 'is empty');
  const header = first.value.content?.cells;
  if (!header) throw badInput('file', `has a header of more than ${LONGEST_ROW_BYTES} bytes; is a quote left open?`);
  checkHeader(header);
  return { header, rows: tableRows(rows, header) };
}

async function* tableRows(rows: AsyncIterable<CsvRow>, header: readonly string[]): AsyncGenerator<TableRow> {
  for await (const { line, bytes, content } of rows) {
    if (!content) yield { line, bytes, cells: [], refusal: TOO_LARGE };
    else yield { line, bytes, cells: content.cells, refusal: faultOf(content.cells, content.invalid, header) };
  }
}

function faultOf(
  cells: readonly string[],
  invalid: number | undefined,
  header: readonly string[],
): RowRefusal | undefined {
  if (invalid !== undefined)
    return {
      code: 'INVALID_ENCODING',
      message: 'holds bytes that are no UTF-8; if the file is GBK, convert it: iconv -f GBK -t UTF-8',
      path: header[invalid]?.trim() ?? `[${invalid}]`,
    };
  if (cells.length === header.length) return undefined;
  return { code: 'RAGGED_ROW', message: `has ${cells.length} cells, where the header has ${header.length}` };
}
