import { customTraitProtection } from '../channels/personal-names.js';
import { isStandardTrait, type StandardTrait } from '../channels/trait-catalogue.js';
import { badInput } from '../platform/errors.js';
import { ANY } from './generalisation.js';
import { placeOf } from './region.rules.js';
import { checkColumns } from './table-columns.rules.js';

/** Standard traits that may be released once they are generalised. */
const QUASI: ReadonlySet<StandardTrait> = new Set([
  'gender',
  'birthday',
  'country',
  'province',
  'city',
  'address',
  'language',
]);
/** Those that may be released as they are, where enough people share their group. */
const SENSITIVE: ReadonlySet<StandardTrait> = new Set(['gender', 'country', 'province', 'city', 'language']);
const LONGEST_NAME = 64;

/** What is to be a table's columns. */
export interface TableColumns {
  readonly quasiIdentifiers: readonly string[];
  readonly sensitive: readonly string[];
}

/** Refuses traits that identify by themselves, and lists that make no table. */
export function checkTraits({ quasiIdentifiers, sensitive }: TableColumns): void {
  checkColumns({ quasi: quasiIdentifiers, sensitive }, (list) => (list === 'quasi' ? 'quasiIdentifiers' : 'sensitive'));
  quasiIdentifiers.forEach((trait, at) => {
    checkTrait(trait, `quasiIdentifiers[${at}]`, QUASI);
  });
  sensitive.forEach((trait, at) => {
    checkTrait(trait, `sensitive[${at}]`, SENSITIVE);
  });
}

function checkTrait(trait: string, path: string, standard: ReadonlySet<StandardTrait>): void {
  if (trait.trim() === '' || trait.length > LONGEST_NAME) throw badInput(path, 'must be the name of a trait');
  const mayBe = isStandardTrait(trait) ? standard.has(trait) : customTraitProtection(trait, null) === undefined;
  if (!mayBe)
    throw badInput(path, `${trait} tells who someone is; there are ${[...standard].join(', ')}, and custom traits`);
}

/**
 * What a trait's value enters a table as: a text. Of an address no more than its district; of a custom trait that holds
 * what tells of a person, nothing.
 */
export function cellOf(trait: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (trait === 'address') return districtOf(String(value));
  if (!isStandardTrait(trait) && customTraitProtection(trait, value)) return ANY;
  return typeof value === 'object' ? ANY : String(value).trim();
}

function districtOf(address: string): string {
  const place = placeOf(address);
  return place ? place.province + (place.city === place.province ? '' : place.city) + place.district : ANY;
}
