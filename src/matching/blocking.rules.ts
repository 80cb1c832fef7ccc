import type { Birthday } from '../comparing/birthday.rules.js';
import { type EmailAddress, localPart } from '../comparing/email-address.rules.js';
import type { PersonName } from '../comparing/person-name.rules.js';
import type { PhoneNumber } from '../comparing/phone-number.rules.js';
import type { PostalAddress } from '../comparing/postal-address.rules.js';
import type { ReadValue } from './comparisons.rules.js';
import type { FieldKind, MatchField, MatchSchema } from './match-schema.js';
import type { PreparedRecord } from './prepared-record.rules.js';

/** Two records are compared where they share a key, unless more than `bound` records have it. */
export interface BlockingKey {
  readonly rule: string;
  readonly value: string;
}

/** A block of a key that tells much (an identifier, a name with a birthday) is compared up to this many records. */
export const STRONG_BOUND = 100;
/** A block of a key that tells little alone (a birthday) is compared up to this many records. */
export const WEAK_BOUND = 16;

/** What a record can be found by: the parts of its values that keys are made of. */
interface Parts {
  names: string[];
  families: string[];
  /** Given and family name where each is a field: either may stand in the other's. */
  words: string[];
  days: string[];
  monthDays: string[];
  years: string[];
  places: string[];
  regions: string[];
}

/** How many records a key's block may have. */
export function boundOf(rule: string): number {
  return rule.endsWith('~') ? WEAK_BOUND : STRONG_BOUND;
}

/** Takes a rule and one or two parts that make its key. */
export type KeyVisitor = (rule: string, part: string, other?: string) => void;

/** The keys a record is found by; a server blinds them. */
export function blockingKeysOf(schema: MatchSchema, record: PreparedRecord): BlockingKey[] {
  const keys: BlockingKey[] = [];
  visitBlockingKeys(schema, record, (rule, part, other) => {
    keys.push({ rule, value: other === undefined ? part : `${part}|${other}` });
  });
  return keys;
}

/** Visits the keys of a record, in their parts. */
export function visitBlockingKeys(schema: MatchSchema, record: PreparedRecord, visit: KeyVisitor): void {
  const parts: Parts = {
    names: [],
    families: [],
    words: [],
    days: [],
    monthDays: [],
    years: [],
    places: [],
    regions: [],
  };
  for (let at = 0; at < schema.fields.length; at++) {
    const [field, value] = [schema.fields[at], record[at]];
    if (field && value) PARTS[field.kind](parts, field, value, visit);
  }
  addWholeName(parts, schema, record);
  visitJoined(parts, visit);
}

const JOINED: readonly (readonly [string, keyof Parts, keyof Parts])[] = [
  ['name+day', 'names', 'days'],
  ['name+monthDay', 'names', 'monthDays'],
  ['name+year', 'names', 'years'],
  ['name+place', 'names', 'places'],
  ['name+region~', 'names', 'regions'],
  ['family+day', 'families', 'days'],
  ['word+day', 'words', 'days'],
  ['word+place', 'words', 'places'],
  ['word+region~', 'words', 'regions'],
  ['day+place', 'days', 'places'],
  ['day+region~', 'days', 'regions'],
];
const ALONE: readonly (readonly [string, keyof Parts])[] = [
  ['name~', 'names'],
  ['day~', 'days'],
  ['place', 'places'],
];

function visitJoined(parts: Parts, visit: KeyVisitor): void {
  for (const [rule, one, other] of JOINED) {
    for (const left of parts[one]) for (const right of parts[other]) visit(rule, left, right);
  }
  for (const [rule, of] of ALONE) for (const part of parts[of]) visit(rule, part);
}

type PartsOfKind = (parts: Parts, field: MatchField, value: ReadValue, visit: KeyVisitor) => void;

const exactly: PartsOfKind = (_parts, { name }, { key }, visit) => visit(name, key);
const PARTS: Readonly<Record<FieldKind, PartsOfKind>> = {
  personName: (parts, _field, value) => addName(parts, value as PersonName),
  givenName: (parts, _field, { key }) => parts.words.push(key.slice(0, WORD)),
  familyName: (parts, _field, { key }) => parts.words.push(key.slice(0, WORD)),
  birthday: (parts, _field, value) => addBirthday(parts, value as Birthday),
  gender: () => undefined,
  phone: (_parts, field, value, visit) => visitPhone(field, value as PhoneNumber, visit),
  email: (_parts, field, value, visit) => {
    visit(field.name, value.key);
    visit(`${field.name}.local~`, localPart(value as EmailAddress));
  },
  identifier: exactly,
  address: (parts, _field, value) => addAddress(parts, value as PostalAddress),
  street: (parts, field, value, visit) => {
    visitText(parts, field, value, visit);
    parts.places.push(value.key);
  },
  locality: (parts, _field, { key }) => parts.regions.push(key),
  postcode: (parts, _field, { key }) => parts.regions.push(key),
  text: (parts, field, value, visit) => visitText(parts, field, value, visit),
  number: () => undefined,
  timestamp: () => undefined,
};

function addName(parts: Parts, name: PersonName): void {
  parts.names.push(...name.sounds);
  if (name.familySound !== '') parts.families.push(name.familySound);
  if (name.form === 'other') parts.names.push(name.text);
}

/** Given and family name make one name, in whichever field each stands. */
function addWholeName(parts: Parts, schema: MatchSchema, record: PreparedRecord): void {
  const partOf = (kind: FieldKind) => record[schema.fields.findIndex((field) => field.kind === kind)]?.key;
  const [given, family] = [partOf('givenName'), partOf('familyName')];
  if (given === undefined || family === undefined) return;
  parts.names.push([given.slice(0, 3), family.slice(0, 3)].sort().join(' '));
}

function addBirthday(parts: Parts, { year, month, day }: Birthday): void {
  parts.monthDays.push(`${month}${day}`);
  if (year === '') return;
  parts.years.push(year);
  parts.days.push(month < day ? `${year}${month}${day}` : `${year}${day}${month}`); // day and month are easily swapped
}

/** Of a word of a name its start makes keys, since its end is mistyped as often. */
const WORD = 4;
const TEXT_END = 6;
const LONGEST_KEYED = 200;
const WORDS_KEYED = 8;
const WORDS_JOINED = 2;
const PREFIX = 3;
const SUFFIX = 4;

/**
 * A text is found whole, by its start and its end, and by its words two by two; what is mistyped in one of them leaves the
 * others. The starts of its first words make keys with what else is known.
 */
function visitText(parts: Parts, { name }: MatchField, { key }: ReadValue, visit: KeyVisitor): void {
  visit(`${name}~`, key);
  visit(`${name}.start~`, key.slice(0, TEXT_END));
  visit(`${name}.end~`, key.slice(-TEXT_END));
  const words = key
    .slice(0, LONGEST_KEYED)
    .split(' ')
    .slice(0, WORDS_KEYED)
    .map((word) => word.slice(0, WORD));
  for (let at = 1; at < words.length; at++) visit(`${name}.words~`, words[at - 1] ?? '', words[at]);
  parts.words.push(...words.slice(0, WORDS_JOINED));
}

function visitPhone({ name }: MatchField, { key, isMasked }: PhoneNumber, visit: KeyVisitor): void {
  if (!isMasked) visit(name, key);
  visit(`${name}.ends~`, key.slice(0, PREFIX) + key.slice(-SUFFIX));
}

function addAddress(parts: Parts, address: PostalAddress): void {
  const { road, number, room, city, district } = address;
  if (address.isWords) parts.places.push(address.key);
  else if (number !== 0 && road !== '') parts.places.push(`${road}|${number}|${room}`);
  if (city !== '') parts.regions.push(city + district);
}
