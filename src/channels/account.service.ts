import type { TenantContext } from '../platform/context.js';
import { documentKeys, type WrappedKeys } from '../platform/data-key.js';
import { collectionOf } from '../platform/entity.js';
import { groupBy } from '../platform/group-by.rules.js';
import { keyOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import { type KeyRing, placeOf } from '../platform/seal.js';
import { type AccountObservation, type AccountRecord, observeAccount, recordOf } from './account.rules.js';
import type { AccountStore, StoredAccount } from './account.store.js';
import { accountType } from './account-types.js';

/** An account as it stands after its observations, and its keys. */
export interface ObservedAccount {
  readonly record: AccountRecord;
  readonly keys: KeyRing;
}

/** Channel accounts: read, and written by what was observed of them. */
export class AccountService {
  constructor(private readonly accounts: AccountStore) {}

  /** The accounts of these ids, in clear; one command a channel among them. */
  find(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredAccount>> {
    return this.accounts.findByIds(ctx, ids);
  }

  /** The accounts as they will stand after these observations, unless another writer comes between. */
  expected(
    observations: readonly AccountObservation[],
    known: ReadonlyMap<string, StoredAccount>,
  ): Map<string, AccountRecord> {
    return recordsAfter(
      groupBy(observations, ({ accountId }) => accountId),
      known,
    );
  }

  /**
   * Adds observations to their accounts. `known` are the accounts as read before, and `expected` what these observations
   * make of them; where another writer came between, only those are read and observed again. Nothing is written before
   * `claimed` is. Repeating it changes nothing.
   */
  async observe(
    ctx: TenantContext,
    observations: readonly AccountObservation[],
    known: ReadonlyMap<string, StoredAccount>,
    expected: ReadonlyMap<string, AccountRecord>,
    claimed: Promise<unknown>,
  ): Promise<Map<string, ObservedAccount>> {
    const pending = groupBy(observations, ({ accountId }) => accountId);
    const done = new Map<string, ObservedAccount>();
    await untilWritten('accounts', async (attempt) => {
      const before = attempt === 0 ? known : await this.accounts.findByIds(ctx, [...pending.keys()]);
      const records = attempt === 0 ? expected : recordsAfter(pending, before);
      for (const account of await this.write(ctx, records, before, claimed)) {
        done.set(account.record.id, account);
        pending.delete(account.record.id);
      }
      return pending.size === 0;
    });
    return done;
  }

  private async write(
    ctx: TenantContext,
    records: ReadonlyMap<string, AccountRecord>,
    before: ReadonlyMap<string, StoredAccount>,
    claimed: Promise<unknown>,
  ): Promise<ObservedAccount[]> {
    const changes = [...records].map(([id, record]) => ({ record, before: before.get(id) }));
    const written = await this.accounts.save(ctx, changes, claimed);
    return changes.flatMap(({ record }) => {
      const wrapped = written.get(record.id);
      return wrapped ? [{ record, keys: accountKeys(ctx, record, { key: wrapped }) }] : [];
    });
  }
}

function recordsAfter(
  observations: ReadonlyMap<string, readonly AccountObservation[]>,
  before: ReadonlyMap<string, StoredAccount>,
): Map<string, AccountRecord> {
  return new Map(
    [...observations].flatMap(([id, own]) => {
      const [first, ...others] = own;
      const stored = before.get(id);
      return first ? [[id, observeAccount(stored && recordOf(stored), first, ...others)] as const] : [];
    }),
  );
}

/** The keys of an account, which also seal its events. */
export function accountKeys(
  ctx: TenantContext,
  { id, channel }: Pick<AccountRecord, 'id' | 'channel'>,
  wrapped: WrappedKeys,
): KeyRing {
  const place = placeOf(collectionOf(accountType(channel)).collection, keyOf(ctx.tenantId, id));
  return documentKeys(ctx.keys.data, place, wrapped);
}
