import { type CsvError, type Parser, parse } from 'csv-parse';
import { badInput } from '../platform/errors.js';
import { type Column, columnsOf } from './import-columns.rules.js';
import { checkHeader, delimiterOf, utf8Of } from './import-head.rules.js';
import type { ImportMapping } from './import-mapping.js';
import { type ImportRow, type ImportRows, LONGEST_ROW_BYTES } from './import-row.js';
import { decodeCells, type RowDefaults } from './import-row.rules.js';
import type { OpenedSource } from './import-source.js';
import type { Refusal } from './observation.js';

/** A record: its cells as Latin-1, so that each byte can still be judged, and the line it ends on. */
interface CsvRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Feeds a parser chunk by chunk: what it found before a fault is given before the fault is thrown. */
async function* recordsOf(chunks: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvRecord> {
  let found: CsvRecord[] = [];
  const parser = parse({
    delimiter,
    encoding: 'latin1',
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: LONGEST_ROW_BYTES,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    on_record: (cells: string[], { lines }) => {
      found.push({ cells, line: lines });
      return null;
    },
  });
  parser.on('error', () => {}); // each step below reports it
  const taken = () => {
    const records = found;
    found = [];
    return records;
  };
  let withoutEnd = 0;
  for await (const chunk of chunks) {
    const { lines } = parser.info;
    const fault = await step((done) => parser.write(chunk, done));
    const records = taken();
    yield* records;
    if (fault) throw explained(fault, parser);
    // the parser's own limit counts no delimiters
    withoutEnd = records.length > 0 || parser.info.lines > lines ? 0 : withoutEnd + chunk.length;
    if (withoutEnd > LONGEST_ROW_BYTES) throw tooLong(parser.info);
  }
  const fault = await step((done) => parser.end(done));
  yield* taken();
  if (fault) throw explained(fault, parser);
}

function step(run: (done: (error?: Error | null) => void) => void): Promise<Error | undefined> {
  return new Promise((resolve) => run((error) => resolve(error ?? undefined)));
}

function explained(fault: Error, { info }: Parser): Error {
  const code = 'code' in fault ? (fault as CsvError).code : '';
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return badInput('file', `ends inside a quoted cell: a quote after line ${lastLine(info)} is never closed`);
  if (code === 'CSV_MAX_RECORD_SIZE') return tooLong(info);
  return badInput('file', `could not be read after line ${lastLine(info)} (${code})`);
}

function tooLong(info: Parser['info']): Error {
  const limit = `a row of more than ${LONGEST_ROW_BYTES} bytes`;
  return badInput('file', `has ${limit} after line ${lastLine(info)}; is a quote left open?`);
}

function lastLine({ lines }: Parser['info']): number {
  return lines;
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

function faultOf(cells: readonly (string | undefined)[], columns: readonly Column[]): Refusal | undefined {
  const invalid = cells.indexOf(undefined);
  if (invalid >= 0)
    return {
      code: 'INVALID_ENCODING',
      message: 'holds bytes that are no UTF-8; if the file is GBK, convert it: iconv -f GBK -t UTF-8',
      path: columns[invalid]?.name ?? `[${invalid}]`,
    };
  if (cells.length === columns.length) return undefined;
  return { code: 'RAGGED_ROW', message: `has ${cells.length} cells, where the header has ${columns.length}` };
}

function toRow({ cells, line }: CsvRecord, columns: readonly Column[], defaults: RowDefaults): ImportRow {
  const decoded = cells.map(utf8Of);
  const readable = decoded.map((cell, index) => cell ?? Buffer.from(cells[index] ?? '', 'latin1').toString('utf8'));
  const bytes = cells.reduce((sum, cell) => sum + cell.length + 1, 0);
  const refusal = faultOf(decoded, columns);
  const named = Object.fromEntries(columns.map(({ name }, index) => [name, readable[index] ?? '']));
  const item = refusal
    ? { raw: readable, refusal }
    : { raw: named, input: decodeCells(readable, columns, named, defaults) };
  return { line: line - lineBreaksIn(cells), bytes, item, original: readable };
}

async function* rowsOf(
  records: AsyncGenerator<CsvRecord>,
  columns: readonly Column[],
  defaults: RowDefaults,
): AsyncGenerator<ImportRow> {
  for await (const record of records) yield toRow(record, columns, defaults);
}

/** The rows of a CSV file. BAD_USER_INPUT where it has no header or the header identifies nobody. */
export async function csvRows(
  source: OpenedSource,
  defaults: RowDefaults,
  mapping: ImportMapping | undefined,
): Promise<ImportRows> {
  const records = recordsOf(source.chunks, delimiterOf(source.head));
  const first = await records.next();
  if (first.done) throw badInput('file', 'is empty');
  const header = first.value.cells.map((cell) => utf8Of(cell) ?? '');
  checkHeader(header);
  const columns = columnsOf(header, defaults.channel, mapping?.columns);
  return { header, rows: rowsOf(records, columns, defaults) };
}
