import type { Channel } from '../channels/channel.js';
import { asUnavailable } from '../platform/database.js';
import { AppError } from '../platform/errors.js';
import type { RejectSink } from '../platform/files/file-row.js';
import { openSource } from '../platform/files/file-source.js';
import { csvRows } from './import-csv.js';
import { jsonRows } from './import-json-lines.js';
import type { ImportMapping } from './import-mapping.js';
import type { ImportRow, ImportRows } from './import-row.js';
import type { IngestOutcome } from './ingestion.service.js';
import type { RawItem } from './observation.js';

const ROWS_PER_BATCH = 1_000;
/** Rows may be large: a batch is given over at this size, however few they are. */
const BYTES_PER_BATCH = 8 * 1024 * 1024;

/** What is to be known of a file. */
export interface ImportOptions {
  readonly fileName: string;
  readonly channel: Channel;
  /** When the file was last changed: the time of rows that have none. */
  readonly modifiedAt: Date;
  readonly mapping?: ImportMapping | undefined;
  readonly rejects: RejectSink;
  /** Ends the import after the batch at hand. */
  readonly signal?: AbortSignal | undefined;
}

/** How far an import has come. */
export interface ImportProgress {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: number;
  /** The last line that was taken in. */
  readonly line: number;
}

/** What became of a file: accepted + duplicates + refused make all rows up to `line`. */
export interface ImportSummary extends ImportProgress {
  /** Why not all of the file was taken in; null where it was. */
  readonly stopped: string | null;
}

type Ingest = (items: readonly RawItem[]) => Promise<IngestOutcome>;

/** Takes batches to ingestion, one at a time, and counts. */
class Batches {
  progress: ImportProgress = { accepted: 0, duplicates: 0, refused: 0, line: 0 };
  private rows: ImportRow[] = [];
  private bytes = 0;

  constructor(
    private readonly header: ImportRows['header'],
    private readonly rejects: RejectSink,
    private readonly ingest: Ingest,
    private readonly onProgress: (progress: ImportProgress) => void,
  ) {}

  /** Adds a row; true where a batch was given over by it. */
  async add(row: ImportRow): Promise<boolean> {
    this.rows.push(row);
    this.bytes += row.bytes;
    const isFull = this.rows.length >= ROWS_PER_BATCH || this.bytes >= BYTES_PER_BATCH;
    if (isFull) await this.flush();
    return isFull;
  }

  async flush(): Promise<void> {
    const { rows } = this;
    const last = rows.at(-1);
    if (!last) return;
    this.rows = [];
    this.bytes = 0;
    const outcome = await this.ingest(rows.map(({ item }, index) => ({ source: 'IMPORT', index, ...item })));
    for (const { index, code, message, path } of outcome.rejected) {
      const row = rows[index];
      if (row) await this.rejects.write(row.line, { code, message, path }, row.original, this.header);
    }
    this.progress = {
      accepted: this.progress.accepted + outcome.accepted,
      duplicates: this.progress.duplicates + outcome.duplicates,
      refused: this.progress.refused + outcome.rejected.length,
      line: last.line,
    };
    this.onProgress(this.progress);
  }
}

/**
 * Takes a file of CSV or JSON lines into ingestion, in batches and in constant memory: the next batch is read when the
 * one before is stored. Throws BAD_USER_INPUT where nothing of it can be read; what stops it later is in the summary.
 */
export async function importFile(
  source: AsyncIterable<Buffer>,
  options: ImportOptions,
  ingest: Ingest,
  onProgress: (progress: ImportProgress) => void = () => {},
): Promise<ImportSummary> {
  const { channel, mapping, fileName } = options;
  const opened = await openSource(source, fileName);
  const defaults = { channel, type: mapping?.type, occurredAt: options.modifiedAt };
  const read = opened.format === 'csv' ? csvRows : jsonRows;
  const { header, rows } = await read(opened, defaults, mapping);
  const batches = new Batches(header, options.rejects, ingest, onProgress);
  const stopped = await takeAll(rows, batches, options.signal);
  return { ...batches.progress, stopped };
}

async function takeAll(rows: AsyncIterable<ImportRow>, batches: Batches, signal?: AbortSignal): Promise<string | null> {
  const fault = await readInto(rows, batches, signal);
  if (fault?.during === 'ingestion') return fault.message;
  try {
    // what was read before the fault, or before the interruption, is still taken in
    await batches.flush();
  } catch (error) {
    return messageOf(error);
  }
  return fault?.message ?? null;
}

interface Fault {
  readonly during: 'reading' | 'ingestion';
  readonly message: string;
}

async function readInto(
  rows: AsyncIterable<ImportRow>,
  batches: Batches,
  signal?: AbortSignal,
): Promise<Fault | undefined> {
  const iterator = rows[Symbol.asyncIterator]();
  let during: Fault['during'] = 'reading';
  try {
    for (;;) {
      during = 'reading';
      const next = await iterator.next();
      if (next.done) return undefined;
      during = 'ingestion';
      const isGivenOver = await batches.add(next.value);
      if (isGivenOver && signal?.aborted) return { during: 'reading', message: 'interrupted' };
    }
  } catch (error) {
    return { during, message: messageOf(error) };
  } finally {
    await iterator.return?.();
  }
}

/** What to say of a fault that people can mend; any other is a defect and thrown on. */
function messageOf(thrown: unknown): string {
  const error = asUnavailable(thrown);
  if (error instanceof AppError) return error.message;
  throw thrown;
}
