import type { KeyObject } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import { collectionOf } from '../platform/entity.js';
import { AppError } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { keyOf } from '../platform/ids.js';
import { placeOf, unwrapDataKey } from '../platform/seal.js';
import { type AccountObservation, type AccountRecord, observeAccount } from './account.rules.js';
import type { AccountStore, StoredAccount } from './account.store.js';
import { accountType } from './account-types.js';

const MOST_ATTEMPTS = 40;
const LONGEST_PAUSE_MS = 25;

/** An account as it stands after its observations, and its data key. */
export interface ObservedAccount {
  readonly record: AccountRecord;
  readonly key: KeyObject;
}

/** Channel accounts: read, and written by what was observed of them. */
export class AccountService {
  constructor(private readonly accounts: AccountStore) {}

  /** The accounts of these ids, in clear; one command a channel among them. */
  find(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredAccount>> {
    return this.accounts.findByIds(ctx, ids);
  }

  /**
   * Adds observations to their accounts. `known` are the accounts as read before; where another writer came between,
   * only those are read and observed again. Repeating it changes nothing.
   */
  async observe(
    ctx: TenantContext,
    observations: readonly AccountObservation[],
    known: ReadonlyMap<string, StoredAccount>,
  ): Promise<Map<string, ObservedAccount>> {
    const byAccount = groupBy(observations, ({ accountId }) => accountId);
    const done = new Map<string, ObservedAccount>();
    let before = known;
    for (let attempt = 0; done.size < byAccount.size; attempt += 1) {
      if (attempt === MOST_ATTEMPTS)
        throw new AppError('SERVICE_UNAVAILABLE', 'These accounts are being written by too many at once; try again.');
      const pending = [...byAccount.keys()].filter((id) => !done.has(id));
      if (attempt > 0) {
        await delay(Math.random() * LONGEST_PAUSE_MS);
        before = await this.accounts.findByIds(ctx, pending);
      }
      for (const account of await this.write(ctx, pending, byAccount, before)) done.set(account.record.id, account);
    }
    return done;
  }

  private async write(
    ctx: TenantContext,
    ids: readonly string[],
    observations: ReadonlyMap<string, readonly AccountObservation[]>,
    before: ReadonlyMap<string, StoredAccount>,
  ): Promise<ObservedAccount[]> {
    const changes = ids.flatMap((id) => {
      const record = afterAll(before.get(id), observations.get(id) ?? []);
      return record ? [{ record, before: before.get(id) }] : [];
    });
    const written = await this.accounts.save(ctx, changes);
    return changes.flatMap(({ record }) => {
      const wrapped = written.get(record.id);
      return wrapped ? [{ record, key: accountKey(ctx, record, wrapped) }] : [];
    });
  }
}

function recordOf(stored: StoredAccount): AccountRecord {
  const {
    id,
    channel,
    externalId,
    externalIdType,
    displayName,
    identifiers,
    attributes,
    custom,
    stamps,
    firstSeenAt,
    lastSeenAt,
  } = stored;
  return {
    id,
    channel,
    externalId,
    externalIdType,
    displayName,
    identifiers,
    attributes,
    custom,
    stamps,
    firstSeenAt,
    lastSeenAt,
  };
}

function afterAll(
  stored: StoredAccount | undefined,
  observations: readonly AccountObservation[],
): AccountRecord | undefined {
  return observations.reduce<AccountRecord | undefined>(observeAccount, stored && recordOf(stored));
}

/** The data key of an account, which also seals its events. */
export function accountKey(
  ctx: TenantContext,
  account: Pick<AccountRecord, 'id' | 'channel'>,
  wrapped: Buffer,
): KeyObject {
  return unwrapDataKey(
    ctx.keys.data,
    placeOf(collectionOf(accountType(account.channel)).collection, keyOf(ctx.tenantId, account.id)),
    wrapped,
  );
}
