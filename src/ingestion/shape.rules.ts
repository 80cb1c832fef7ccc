import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { Refusal } from './observation.js';

const DEEPEST = 8;
const LONGEST_TEXT = 8_192;
const LONGEST_KEY = 128;
const MOST_KEYS = 200;
const MOST_ELEMENTS = 1_000;
/** Nearly all names are such: of those only the forbidden ones are at fault. */
const PLAIN_KEY = /^[A-Za-z_]{1,128}$/;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong with a value, and where inside it: a path is spelled out only where there is a fault. */
interface Fault {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

function faultHere(code: string, message: string): Fault {
  return { code, message, path: '' };
}

function textFault(text: string): Fault | undefined {
  if (text.length > LONGEST_TEXT) return faultHere('TEXT_TOO_LONG', `is longer than ${LONGEST_TEXT} characters`);
  if (text.includes('\0')) return faultHere('INVALID_TEXT', 'holds a NUL character');
  if (!text.isWellFormed())
    return faultHere('INVALID_TEXT', 'holds half of a surrogate pair; send well-formed Unicode');
  return undefined;
}

function keyFault(key: string): Fault | undefined {
  if (PLAIN_KEY.test(key) && !FORBIDDEN_KEYS.has(key)) return undefined;
  const isForbidden = key === '' || key.startsWith('$') || key.includes('.') || FORBIDDEN_KEYS.has(key);
  if (isForbidden)
    return faultHere(
      'INVALID_KEY',
      'names may not be empty, begin with $, hold a dot or be __proto__, constructor or prototype',
    );
  if (key.length > LONGEST_KEY) return faultHere('INVALID_KEY', `names may have at most ${LONGEST_KEY} characters`);
  if (holdsPersonalData(key))
    return faultHere('INVALID_KEY', 'names may not hold a phone number, an email address or an identity number');
  return textFault(key);
}

function arrayFault(items: readonly unknown[], depth: number): Fault | undefined {
  if (items.length > MOST_ELEMENTS) return faultHere('TOO_MANY', `has more than ${MOST_ELEMENTS} elements`);
  for (const [index, item] of items.entries()) {
    const fault = innerFault(item, depth + 1);
    if (fault) return { ...fault, path: `[${index}]${fault.path}` };
  }
  return undefined;
}

/** A name as an error may show it: well formed, bounded, and without personal data. */
function shownKey(key: string): string {
  return holdsPersonalData(key) ? '…' : key.slice(0, LONGEST_KEY).toWellFormed().replaceAll('\0', '�');
}

function objectFault(object: object, depth: number): Fault | undefined {
  const keys = Object.keys(object);
  if (keys.length > MOST_KEYS) return faultHere('TOO_MANY', `has ${keys.length} names; at most ${MOST_KEYS} are taken`);
  for (const key of keys) {
    const fault = keyFault(key) ?? innerFault((object as Record<string, unknown>)[key], depth + 1);
    if (fault) return { ...fault, path: `.${shownKey(key)}${fault.path}` };
  }
  return undefined;
}

function innerFault(value: unknown, depth: number): Fault | undefined {
  if (typeof value === 'string') return textFault(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return undefined;
  if (depth > DEEPEST) return faultHere('TOO_DEEP', `is nested deeper than ${DEEPEST} levels`);
  return Array.isArray(value) ? arrayFault(value, depth) : objectFault(value, depth);
}

/** The first fault in the shape of a JSON value: too deep, too long, too many, or text and names no store should hold. */
export function valueFault(value: unknown, path: string): Refusal | undefined {
  const fault = innerFault(value, 0);
  return fault && { ...fault, path: `${path}${fault.path}` };
}
