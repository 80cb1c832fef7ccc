import type { Birthday } from '../comparing/birthday.rules.js';
import type { EmailAddress } from '../comparing/email-address.rules.js';
import type { PersonName } from '../comparing/person-name.rules.js';
import type { PhoneNumber } from '../comparing/phone-number.rules.js';
import type { PostalAddress } from '../comparing/postal-address.rules.js';
import { COMPARISONS, type ReadValue } from './comparisons.rules.js';
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
export const WEAK_BOUND = 24;

/** What a record can be found by: the parts of its values that keys are made of. */
interface Parts {
  names: string[];
  families: string[];
  days: string[];
  monthDays: string[];
  years: string[];
  places: string[];
  regions: string[];
  keys: BlockingKey[];
}

/** How many records a key's block may have. */
export function boundOf(rule: string): number {
  return rule.endsWith('~') ? WEAK_BOUND : STRONG_BOUND;
}

/** The keys a record is found by; a server blinds them. */
export function blockingKeysOf(schema: MatchSchema, record: PreparedRecord): BlockingKey[] {
  const parts: Parts = {
    names: [],
    families: [],
    days: [],
    monthDays: [],
    years: [],
    places: [],
    regions: [],
    keys: [],
  };
  schema.fields.forEach((field, at) => {
    const value = record[at];
    if (value) addParts(parts, field, value);
  });
  addWholeName(parts, schema, record);
  return [...parts.keys, ...joinedKeys(parts)];
}

function joinedKeys({ names, families, days, monthDays, years, places, regions }: Parts): BlockingKey[] {
  return [
    ...joined('name+day', names, days),
    ...joined('name+monthDay', names, monthDays),
    ...joined('name+year', names, years),
    ...joined('name+place', names, places),
    ...joined('name+region~', names, regions),
    ...joined('family+day', families, days),
    ...joined('day+place', days, places),
    ...joined('day+region~', days, regions),
    ...names.map((value) => ({ rule: 'name~', value })),
    ...days.map((value) => ({ rule: 'day~', value })),
    ...places.map((value) => ({ rule: 'place', value })),
  ];
}

function joined(rule: string, left: readonly string[], right: readonly string[]): BlockingKey[] {
  return left.flatMap((one) => right.map((other) => ({ rule, value: `${one}|${other}` })));
}

type PartsOfKind = (parts: Parts, field: MatchField, value: ReadValue) => void;

const exactly: PartsOfKind = (parts, { name }, { key }) => parts.keys.push({ rule: name, value: key });
const weakly: PartsOfKind = (parts, { name }, { key }) => parts.keys.push({ rule: `${name}~`, value: key });

const PARTS: Readonly<Record<FieldKind, PartsOfKind>> = {
  personName: (parts, _field, value) => addName(parts, value as PersonName),
  givenName: () => undefined,
  familyName: (parts, _field, { key }) => parts.families.push(key.slice(0, 4)),
  birthday: (parts, _field, value) => addBirthday(parts, value as Birthday),
  gender: () => undefined,
  phone: (parts, field, value) => addPhone(parts, field, value as PhoneNumber),
  email: (parts, field, value) => {
    exactly(parts, field, value);
    parts.keys.push({ rule: `${field.name}.local~`, value: (value as EmailAddress).local });
  },
  identifier: exactly,
  address: (parts, _field, value) => addAddress(parts, value as PostalAddress),
  street: (parts, field, value) => {
    weakly(parts, field, value);
    parts.places.push(value.key);
  },
  locality: (parts, _field, { key }) => parts.regions.push(key),
  postcode: (parts, _field, { key }) => parts.regions.push(key),
  text: weakly,
  number: () => undefined,
  timestamp: () => undefined,
};

function addParts(parts: Parts, field: MatchField, value: ReadValue): void {
  PARTS[field.kind](parts, field, value);
}

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

const PREFIX = 3;
const SUFFIX = 4;

function addPhone(parts: Parts, field: MatchField, phone: PhoneNumber): void {
  if (!phone.isMasked) exactly(parts, field, phone);
  parts.keys.push({ rule: `${field.name}.ends~`, value: phone.key.slice(0, PREFIX) + phone.key.slice(-SUFFIX) });
}

function addAddress(parts: Parts, address: PostalAddress): void {
  const { road, number, inside, city, district } = address;
  if (address.words.length > 0) parts.places.push(address.key);
  if (number !== '' && road !== '') parts.places.push(`${road}|${number}|${inside.at(-1) ?? ''}`);
  if (city !== '') parts.regions.push(city + district);
}

/** Whether a field's values name a person or thing. */
export function isIdentifying(field: MatchField): boolean {
  return COMPARISONS[field.kind].isIdentifying;
}
