import type { Fields } from './segment-fields.rules.js';

const HAN = /\p{Script=Han}/u;
const WHOLE_NAMES = ['name', 'fullName', 'full_name'];
const FIRST_NAMES = ['firstName', 'first_name'];
const LAST_NAMES = ['lastName', 'last_name'];

/** Where the parts of an address go: the part in Segment's specification, and the trait. */
const ADDRESS_PARTS: Readonly<Record<string, string>> = {
  street: 'address',
  city: 'city',
  state: 'province',
  postalCode: 'postalCode',
  country: 'country',
};

function textAmong(traits: Fields, names: readonly string[]): string {
  const value = names.map((name) => traits[name]).find((given) => typeof given === 'string');
  return typeof value === 'string' ? value.trim() : '';
}

/** A first and a last name as one: in Han characters the family name first and nothing between them. */
export function fullName(first: string, last: string): string {
  if (HAN.test(first) || HAN.test(last)) return `${last}${first}`;
  return [first, last].filter((part) => part !== '').join(' ');
}

function withoutNames(traits: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(traits).filter(([name]) => !names.includes(name)));
}

function joinNames(traits: Fields): Fields {
  if (WHOLE_NAMES.some((name) => Object.hasOwn(traits, name))) return traits;
  const name = fullName(textAmong(traits, FIRST_NAMES), textAmong(traits, LAST_NAMES));
  return name === '' ? traits : { ...withoutNames(traits, [...FIRST_NAMES, ...LAST_NAMES]), name };
}

function spreadAddress(traits: Fields): Fields {
  const { address, ...others } = traits;
  if (typeof address !== 'object' || address === null || Array.isArray(address)) return traits;
  const parts = Object.entries(address).map(([part, value]) => [ADDRESS_PARTS[part] ?? `address_${part}`, value]);
  // a trait of its own weighs more than a part of the address
  return { ...Object.fromEntries(parts), ...others };
}

/** The traits of Segment's specification as Tributary names them: one name, and the parts of an address apart. */
export function traitsOf(traits: Fields): Fields {
  return spreadAddress(joinNames(traits));
}
