import type { AccountRecord } from '../channels/account.rules.js';
import { IdentifierType } from '../channels/identifier-type.js';
import type { StandardTrait } from '../channels/trait-catalogue.js';
import { type BlockedValues, mayLink } from '../ingestion/blocked-values.rules.js';
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

/** What is both compared and an identifier: who holds it is claimed, and equal ones link by themselves. */
const CLAIMED_FIELDS = { phone: IdentifierType.PHONE, email: IdentifierType.EMAIL } as const;

/** Whether claims tell who holds a field's values. */
export function isClaimed(field: string): field is keyof typeof CLAIMED_FIELDS {
  return Object.hasOwn(CLAIMED_FIELDS, field);
}

/** What an account says of a person, by the columns of `ACCOUNT_SCHEMA`; what it doesn't say is left out. */
export type AccountValues = Readonly<Partial<Record<(typeof TRAITS)[number], string>>>;

/**
 * The values that an account is compared by: its traits, and a phone or email that it holds without stating it. A phone
 * or email that may link nobody, as junk or what the tenant blocks, is left out.
 */
export function valuesOf(account: AccountRecord, blocked: BlockedValues): AccountValues {
  const said = TRAITS.map((trait) => {
    const stated = candidateFor(account, trait)?.value;
    const value = typeof stated === 'string' && stated !== '' ? stated : undefined;
    const type = isClaimed(trait) ? CLAIMED_FIELDS[trait] : undefined;
    return [trait, type ? linkingValue(account, type, value, blocked) : value] as const;
  });
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}

function linkingValue(
  account: AccountRecord,
  type: IdentifierType,
  stated: string | undefined,
  blocked: BlockedValues,
) {
  if (stated === undefined) return heldBy(account, type, blocked);
  return mayLink(type, stated, blocked) ? stated : undefined;
}

/** The value of a type that may link and was seen last, ties by its blinded form. */
function heldBy({ identifiers }: AccountRecord, type: IdentifierType, blocked: BlockedValues): string | undefined {
  return identifiers.find((held) => held.type === type && held.linking && !blocked.has(held.value))?.value;
}
