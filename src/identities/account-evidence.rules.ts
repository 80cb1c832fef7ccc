import type { AccountRecord } from '../channels/account.rules.js';
import type { BlockedValues } from '../ingestion/blocked-values.rules.js';
import type { ComparedValues } from '../likeness/account-judge.js';
import { valuesOf } from '../likeness/account-values.rules.js';
import { candidateFor } from '../profiles/survivorship.rules.js';
import { chosenBirthday, fullNameOf, type PersonEvidence } from './person-evidence.rules.js';
import type { EvidentAccount, HeldIdentifier } from './persons-in-making.rules.js';

/** The identifiers of an account that may link it: all but junk and blocked values. */
export function heldBy({ identifiers }: Pick<AccountRecord, 'identifiers'>): HeldIdentifier[] {
  return identifiers
    .filter(({ linking }) => linking)
    .map(({ key, type, namespace, firstSeenAt, lastSeenAt }) => {
      return { key, type, scope: namespace ?? '', from: firstSeenAt, to: lastSeenAt };
    });
}

/** What an account says of who its person is. */
export function personEvidenceOf(account: AccountRecord): PersonEvidence {
  const unionIds = new Map<string, Set<string>>();
  for (const { key, type, scope } of heldBy(account)) {
    if (type === 'UNION_ID') unionIds.set(scope, new Set([...(unionIds.get(scope) ?? []), key]));
  }
  return {
    name: fullNameOf(candidateFor(account, 'name')?.value),
    birthday: chosenBirthday(candidateFor(account, 'birthday')?.value),
    unionIds,
  };
}

/** An account with the identifiers that may link it under the tenant's settings as they are by now. */
export function withoutBlocked(account: AccountRecord, blocked: BlockedValues): AccountRecord {
  const isOpen = ({ value }: { readonly value: string }) => !blocked.has(value);
  if (blocked.isEmpty || account.identifiers.every(isOpen)) return account;
  return { ...account, identifiers: account.identifiers.filter(isOpen) };
}

/** An account as the decision sees it: values that the tenant blocks by now link it no more. */
export function evidentAccountOf(account: AccountRecord, blocked: BlockedValues): EvidentAccount {
  const open = withoutBlocked(account, blocked);
  const own = {
    id: account.id,
    held: heldBy(open),
    person: personEvidenceOf(open),
    compared: () => comparedOf(open, blocked),
  };
  if (open === account) return own;
  const kept = new Set(open.identifiers);
  return { ...own, barred: account.identifiers.filter((one) => !kept.has(one)).map(({ key }) => key) };
}

/** What an account is compared by, and the keys of the identifiers among that. */
function comparedOf(account: AccountRecord, blocked: BlockedValues): ComparedValues {
  const values = valuesOf(account, blocked);
  const keyOf = (type: string, value: string | undefined) =>
    account.identifiers.find((one) => one.type === type && one.value === value && one.linking)?.key;
  return { values, keys: { phone: keyOf('PHONE', values.phone), email: keyOf('EMAIL', values.email) } };
}
