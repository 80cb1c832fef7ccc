import { badInput } from '../platform/errors.js';
import { csvTable, type TableRow } from '../platform/files/csv-table.js';
import type { RejectSink, RowRefusal } from '../platform/files/file-row.js';
import { openSource } from '../platform/files/file-source.js';
import { type CodedColumn, TableInMaking } from './coded-table.js';

const LONGEST_VALUE = 1_024;

/** What is to be known of a file that a table is read from. */
export interface TableFileOptions {
  readonly fileName: string;
  readonly quasi: readonly string[];
  readonly sensitive: readonly string[];
  readonly rejects: RejectSink;
  /** Ends the reading at the next row. */
  readonly signal?: AbortSignal | undefined;
}

/** The columns that were asked for, of the rows that can be used. */
export interface ReadTable {
  readonly quasi: readonly CodedColumn[];
  readonly sensitive: readonly CodedColumn[];
  /** Columns that nobody asked for: they are not released. */
  readonly unread: readonly string[];
}

/**
 * Reads columns of a CSV file, row by row, keeping each different value once; rows that can't be used are refused. Throws
 * BAD_USER_INPUT where the file can't be read to its end, is too large, or lacks columns.
 */
export async function readTable(source: AsyncIterable<Buffer>, options: TableFileOptions): Promise<ReadTable> {
  const { quasi, sensitive, signal } = options;
  const opened = await openSource(source, options.fileName);
  if (opened.format !== 'csv') throw badInput('file', 'is JSON; give CSV with a header');
  const { header, rows } = await csvTable(opened);
  const names = header.map((name) => name.trim());
  const places = [...placesOf('--quasi', quasi, names), ...placesOf('--sensitive', sensitive, names)];
  const table = new TableInMaking([...quasi, ...sensitive]);
  for await (const row of rows) {
    signal?.throwIfAborted();
    const fault = row.refusal ?? valueFault(row, places, names);
    if (fault) await options.rejects.write(row.line, fault, row.cells, header);
    else table.add(places.map((at) => (row.cells[at] ?? '').trim()));
  }
  signal?.throwIfAborted();
  const columns = table.coded();
  return {
    quasi: columns.slice(0, quasi.length),
    sensitive: columns.slice(quasi.length),
    unread: names.filter((_, at) => !places.includes(at)),
  };
}

function placesOf(option: string, wanted: readonly string[], names: readonly string[]): number[] {
  return wanted.map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw badInput(option, `names ${name}, which is no column; there are ${names.join(', ')}`);
    if (names.lastIndexOf(name) > at) throw badInput(option, `names ${name}, which two columns are called`);
    return at;
  });
}

function valueFault({ cells }: TableRow, places: readonly number[], names: readonly string[]): RowRefusal | undefined {
  const found = places.find((at) => (cells[at] ?? '').length > LONGEST_VALUE);
  if (found === undefined) return undefined;
  return { code: 'TEXT_TOO_LONG', message: `is longer than ${LONGEST_VALUE} characters`, path: names[found] };
}
