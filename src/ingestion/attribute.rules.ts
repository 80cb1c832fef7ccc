import type { AttributeKind } from '../channels/trait-catalogue.js';
import {
  parseAmount,
  parseBirthday,
  parseBoolean,
  parseEmail,
  parseGender,
  parseInstant,
  parsePhone,
} from './normalise.rules.js';
import { cleanText } from './text.rules.js';

const LONGEST_TEXT = 1_024;

/** What normalising needs to know of the tenant. */
export interface Locale {
  /** ISO 3166 alpha-2. */
  readonly region: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA. */
  readonly timeZone: string;
}

/** A value of an attribute as it is stored, or why it is none. */
export type Parsed = { readonly value: unknown } | { readonly expected: string };

type Parser = (value: unknown, locale: Locale) => Parsed;

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'boolean' ? String(value) : undefined;
}

function text(expected: string, parse: (clean: string, locale: Locale) => unknown): Parser {
  return (value, locale) => {
    const given = asText(value);
    if (given === undefined) return { expected };
    if (given.length > LONGEST_TEXT) return { expected: `${expected} of at most ${LONGEST_TEXT} characters` };
    const clean = cleanText(given);
    // what has no meaning is kept as it stands: quality names it, and it neither links nor survives the fold
    return { value: clean === '' ? null : (parse(clean, locale) ?? clean) };
  };
}

function number(expected: string, isRight: (value: number) => boolean): Parser {
  return (value) => {
    const given = typeof value === 'string' && value.trim() !== '' ? Number(cleanText(value)) : value;
    return typeof given === 'number' && isRight(given) ? { value: given } : { expected };
  };
}

function parseMoney(value: unknown, { currency }: Locale): Parsed {
  const isObject = typeof value === 'object' && value !== null;
  const given = isObject ? (value as { amount?: unknown; currency?: unknown }) : { amount: value, currency };
  const amount = parseAmount(given.amount);
  const unit = typeof given.currency === 'string' ? given.currency.toUpperCase() : currency;
  if (amount === undefined || !/^[A-Z]{3}$/.test(unit))
    return { expected: 'an amount, or { amount, currency } with a decimal amount' };
  return { value: { amount, currency: unit } };
}

function parseTexts(value: unknown): Parsed {
  const items = Array.isArray(value) ? value : [value];
  const texts = items.map(asText);
  if (texts.includes(undefined)) return { expected: 'a list of texts' };
  return { value: (texts as string[]).map(cleanText).filter((item) => item !== '') };
}

const PARSERS: Readonly<Record<AttributeKind, Parser>> = {
  text: text('text', (clean) => clean),
  name: text('text', (clean) => clean),
  gender: text('FEMALE, MALE, OTHER or UNKNOWN', parseGender),
  birthday: text('a date as 1990-01-31', parseBirthday),
  phone: text('a phone number', (clean, { region }) => parsePhone(clean, region)),
  email: text('an email address', parseEmail),
  integer: number('a whole number', Number.isSafeInteger),
  number: number('a number', Number.isFinite),
  boolean: (value) => {
    const parsed = typeof value === 'boolean' ? value : parseBoolean(asText(value) ?? '');
    return parsed === undefined ? { expected: 'true or false' } : { value: parsed };
  },
  instant: (value, { timeZone }) => {
    const parsed = parseInstant(value, timeZone);
    return parsed ? { value: parsed } : { expected: 'an instant in ISO 8601' };
  },
  money: parseMoney,
  texts: parseTexts,
};

/**
 * Reads a value of an attribute. A value of another type than the attribute's is refused with what was expected; text
 * of the right type without meaning (a phone that is none) is kept as it stands. Null is a value: it clears.
 */
export function parseAttribute(kind: AttributeKind, value: unknown, locale: Locale): Parsed {
  return value === null ? { value: null } : PARSERS[kind](value, locale);
}
