import type { AccountRecord } from '../channels/account.rules.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { TenantContext } from '../platform/context.js';
import { blindIndex } from '../platform/seal.js';
import { type AccountKey, accountKeys, preparedAccount } from './account-pairs.js';
import { type AccountValues, valuesOf } from './account-values.rules.js';
import type { BlockEntry } from './block.store.js';

/** An account as it is compared, and what it is found by: blinded keys, with how many accounts may share each. */
export interface ComparedAccount {
  readonly values: AccountValues;
  readonly keys: ReadonlyMap<string, number>;
}

/** Reads an account as it is compared under the tenant's settings. */
export function comparedAccount(ctx: TenantContext, account: AccountRecord): ComparedAccount {
  const values = valuesOf(account, blockedBy(ctx.settings));
  return { values, keys: new Map(accountKeys(preparedAccount(values)).map((key) => [blinded(ctx, key), key.most])) };
}

function blinded({ keys }: TenantContext, { rule, value }: AccountKey): string {
  return blindIndex(keys, 'block', rule, value);
}

/** The entries of an account into its blocks. */
export function entriesOf([accountId, { keys }]: readonly [string, ComparedAccount]): BlockEntry[] {
  return [...keys].map(([key, most]) => ({ key, most, accountId }));
}
