import { badInput } from '../platform/errors.js';
import { csvTable, type TableRow } from '../platform/files/csv-table.js';
import type { RejectSink, RowRefusal } from '../platform/files/file-row.js';
import { openSource } from '../platform/files/file-source.js';
import { type ColumnPlan, planColumns } from './match-columns.rules.js';
import type { MatchMapping } from './match-mapping.js';
import { RecordMatcher } from './record-matcher.js';

/** What is to be known of a file of records. */
export interface MatchFileOptions {
  readonly fileName: string;
  /** What its columns are; where not given, the built-in mapping that fits. */
  readonly mapping?: MatchMapping | undefined;
  readonly threshold: number;
  readonly rejects: RejectSink;
  /** Ends the reading at the next row. */
  readonly signal?: AbortSignal | undefined;
}

/** The records of a file, ready to be resolved. */
export interface ReadRecords {
  readonly matcher: RecordMatcher;
  readonly rejected: number;
  /** Columns that the mapping says nothing of. */
  readonly unread: readonly string[];
}

/** Comparing takes the square of this: longer values are no names, addresses or numbers. */
const LONGEST_VALUE = 1_024;
/** Texts shorter than this are never parts of a longer one in V8. */
const SHORTEST_SLICE = 13;

/** Takes rows to a matcher, each id once. */
class RecordReader {
  readonly matcher: RecordMatcher;
  rejected = 0;
  private readonly lines = new Map<string, number>();

  constructor(
    private readonly plan: ColumnPlan,
    private readonly header: readonly string[],
    private readonly rejects: RejectSink,
    threshold: number,
  ) {
    this.matcher = new RecordMatcher(plan.schema, { threshold });
  }

  /** Adds a record, or has its row refused. */
  async take({ line, cells, refusal }: TableRow): Promise<void> {
    const fault = refusal ?? this.valueFault(cells) ?? this.idFault(cells[this.plan.idAt] ?? '');
    if (fault) {
      this.rejected += 1;
      await this.rejects.write(line, fault, cells, this.header);
      return;
    }
    const id = ownCopy(cells[this.plan.idAt] ?? '');
    this.lines.set(id, line);
    this.matcher.add(
      id,
      this.plan.valuesAt.map((at) => ownCopy(cells[at] ?? '')),
    );
  }

  private valueFault(cells: readonly string[]): RowRefusal | undefined {
    const { idAt, valuesAt } = this.plan;
    const tooLong = (at: number) => (cells[at] ?? '').length > LONGEST_VALUE;
    const found = tooLong(idAt) ? idAt : valuesAt.find(tooLong);
    if (found === undefined) return undefined;
    const path = this.header[found]?.trim();
    return { code: 'TEXT_TOO_LONG', message: `is longer than ${LONGEST_VALUE} characters`, path };
  }

  private idFault(id: string): RowRefusal | undefined {
    const path = this.plan.schema.idColumn;
    if (id.trim() === '') return { code: 'MISSING_ID', message: 'has no id', path };
    const line = this.lines.get(id);
    return line === undefined ? undefined : { code: 'DUPLICATE_ID', message: `has the id of line ${line}`, path };
  }
}

/**
 * Reads a CSV file of records into a matcher, row by row; rows that can't be used are refused. Throws BAD_USER_INPUT
 * where the file can't be read to its end, names no records, or lacks columns.
 */
export async function readRecords(source: AsyncIterable<Buffer>, options: MatchFileOptions): Promise<ReadRecords> {
  const opened = await openSource(source, options.fileName);
  if (opened.format !== 'csv') throw badInput('file', 'is JSON; give CSV with a header');
  const { header, rows } = await csvTable(opened);
  const plan = planColumns(header, options.mapping);
  const reader = new RecordReader(plan, header, options.rejects, options.threshold);
  for await (const row of rows) {
    options.signal?.throwIfAborted();
    await reader.take(row);
  }
  options.signal?.throwIfAborted();
  return { matcher: reader.matcher, rejected: reader.rejected, unread: plan.unread };
}

/** The text with memory of its own: a cell is a part of its row's text and would keep all of it. */
function ownCopy(cell: string): string {
  return cell.length < SHORTEST_SLICE ? cell : Buffer.from(cell).toString();
}
