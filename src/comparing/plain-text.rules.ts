import { parseGender } from '../ingestion/normalise.rules.js';
import { simplified } from './chinese-text.rules.js';
import { foldText } from './folded-text.rules.js';
import { isOneEditApart, jaroWinkler } from './similarity.rules.js';

/** Words, read: lower case, simplified characters, letters and digits alone. */
export interface PlainText {
  readonly key: string;
}

/** How two texts agree, from best to worst. */
export const TEXT_LEVELS = ['exact', 'close', 'similar', 'different'] as const;

export type TextLevel = (typeof TEXT_LEVELS)[number];

const CLOSE = 0.92;
const SIMILAR = 0.85;
const STREETS: Readonly<Record<string, string>> = {
  st: 'street',
  str: 'street',
  rd: 'road',
  ave: 'avenue',
  av: 'avenue',
  pl: 'place',
  cres: 'crescent',
  ct: 'court',
  dr: 'drive',
  ln: 'lane',
  cct: 'circuit',
  blvd: 'boulevard',
  tce: 'terrace',
  hwy: 'highway',
};

/** A text, read; undefined where nothing is left of it. */
export function parseText(text: string): PlainText | undefined {
  const key = simplified(foldText(text))
    .replace(/[^\p{L}\p{N} ]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return key === '' || key === 'null' || key === 'n a' ? undefined : { key };
}

/** A street, read: what kind of street it is, in full. */
export function parseStreet(text: string): PlainText | undefined {
  const read = parseText(text);
  if (!read?.key.includes(' ')) return read;
  return { key: read.key.replace(/ (\w+)$/, (whole, last: string) => (STREETS[last] ? ` ${STREETS[last]}` : whole)) };
}

/** How two texts agree. */
export function likenessOfTexts(left: PlainText, right: PlainText): TextLevel {
  if (left.key === right.key) return 'exact';
  const likeness = jaroWinkler(left.key, right.key);
  if (likeness >= CLOSE || isOneEditApart(left.key, right.key)) return 'close';
  return likeness >= SIMILAR || isWithin(left.key, right.key) ? 'similar' : 'different';
}

/** One is the start of the other, as far as it goes: an initial, a part left out. */
function isWithin(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}

/** How two postcodes, house numbers and the like agree. */
export const CODE_LEVELS = ['exact', 'typo', 'different'] as const;

export type CodeLevel = (typeof CODE_LEVELS)[number];

export function likenessOfCodes(left: PlainText, right: PlainText): CodeLevel {
  if (left.key === right.key) return 'exact';
  return isOneEditApart(left.key, right.key) ? 'typo' : 'different';
}

/** A number, read: as it is written, without what groups its digits. */
export function parseNumber(text: string): PlainText | undefined {
  const folded = foldText(text).replace(/[, _]/g, '');
  if (folded === '') return undefined;
  const value = Number(folded);
  return { key: Number.isFinite(value) ? String(value) : folded };
}

/** How two numbers agree: `close` within one hundredth or a mistyped digit. */
export const NUMBER_LEVELS = ['exact', 'close', 'different'] as const;

export type NumberLevel = (typeof NUMBER_LEVELS)[number];

const CLOSE_SHARE = 0.01;

export function likenessOfNumbers(left: PlainText, right: PlainText): NumberLevel {
  if (left.key === right.key) return 'exact';
  const [one, other] = [Number(left.key), Number(right.key)];
  const isNear = Math.abs(one - other) <= CLOSE_SHARE * Math.max(Math.abs(one), Math.abs(other));
  return isNear || isOneEditApart(left.key, right.key) ? 'close' : 'different';
}

/** A gender, read; undefined where the text says neither male nor female. */
export function parseGenderWord(text: string): PlainText | undefined {
  const key = parseGender(text.normalize('NFKC'));
  return key === 'MALE' || key === 'FEMALE' ? { key } : undefined;
}

export const GENDER_LEVELS = ['exact', 'different'] as const;

export type GenderLevel = (typeof GENDER_LEVELS)[number];

export function likenessOfGenders(left: PlainText, right: PlainText): GenderLevel {
  return left.key === right.key ? 'exact' : 'different';
}
