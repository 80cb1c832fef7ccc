import { pinyin } from 'pinyin-pro';
import { parseEmail, parsePhone } from '../ingestion/normalise.rules.js';
import { cleanIdentifier } from '../ingestion/text.rules.js';

const LONGEST_PREFIX = 12;
const HAN = /\p{Script=Han}/u;

/** A way to find a profile, before it is blinded: what kind of value, and ever longer starts of it, the last the whole. */
export interface SearchTerm {
  readonly kind: 'name' | 'sound' | 'phone' | 'phone4' | 'mail' | 'member';
  readonly starts: readonly string[];
}

/** What a search looks for: profiles with a term of the kind that has the same starts; where it is a start itself, also longer ones. */
export interface SoughtTerm extends SearchTerm {
  readonly isStart: boolean;
}

/** What of a profile it can be found by. */
export interface Searchable {
  readonly name: string | null;
  readonly identifiers: readonly { readonly type: string; readonly value: string }[];
}

function nationalDigits(phone: string): string {
  return phone.startsWith('+86') ? phone.slice(3) : phone.slice(1);
}

function phoneStarts(phone: string): string[] {
  const digits = nationalDigits(phone);
  return [digits.slice(0, 3), digits.slice(0, 7), phone];
}

function mailStarts(email: string): string[] {
  return [email.slice(0, email.lastIndexOf('@')), email];
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
  const terms = spellings(name).map(
    (spelling, at): SearchTerm => ({ kind: at === 0 ? 'name' : 'sound', starts: prefixes(spelling) }),
  );
  return terms.filter(({ starts }) => starts.length > 0);
}

function identifierTerms(type: string, value: string): SearchTerm[] {
  if (type === 'PHONE') {
    return [
      { kind: 'phone', starts: phoneStarts(value) },
      { kind: 'phone4', starts: [value.slice(-4)] },
    ];
  }
  if (type === 'EMAIL') return [{ kind: 'mail', starts: mailStarts(value) }];
  return type === 'MEMBER_NO' ? [{ kind: 'member', starts: [value] }] : [];
}

/**
 * All terms a profile is found by: whole phones, emails and member numbers, a phone's first 3, first 7 and last 4
 * digits, an email's local part, the starts of the name and of its pinyin. What the blinded terms leak is that two
 * profiles share a start, not which: `docs/sealed-storage.md`.
 */
export function termsOf({ name, identifiers }: Searchable): SearchTerm[] {
  return [...(name ? nameTerms(name) : []), ...identifiers.flatMap(({ type, value }) => identifierTerms(type, value))];
}

function digitTerms(digits: string): SoughtTerm[] {
  if (digits.length === 3) return [{ kind: 'phone', starts: [digits], isStart: true }];
  if (digits.length === 7) return [{ kind: 'phone', starts: [digits.slice(0, 3), digits], isStart: true }];
  return digits.length === 4 ? [{ kind: 'phone4', starts: [digits], isStart: false }] : [];
}

/** What of a person a searcher may find them by. */
export interface SearchRights {
  /** The look-up right: by a whole value, the digits of a phone, an email's local part. */
  readonly lookUp: boolean;
  /** Reading values of class CORE in clear. */
  readonly core: boolean;
  /** Reading values of class IMPORTANT in clear. */
  readonly important: boolean;
}

function memberTerm(member: string): SoughtTerm {
  return { kind: 'member', starts: [member], isStart: false };
}

function membersOf(text: string): SoughtTerm[] {
  const member = cleanIdentifier(text);
  return member === undefined ? [] : [memberTerm(member)];
}

function wholeTerms(text: string, region: string, mayByMember: boolean): SoughtTerm[] {
  const [phone, email] = [parsePhone(text, region), parseEmail(text)];
  const members = new Set([phone, email, cleanIdentifier(text)].filter((value) => value !== undefined));
  return [
    ...(phone ? [{ kind: 'phone', starts: phoneStarts(phone), isStart: false } as const] : []),
    ...(email ? [{ kind: 'mail', starts: mailStarts(email), isStart: false } as const] : []),
    ...(mayByMember ? [...members].map(memberTerm) : []),
  ];
}

/** Starts of a name and of its pinyin for who reads names; else its first character, which masks show, or by the look-up right the whole. */
function soughtNames(starts: readonly string[], { core, lookUp }: SearchRights): SoughtTerm[] {
  const name: SoughtTerm = { kind: 'name', starts, isStart: true };
  if (core) return [name, { kind: 'sound', starts, isStart: true }];
  if (starts.length === 1) return [name];
  return lookUp ? [{ ...name, isStart: false }] : [];
}

/**
 * The terms that text typed into a search box may mean; a profile that has any of them matches. A phone without
 * a country code is of `region` (ISO 3166 alpha-2). Who may neither read a value nor look people up by it searches by what
 * is shown.
 */
export function termsOfQuery(text: string, region: string, rights: SearchRights): SoughtTerm[] {
  const folded = foldName(text);
  if (folded === '') return [];
  const names = soughtNames(prefixes(folded), rights);
  const mayByMember = rights.lookUp || rights.important;
  if (!rights.lookUp && !rights.core) return [...names, ...(mayByMember ? membersOf(text) : [])];
  return [
    ...wholeTerms(text, region, mayByMember),
    ...names,
    { kind: 'mail', starts: [text.toLowerCase()], isStart: true },
    ...(/^\d+$/.test(folded) ? digitTerms(folded) : []),
  ];
}
