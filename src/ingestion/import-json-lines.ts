import { isUtf8 } from 'node:buffer';
import { LONGEST_ROW_BYTES } from '../platform/files/file-row.js';
import type { OpenedSource } from '../platform/files/file-source.js';
import type { Role } from './import-columns.rules.js';
import type { ImportMapping } from './import-mapping.js';
import type { ImportRow, ImportRows } from './import-row.js';
import { decodeObject, type RowDefaults } from './import-row.rules.js';
import type { RawItem, Refusal } from './observation.js';
import { valueFault } from './shape.rules.js';

const NEWLINE = 0x0a;
const NO_ROLES: ReadonlyMap<string, Role> = new Map();

/** A line of a file; without bytes where it is too long to be held. */
interface Line {
  readonly line: number;
  readonly bytes?: Buffer;
}

/** Cuts chunks into lines and never holds more than the longest line that is read. */
class LineCutter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private line = 1;

  *cut(chunk: Buffer): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.hold(chunk.subarray(from, end));
      yield this.take();
      from = end + 1;
    }
    this.hold(chunk.subarray(from));
  }

  *end(): Generator<Line> {
    if (this.heldBytes > 0) yield this.take();
  }

  private hold(part: Buffer): void {
    this.heldBytes += part.length;
    if (this.heldBytes > LONGEST_ROW_BYTES) this.held = [];
    else if (part.length > 0) this.held.push(part);
  }

  private take(): Line {
    const isHeld = this.heldBytes <= LONGEST_ROW_BYTES;
    const taken = { line: this.line, ...(isHeld && { bytes: Buffer.concat(this.held) }) };
    this.held = [];
    this.heldBytes = 0;
    this.line += 1;
    return taken;
  }
}

function refusedLine(code: string, message: string, raw: string): Omit<RawItem, 'source' | 'index'> {
  return { raw, refusal: { code, message } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shapeFault(row: object): Refusal | undefined {
  for (const [name, value] of Object.entries(row)) {
    const fault = valueFault(value, name);
    if (fault) return { ...fault, message: `${fault.path}: ${fault.message}` };
  }
  return undefined;
}

function decodeText(
  text: string,
  mapped: ReadonlyMap<string, Role>,
  defaults: RowDefaults,
): Omit<RawItem, 'source' | 'index'> {
  const row = parsed(text);
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return refusedLine('INVALID_JSON', 'is no JSON object', text);
  const refusal = shapeFault(row);
  // nested deeper than the rules allow it may be too deep to be written again: it is kept as the text it was
  if (refusal) return { raw: refusal.code === 'TOO_DEEP' ? text : row, refusal };
  return { raw: row, input: decodeObject(row as Record<string, unknown>, mapped, defaults) };
}

function toRow({ line, bytes }: Line, mapped: ReadonlyMap<string, Role>, defaults: RowDefaults): ImportRow {
  if (!bytes) {
    const item = refusedLine('TOO_LARGE', `has more than ${LONGEST_ROW_BYTES} bytes`, `line ${line}, not kept`);
    return { line, bytes: 0, item, original: '' };
  }
  const text = bytes.toString('utf8').trim();
  const item = isUtf8(bytes)
    ? decodeText(text, mapped, defaults)
    : refusedLine('INVALID_ENCODING', 'holds bytes that are no UTF-8', text);
  return { line, bytes: bytes.length, item, original: text };
}

function isBlank({ bytes }: Line): boolean {
  return bytes?.every((byte) => byte <= 0x20) ?? false;
}

async function* rowsOf(
  chunks: AsyncIterable<Buffer>,
  mapped: ReadonlyMap<string, Role>,
  defaults: RowDefaults,
): AsyncGenerator<ImportRow> {
  const cutter = new LineCutter();
  for await (const chunk of chunks) {
    for (const line of cutter.cut(chunk)) if (!isBlank(line)) yield toRow(line, mapped, defaults);
  }
  for (const line of cutter.end()) if (!isBlank(line)) yield toRow(line, mapped, defaults);
}

/** The rows of a file of JSON lines. */
export function jsonRows(source: OpenedSource, defaults: RowDefaults, mapping: ImportMapping | undefined): ImportRows {
  const withType = { ...defaults, type: mapping?.type };
  return { header: undefined, rows: rowsOf(source.chunks, mapping?.columns ?? NO_ROLES, withType) };
}
