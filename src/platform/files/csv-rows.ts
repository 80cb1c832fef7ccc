import { badInput } from '../errors.js';
import { type Cells, cellsOf } from './csv-cells.rules.js';
import { LONGEST_ROW_BYTES } from './file-row.js';

/** A row of a CSV file; one that is too long to be held has no cells. */
export interface CsvRow {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly bytes: number;
  readonly content?: Cells;
}

/** What a byte is to the reader of rows. */
const OTHER = 0;
const DELIMITER = 1;
const QUOTE = 2;
const CARRIAGE_RETURN = 3;
const NEWLINE = 4;
const KINDS = 5;

/** Where in a row the reader is: at a cell's start, in its text, in quotes, or behind a quote in quotes. */
const START = 0;
const TEXT = 1;
const QUOTED = 2;
const QUOTE_SEEN = 3;
const END = 4;

/** The next place, by place and kind of byte: a quote only opens at the start of a cell, and two in quotes are one. */
// biome-ignore format: one line a place
const NEXT = Uint8Array.of(
  TEXT, START, QUOTED, END, END,
  TEXT, START, TEXT, END, END,
  QUOTED, QUOTED, QUOTE_SEEN, QUOTED, QUOTED,
  TEXT, START, QUOTED, END, END,
);

/** Cuts chunks into rows and never holds more than the longest row that is read. Blank lines are no rows. */
class RowCutter {
  private readonly kinds = new Uint8Array(256);
  private place = START;
  private held: Buffer[] = [];
  private bytes = 0;
  private line = 1;
  private rowLine = 1;
  private quoteLine = 1;
  private isAfterReturn = false;

  constructor(private readonly delimiter: string) {
    this.kinds[delimiter.charCodeAt(0)] = DELIMITER;
    this.kinds[0x22] = QUOTE;
    this.kinds[0x0d] = CARRIAGE_RETURN;
    this.kinds[0x0a] = NEWLINE;
  }

  *cut(chunk: Buffer): Generator<CsvRow> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const kind = this.kinds[chunk[at] ?? 0] ?? OTHER;
      if (kind >= QUOTE) this.count(kind);
      else this.isAfterReturn = false;
      this.place = NEXT[this.place * KINDS + kind] ?? END;
      if (this.place !== END) continue;
      this.hold(chunk.subarray(from, at));
      if (this.bytes > 0) yield this.take();
      this.rowLine = this.line;
      this.place = START;
      from = at + 1;
    }
    this.hold(chunk.subarray(from));
  }

  *end(): Generator<CsvRow> {
    if (this.place === QUOTED)
      throw badInput('file', `ends inside a quoted cell: the quote in line ${this.quoteLine} is never closed`);
    if (this.bytes > 0) yield this.take();
  }

  private count(kind: number): void {
    if (kind === QUOTE) {
      if (this.place === START) this.quoteLine = this.line;
    } else if (kind === CARRIAGE_RETURN || !this.isAfterReturn) this.line += 1;
    this.isAfterReturn = kind === CARRIAGE_RETURN;
  }

  private hold(part: Buffer): void {
    this.bytes += part.length;
    if (this.bytes > LONGEST_ROW_BYTES) this.held = [];
    else if (part.length > 0) this.held.push(part);
  }

  private take(): CsvRow {
    const { rowLine: line, bytes, held } = this;
    const [only] = held;
    this.held = [];
    this.bytes = 0;
    if (!only) return { line, bytes };
    return { line, bytes, content: cellsOf(held.length === 1 ? only : Buffer.concat(held), this.delimiter) };
  }
}

/** The rows of a CSV file. BAD_USER_INPUT, behind the last whole row, where the file ends inside a quoted cell. */
export async function* csvRows(chunks: AsyncIterable<Buffer>, delimiter: string): AsyncGenerator<CsvRow> {
  const cutter = new RowCutter(delimiter);
  for await (const chunk of chunks) yield* cutter.cut(chunk);
  yield* cutter.end();
}
