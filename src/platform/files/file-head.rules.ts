import { isUtf8 } from 'node:buffer';
import { badInput } from '../errors.js';

export type FileFormat = 'csv' | 'jsonl';

const LINES_JUDGED = 100;
const MOST_INVALID_LINES = 20;
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const NEWLINE = 0x0a;
const DELIMITERS = [',', ';', '\t'] as const;
const JSON_LINES_NAME = /\.(?:jsonl|ndjson|json)$/i;

/** The complete lines at the beginning of a file. */
function linesOf(head: Buffer, isWhole: boolean): Buffer[] {
  const lines: Buffer[] = [];
  let from = 0;
  while (lines.length < LINES_JUDGED) {
    const end = head.indexOf(NEWLINE, from);
    if (end < 0) break;
    lines.push(head.subarray(from, end));
    from = end + 1;
  }
  const rest = head.subarray(from);
  return isWhole && lines.length < LINES_JUDGED && rest.length > 0 ? [...lines, rest] : lines;
}

/** The beginning without a byte order mark of UTF-8. */
export function withoutBom(head: Buffer): Buffer {
  return head.subarray(0, UTF8_BOM.length).equals(UTF8_BOM) ? head.subarray(UTF8_BOM.length) : head;
}

/**
 * Refuses a file that is not UTF-8 as a whole, by its beginning: UTF-16 by its mark or NUL bytes, another encoding where
 * the header or more than 20 of the first 100 lines are no UTF-8. Single bad lines are left to be refused one by one.
 */
export function checkEncoding(head: Buffer, isWhole: boolean): void {
  const [first = 0, second = 0] = head;
  const hasWideMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (hasWideMark || (head.includes(0) && !isUtf8Text(head)))
    throw badInput('file', 'is UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW_FILE');
  const invalid = linesOf(head, isWhole).map((line) => !isUtf8(line));
  const count = invalid.filter(Boolean).length;
  if (invalid[0] || count > MOST_INVALID_LINES)
    throw badInput('file', 'is not UTF-8; if it is GBK, convert it: iconv -f GBK -t UTF-8 FILE > NEW_FILE');
}

/** A stray NUL in text is a fault of its row; UTF-16 has one in every ASCII character. */
function isUtf8Text(head: Buffer): boolean {
  let zeros = 0;
  for (const byte of head) if (byte === 0) zeros += 1;
  return zeros * 10 < head.length;
}

/** What a file is, by its name, else by its first character. */
export function formatOf(fileName: string, head: Buffer): FileFormat {
  const start = head.subarray(0, 1_024).toString('latin1').trimStart();
  if (JSON_LINES_NAME.test(fileName) && start.startsWith('['))
    throw badInput('file', 'is one JSON array; give one JSON object a line (jq -c .[] FILE > NEW_FILE)');
  return JSON_LINES_NAME.test(fileName) || start.startsWith('{') ? 'jsonl' : 'csv';
}

/** The delimiter of a CSV file: the comma, semicolon or tab that its header has most of outside quotes. */
export function delimiterOf(head: Buffer): string {
  const end = head.indexOf(NEWLINE);
  const header = head
    .subarray(0, end < 0 ? head.length : end)
    .toString('latin1')
    .replaceAll(/"[^"]*"/g, '');
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

const CERTAIN_DATA = /^[^\s@]+@[^\s@]+\.[^\s@]+$|^\+?[\d\s()-]{7,}$|^\d{4}-\d\d-\d\d/;
const NUMBER = /^[+-]?[\d.,]+$/;

/** Refuses a first row that is no header: columns are never called by an email address, a long number or a date. */
export function checkHeader(cells: readonly string[]): void {
  const names = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (names.length === 0) throw badInput('file', 'has no header: its first line is empty');
  const isData = names.some((name) => CERTAIN_DATA.test(name)) || names.every((name) => NUMBER.test(name));
  if (isData)
    throw badInput('file', 'has no header: its first line holds data; begin it with the names of the columns');
}
