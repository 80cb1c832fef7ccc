import { pinyin } from 'pinyin-pro';
import { parseEmail, parsePhone } from '../ingestion/normalise.rules.js';
import { cleanIdentifier } from '../ingestion/text.rules.js';

const LONGEST_PREFIX = 12;
const HAN = /\p{Script=Han}/u;

/** A way to find a profile, before it is blinded: what kind of value, and the value. */
export type SearchTerm = readonly [
  kind: 'id' | 'phone3' | 'phone7' | 'phone4' | 'mail' | 'name' | 'initial',
  value: string,
];

/** What of a profile it can be found by. */
export interface Searchable {
  readonly name: string | null;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

const WHOLE = new Set(['PHONE', 'EMAIL', 'MEMBER_NO']);

function nationalDigits(phone: string): string {
  return phone.startsWith('+86') ? phone.slice(3) : phone.slice(1);
}

function phoneTerms(phone: string): SearchTerm[] {
  const digits = nationalDigits(phone);
  return [
    ['phone3', digits.slice(0, 3)],
    ['phone7', digits.slice(0, 7)],
    ['phone4', digits.slice(-4)],
  ];
}

function prefixes(text: string): string[] {
  const characters = [...text].slice(0, LONGEST_PREFIX);
  return characters.map((_, index) => characters.slice(0, index + 1).join(''));
}

/** A name as it is compared: lower case, without spaces or marks between its parts. */
function foldName(name: string): string {
  return name.toLowerCase().replace(/[\s·•.,'’-]+/gu, '');
}

function spellings(name: string): string[] {
  const folded = foldName(name);
  if (!HAN.test(folded)) return [folded, ...name.toLowerCase().split(/\s+/).slice(1).map(foldName)];
  const syllables = pinyin(folded, { toneType: 'none', type: 'array', surname: 'head', v: true });
  return [folded, syllables.join(''), syllables.map((syllable) => syllable.charAt(0)).join('')];
}

function nameTerms(name: string): SearchTerm[] {
  const starts = new Set(spellings(name).flatMap(prefixes));
  const initial = [...foldName(name)][0];
  return [...[...starts].map((start) => ['name', start] as const), ...(initial ? [['initial', initial] as const] : [])];
}

/**
 * All terms a profile is found by: whole phones, emails and member numbers, a phone's first 3, first 7 and last 4
 * digits, an email's local part, the prefixes of the name and of its pinyin. What the blinded terms leak is that two
 * profiles share a term, not which: `docs/sealed-storage.md`.
 */
export function termsOf({ name, identifiers }: Searchable): SearchTerm[] {
  const terms: SearchTerm[] = name ? nameTerms(name) : [];
  for (const { type, value } of identifiers) {
    if (WHOLE.has(type)) terms.push(['id', value]);
    if (type === 'PHONE') terms.push(...phoneTerms(value));
    if (type === 'EMAIL') terms.push(['mail', value.slice(0, value.lastIndexOf('@'))]);
  }
  return terms;
}

function digitTerms(digits: string): SearchTerm[] {
  if (digits.length === 3) return [['phone3', digits]];
  if (digits.length === 7) return [['phone7', digits]];
  return digits.length === 4 ? [['phone4', digits]] : [];
}

function wholesOf(text: string, region: string): string[] {
  const readings = [parsePhone(text, region), parseEmail(text), cleanIdentifier(text)];
  return [...new Set(readings.filter((reading) => reading !== undefined))];
}

/**
 * The terms that text typed into a search box may mean; a profile that has any of them matches. A phone without
 * a country code is of `region` (ISO 3166 alpha-2). Who lacks the look-up right searches by what is shown: a name's first
 * character.
 */
export function termsOfQuery(text: string, region: string, mayLookUp: boolean): SearchTerm[] {
  const folded = foldName(text);
  if (folded === '') return [];
  if (!mayLookUp) return [...folded].length === 1 ? [['initial', folded]] : [];
  const start = [...folded].slice(0, LONGEST_PREFIX).join('');
  const terms: SearchTerm[] = [
    ...wholesOf(text, region).map((value) => ['id', value] as const),
    ['name', start],
    ['mail', text.toLowerCase()],
  ];
  return /^\d+$/.test(folded) ? [...terms, ...digitTerms(folded)] : terms;
}
