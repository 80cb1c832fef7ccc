import { csvLine } from '../platform/files/csv-line.rules.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';

/** A value as the text of a cell that no spreadsheet runs; nested ones as JSON. */
export function safeCell(value: unknown): string {
  return withoutFormula(textOf(value));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The first line of a CSV file. */
export function headLine(columns: readonly string[]): string {
  return csvLine(columns.map(safeCell));
}

/** A row as a line of a CSV file: nested values as JSON. */
export function rowLine(columns: readonly string[], row: Readonly<Record<string, unknown>>): string {
  return csvLine(columns.map((column) => safeCell(row[column])));
}
