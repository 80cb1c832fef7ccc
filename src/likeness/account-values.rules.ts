import type { AccountRecord } from '../channels/account.rules.js';
import type { StandardTrait } from '../channels/trait-catalogue.js';
import { candidateFor } from '../profiles/survivorship.rules.js';

const TRAITS = [
  'name',
  'gender',
  'birthday',
  'phone',
  'email',
  'province',
  'city',
  'address',
] as const satisfies readonly StandardTrait[];

/** What an account says of a person, by the columns of `ACCOUNT_SCHEMA`; what it doesn't say is left out. */
export type AccountValues = Readonly<Partial<Record<(typeof TRAITS)[number], string>>>;

/** The values that an account is compared by: its traits, and a phone or email that it holds without stating it. */
export function valuesOf(account: AccountRecord): AccountValues {
  const stated = TRAITS.flatMap((trait) => {
    const value = candidateFor(account, trait)?.value;
    return typeof value === 'string' && value !== '' ? [[trait, value] as const] : [];
  });
  return { ...heldBy(account, 'PHONE', 'phone'), ...heldBy(account, 'EMAIL', 'email'), ...Object.fromEntries(stated) };
}

/** The value of a type that may link and was seen last, ties by its blinded form. */
function heldBy({ identifiers }: AccountRecord, type: 'PHONE' | 'EMAIL', column: 'phone' | 'email'): AccountValues {
  const held = identifiers.find((identifier) => identifier.type === type && identifier.linking);
  return held ? { [column]: held.value } : {};
}
