import { isDate } from 'node:util/types';

const BYTES_OF_AN_INSTANT = 26;
const BYTES_OF_A_LITERAL = 5;

function textBytes(text: string): number {
  return Buffer.byteLength(text) + 2;
}

function listBytes(items: readonly unknown[]): number {
  let bytes = 2;
  for (const item of items) bytes += 1 + jsonBytes(item);
  return bytes;
}

function objectBytes(object: Readonly<Record<string, unknown>>): number {
  let bytes = 2;
  for (const key of Object.keys(object)) bytes += textBytes(key) + 2 + jsonBytes(object[key]);
  return bytes;
}

/**
 * How many bytes a value has as JSON text, without writing it out: a bound on size is checked for every item. Escapes
 * inside texts count as the characters they stand for.
 */
export function jsonBytes(value: unknown): number {
  if (typeof value === 'string') return textBytes(value);
  if (typeof value === 'number') return String(value).length;
  if (typeof value !== 'object' || value === null) return BYTES_OF_A_LITERAL;
  if (value instanceof Date || isDate(value)) return BYTES_OF_AN_INSTANT; // of whatever realm
  return Array.isArray(value) ? listBytes(value) : objectBytes(value as Readonly<Record<string, unknown>>);
}
