import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { Refusal } from './observation.js';

const DEEPEST = 8;
const LONGEST_TEXT = 8_192;
const LONGEST_KEY = 128;
const MOST_KEYS = 200;
const MOST_ELEMENTS = 1_000;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

function textFault(text: string, path: string): Refusal | undefined {
  if (text.length > LONGEST_TEXT)
    return { code: 'TEXT_TOO_LONG', message: `is longer than ${LONGEST_TEXT} characters`, path };
  if (text.includes('\0')) return { code: 'INVALID_TEXT', message: 'holds a NUL character', path };
  if (!text.isWellFormed())
    return { code: 'INVALID_TEXT', message: 'holds half of a surrogate pair; send well-formed Unicode', path };
  return undefined;
}

function keyFault(key: string, path: string): Refusal | undefined {
  const isForbidden = key === '' || key.startsWith('$') || key.includes('.') || FORBIDDEN_KEYS.has(key);
  if (isForbidden)
    return {
      code: 'INVALID_KEY',
      message: 'names may not be empty, begin with $, hold a dot or be __proto__, constructor or prototype',
      path,
    };
  if (key.length > LONGEST_KEY)
    return { code: 'INVALID_KEY', message: `names may have at most ${LONGEST_KEY} characters`, path };
  if (holdsPersonalData(key))
    return {
      code: 'INVALID_KEY',
      message: 'names may not hold a phone number, an email address or an identity number',
      path,
    };
  return textFault(key, path);
}

function arrayFault(items: readonly unknown[], path: string, depth: number): Refusal | undefined {
  if (items.length > MOST_ELEMENTS)
    return { code: 'TOO_MANY', message: `has more than ${MOST_ELEMENTS} elements`, path };
  for (const [index, item] of items.entries()) {
    const fault = valueFault(item, `${path}[${index}]`, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

/** A name as an error may show it: well formed, bounded, and without personal data. */
function shownKey(key: string): string {
  return holdsPersonalData(key) ? '…' : key.slice(0, LONGEST_KEY).toWellFormed().replaceAll('\0', '�');
}

function objectFault(object: object, path: string, depth: number): Refusal | undefined {
  const entries = Object.entries(object);
  if (entries.length > MOST_KEYS)
    return { code: 'TOO_MANY', message: `has ${entries.length} names; at most ${MOST_KEYS} are taken`, path };
  for (const [key, value] of entries) {
    const at = `${path}.${shownKey(key)}`;
    const fault = keyFault(key, at) ?? valueFault(value, at, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

/** The first fault in the shape of a JSON value: too deep, too long, too many, or text and names no store should hold. */
export function valueFault(value: unknown, path: string, depth = 0): Refusal | undefined {
  if (typeof value === 'string') return textFault(value, path);
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (depth > DEEPEST) return { code: 'TOO_DEEP', message: `is nested deeper than ${DEEPEST} levels`, path };
  return Array.isArray(value) ? arrayFault(value, path, depth) : objectFault(value, path, depth);
}
