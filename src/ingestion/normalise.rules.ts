import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/max';
import { LRUCache } from 'lru-cache';
import { cleanIdentifier, cleanText } from './text.rules.js';

const EMAIL = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}]{2,63}$/u;
const BIRTHDAY = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[T ].*)?$/;
const EARLIEST_BIRTH_YEAR = 1880;

/** A batch names the same phones again and again, and reading one takes longer than the rest of an event. */
const phonesRead = new LRUCache<string, { readonly phone: string | undefined }>({ max: 2_000 });

/** Regions without numbers of their own are read as China. */
function phoneRegion(region: string): CountryCode {
  return isSupportedCountry(region) ? region : 'CN';
}

function readPhone(text: string, region: string): string | undefined {
  const parsed = parsePhoneNumberFromString(cleanIdentifier(text), phoneRegion(region));
  return parsed?.isValid() ? parsed.number : undefined;
}

/** A phone number in E.164, or undefined where it is none; `region` (ISO 3166 alpha-2) is assumed where it names no country. */
export function parsePhone(text: string, region: string): string | undefined {
  const key = `${region} ${text}`;
  const known = phonesRead.get(key);
  if (known) return known.phone;
  const phone = readPhone(text, region);
  phonesRead.set(key, { phone });
  return phone;
}

const PHONE_PATTERN = /^\+?[\d*]+$/;

/**
 * A pattern of phone numbers, `*` for any run of digits, as `parsePhone` writes numbers; none where it can't be one. One
 * that begins with a digit is of `region`; its first 0 may be the trunk prefix.
 */
export function phonePatterns(pattern: string, region: string): string[] {
  const digits = pattern.replace(/[\s().-]/gu, '');
  if (!PHONE_PATTERN.test(digits)) return [];
  if (!/^\d/.test(digits)) return [digits];
  const code = getCountryCallingCode(phoneRegion(region));
  return [`+${code}${digits}`, `+${code}${digits.replace(/^0/, '')}`];
}

/** An email address in lower case, or undefined where it is none. */
export function parseEmail(text: string): string | undefined {
  const email = cleanIdentifier(text).toLowerCase();
  return EMAIL.test(email) && email.length <= 254 ? email : undefined;
}

/** A birthday as an ISO date, or undefined where the day does not exist; reads `1990-01-31`, `1990/1/31`, `19900131`, `1990年1月31日`. */
export function parseBirthday(text: string): string | undefined {
  const parts = BIRTHDAY.exec(cleanIdentifier(text));
  if (!parts) return undefined;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= EARLIEST_BIRTH_YEAR;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}

/** What a word stands for; every object knows `constructor` and its like, which are no words of ours. */
function meaningOf<T>(text: string, words: Readonly<Record<string, T>>): T | undefined {
  const word = cleanText(text).toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

const GENDERS: Readonly<Record<string, string>> = {
  female: 'FEMALE',
  f: 'FEMALE',
  woman: 'FEMALE',
  '2': 'FEMALE',
  女: 'FEMALE',
  女性: 'FEMALE',
  male: 'MALE',
  m: 'MALE',
  man: 'MALE',
  '1': 'MALE',
  男: 'MALE',
  男性: 'MALE',
  other: 'OTHER',
  其他: 'OTHER',
  unknown: 'UNKNOWN',
  '0': 'UNKNOWN',
  未知: 'UNKNOWN',
  保密: 'UNKNOWN',
};

/** FEMALE, MALE, OTHER or UNKNOWN; undefined where the text says none of them. WeChat's 1 and 2 are male and female. */
export function parseGender(text: string): string | undefined {
  return meaningOf(text, GENDERS);
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  '1': true,
  是: true,
  false: false,
  no: false,
  n: false,
  '0': false,
  否: false,
};

/** True or false, or undefined where the text says neither. */
export function parseBoolean(text: string): boolean | undefined {
  return meaningOf(text, BOOLEANS);
}

const EPOCH_MILLISECONDS_FROM = 1e11;

const WITHOUT_ZONE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?$/;

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. */
function offsetOf(timeZone: string, at: Date): number {
  const shown = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return Date.parse(`${shown.replace(' ', 'T')}Z`) - Math.floor(at.getTime() / 1000) * 1000;
}

function localInstant([, day, time]: RegExpExecArray, timeZone: string): Date {
  const asUtc = new Date(`${day}T${time ?? '00:00'}Z`);
  if (Number.isNaN(asUtc.getTime())) return asUtc;
  const guess = new Date(asUtc.getTime() - offsetOf(timeZone, asUtc));
  return new Date(asUtc.getTime() - offsetOf(timeZone, guess)); // once more, for the hours around a change of the clock
}

/**
 * An instant from ISO 8601 text, epoch seconds or epoch milliseconds; undefined where it is none. Text that names no
 * zone is a time of `timeZone` (IANA).
 */
export function parseInstant(value: unknown, timeZone = 'UTC'): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value;
  if (typeof value === 'number') return instantOfEpoch(value);
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return undefined;
  const local = WITHOUT_ZONE.exec(value.trim());
  const instant = local ? localInstant(local, timeZone) : new Date(value);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function instantOfEpoch(value: number): Date | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const instant = new Date(value < EPOCH_MILLISECONDS_FROM ? value * 1000 : value);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

const AMOUNT = /^-?\d{1,15}(?:\.\d{1,6})?$/;

/** A decimal amount as text, or undefined: an exact number is taken as it is written, a float to at most six places. */
export function parseAmount(value: unknown): string | undefined {
  const text =
    typeof value === 'number'
      ? numberAsText(value)
      : typeof value === 'string'
        ? cleanIdentifier(value).replaceAll(',', '')
        : '';
  return AMOUNT.test(text) ? text : undefined;
}

function numberAsText(value: number): string {
  if (!Number.isFinite(value)) return '';
  return Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
}
