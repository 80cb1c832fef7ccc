import { isAscii, isUtf8 } from 'node:buffer';

const QUOTE = '"';

/** The cells of a row, and which of them holds bytes that are no UTF-8. */
export interface Cells {
  readonly cells: readonly string[];
  readonly invalid: number | undefined;
}

/** The cells of a whole row (RFC 4180); a cell with text behind its closing quote is taken as it stands. */
export function cellsOf(row: Buffer, delimiter: string): Cells {
  if (isUtf8(row)) return { cells: split(row.toString('utf8'), delimiter), invalid: undefined };
  const cells = split(row.toString('latin1'), delimiter).map((cell) => Buffer.from(cell, 'latin1'));
  const invalid = cells.findIndex((cell) => !isAscii(cell) && !isUtf8(cell));
  return { cells: cells.map((cell) => cell.toString('utf8')), invalid };
}

function split(text: string, delimiter: string): string[] {
  if (!text.includes(QUOTE)) return text.split(delimiter);
  const cells: string[] = [];
  for (let from = 0; from <= text.length; ) {
    const { cell, end } = text[from] === QUOTE ? quoted(text, from, delimiter) : plain(text, from, delimiter);
    cells.push(cell);
    from = end + 1;
  }
  return cells;
}

function plain(text: string, from: number, delimiter: string): { cell: string; end: number } {
  const found = text.indexOf(delimiter, from);
  const end = found < 0 ? text.length : found;
  return { cell: text.slice(from, end), end };
}

function quoted(text: string, from: number, delimiter: string): { cell: string; end: number } {
  const close = closingQuote(text, from);
  const inside = text.slice(from + 1, close).replaceAll(QUOTE + QUOTE, QUOTE);
  const { cell: tail, end } = plain(text, close + 1, delimiter);
  return { cell: tail === '' ? inside : QUOTE + inside + QUOTE + tail, end };
}

function closingQuote(text: string, from: number): number {
  let at = text.indexOf(QUOTE, from + 1);
  while (at >= 0 && text[at + 1] === QUOTE) at = text.indexOf(QUOTE, at + 2);
  return at < 0 ? text.length : at;
}
