import { STANDARD_TRAIT_NAMES } from '../channels/trait-catalogue.js';

const TRAITS = 'traits';
const CUSTOM = 'traits.custom';

/** The parts of a profile that tell of the person, as `withheld` and grants to partners name them. */
export const PERSONAL_PARTS: readonly string[] = [
  ...STANDARD_TRAIT_NAMES.map((trait) => `${TRAITS}.${trait}`),
  CUSTOM,
  'provenance',
  'identifiers',
  'quality',
  'channelAccounts',
  'tags',
  'tagHistory',
  'segments',
  'lifecycle',
  'rfm',
  'value',
  'loyalty',
  'loyaltyEntries',
  'contactPolicy',
  'events',
  'journey',
  'recommendations',
];

/** What a grant to a partner may name; a custom trait also by its own name, as `traits.custom.taste`. */
export const SHAREABLE: readonly string[] = [TRAITS, ...PERSONAL_PARTS];

const shareable = new Set(SHAREABLE);
const CUSTOM_TRAIT = /^traits\.custom\.[^.$][^.]{0,127}$/;

/** Whether a grant may name a field. */
export function isShareable(field: string): boolean {
  return shareable.has(field) || CUSTOM_TRAIT.test(field);
}
