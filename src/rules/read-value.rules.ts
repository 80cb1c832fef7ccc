import type { Locale } from '../ingestion/attribute.rules.js';
import { parseBirthday, parseEmail, parseGender, parseInstant, parsePhone } from '../ingestion/normalise.rules.js';
import { badInput } from '../platform/errors.js';
import { Operator } from '../segments/rule-operator.js';
import type { Comparand } from './rule.js';
import { nearestName } from './suggestion.rules.js';
import type { ValueKind } from './value-kind.js';

/** The longest window, in calendar days: ten years. */
const LONGEST_WINDOW = 3_650;
const MOST_LISTED = 1_000;
const LONGEST_TEXT = 1_024;

/** What only stands in a text that is meant as a regular expression. */
const PATTERN = /\.[*+]|\\[dwsb]|\(\?[:=!<]|\[\^?[a-z0-9]-[a-z0-9]\]/i;
const GENDERS = ['FEMALE', 'MALE', 'OTHER', 'UNKNOWN'];

/** What a value is read for: the kind of what it is compared with, and where it stands in the rule. */
export interface Wanted {
  readonly kind: ValueKind;
  readonly op: Operator;
  readonly place: string;
}

/** A window in calendar days, 1 to 3,650. */
export function readWindow(days: unknown, place: string): number {
  if (typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= LONGEST_WINDOW) return days;
  throw badInput(place, `must be a whole number of days from 1 to ${LONGEST_WINDOW}`);
}

/** What an operator compares with, normalised as stored values are; BAD_USER_INPUT names the place and what would be right. */
export function readComparand(value: unknown, wanted: Wanted, locale: Locale): Comparand {
  const { op, place } = wanted;
  if (op === Operator.EXISTS || op === Operator.NOT_EXISTS) return readNothing(value, wanted);
  if (op === Operator.WITHIN_LAST_DAYS) return readWindow(value, place);
  if (op !== Operator.IN && op !== Operator.NOT_IN) return readOne(value, wanted, locale);
  return readList(value, place)
    .map((item, at) => readOne(item, { ...wanted, place: `${place}[${at}]` }, locale))
    .sort(inOrder)
    .filter(isFirst);
}

function readNothing(value: unknown, { op, place }: Wanted): null {
  if (value === undefined || value === null) return null;
  throw badInput(place, `must be absent: ${op} compares with nothing`);
}

function readList(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw badInput(place, 'must be a list of at least one value');
  if (value.length <= MOST_LISTED) return value;
  throw badInput(
    place,
    `lists ${value.length} values; at most ${MOST_LISTED} are taken: make a tag or a static segment of them`,
  );
}

function inOrder(a: string | number, b: string | number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isFirst(value: unknown, at: number, list: readonly unknown[]): boolean {
  return at === 0 || value !== list[at - 1];
}

function readOne(value: unknown, wanted: Wanted, locale: Locale): string | number {
  const { kind, place } = wanted;
  if (typeof value === 'object' && value !== null) throw badInput(place, explain(value, kind));
  if (kind === 'number') return readNumber(value, place);
  if (kind === 'boolean') return readBoolean(value, place) as never;
  if (kind === 'instant') return readInstant(value, place, locale);
  const text = readText(value, place);
  return READERS[kind](text, wanted, locale);
}

function explain(value: object, kind: ValueKind): string {
  const isOperator = Object.keys(value).some((key) => key.startsWith('$'));
  if (isOperator || value instanceof RegExp)
    return 'must be a plain value: regular expressions and database operators are not taken, use STARTS_WITH or CONTAINS';
  return `must be one ${NAME_OF[kind]}, not ${Array.isArray(value) ? 'a list' : 'an object'}`;
}

const NAME_OF: Readonly<Record<ValueKind, string>> = {
  text: 'text',
  number: 'number',
  boolean: 'true or false',
  instant: 'instant in ISO 8601',
  day: 'date as 1990-01-31',
  gender: 'gender',
  phone: 'phone number',
  email: 'email address',
  texts: 'text',
};

function readNumber(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  throw badInput(place, 'must be a number');
}

function readBoolean(value: unknown, place: string): boolean {
  if (typeof value === 'boolean') return value;
  throw badInput(place, 'must be true or false');
}

function readInstant(value: unknown, place: string, { timeZone }: Locale): number {
  const instant = typeof value === 'string' ? parseInstant(value, timeZone) : undefined;
  if (instant) return instant.getTime();
  throw badInput(place, 'must be an instant in ISO 8601, as 2026-01-31T08:00:00Z');
}

function readText(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw badInput(place, 'must be text that is not empty');
  if (value.length > LONGEST_TEXT) throw badInput(place, `must be text of at most ${LONGEST_TEXT} characters`);
  if (value.includes('\0') || !value.isWellFormed()) throw badInput(place, 'must be well-formed text without NUL');
  if (!PATTERN.test(value)) return value;
  throw badInput(place, 'looks like a regular expression; text is compared as it stands, use STARTS_WITH or CONTAINS');
}

type Reader = (text: string, wanted: Wanted, locale: Locale) => string;

const plain: Reader = (text) => text;

const READERS: Readonly<Record<'text' | 'texts' | 'day' | 'gender' | 'phone' | 'email', Reader>> = {
  text: plain,
  texts: plain,
  day: (text, { place }) => known(parseBirthday(text), place, 'must be a date as 1990-01-31'),
  gender: (text, { place }) => {
    const message = `must be one of ${GENDERS.join(', ')}`;
    return known(parseGender(text), place, message, suggesting(text.toUpperCase(), GENDERS));
  },
  phone: (text, { op, place }, { region }) => {
    if (op === Operator.STARTS_WITH) return readPhoneStart(text, place);
    return known(parsePhone(text, region), place, 'must be a phone number, as +8613912345678');
  },
  email: (text, { op, place }) => {
    if (op === Operator.STARTS_WITH || op === Operator.CONTAINS) return text.toLowerCase();
    return known(parseEmail(text), place, 'must be an email address');
  },
};

function known(parsed: string | undefined, place: string, message: string, details = {}): string {
  if (parsed !== undefined) return parsed;
  throw badInput(place, message, details);
}

function readPhoneStart(text: string, place: string): string {
  if (/^\+\d{1,15}$/.test(text)) return text;
  throw badInput(place, 'must be the start of a phone number in E.164, as +86139');
}

/** The name that was probably meant, as an error's details tell it. */
export function suggesting(name: string, known: Iterable<string>): { suggestion?: string } {
  const suggestion = nearestName(name, known);
  return suggestion === undefined ? {} : { suggestion };
}
