import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { collectionOf, type EntityClass, type Sensitivity } from '../platform/entity.js';
import { idOf, keyOf } from '../platform/ids.js';
import { unpack } from '../platform/packed.js';
import { randomBytesOf } from '../platform/random.js';
import { changedFields, openDocument, type SealedDocument, sealDocument } from '../platform/sealed-store.js';
import type { AccountRecord } from './account.rules.js';
import { accountType } from './account-types.js';
import type { Channel } from './channel.js';
import type { ChannelAccount } from './channel-account.entity.js';
import { CHANNELS, channelOfAccountId } from './channel-definitions.js';

/** Opened in one go: so short that others have their turn between them. */
const READ_AT_ONCE = 100;

/** An account as it is stored, opened. */
export type StoredAccount = ChannelAccount & Stored & SealedDocument;

/** An account to be written: its new record, and what was read before (undefined where it was not there). */
export interface AccountChange {
  readonly record: AccountRecord;
  readonly before: StoredAccount | undefined;
}

/** The 13 collections of channel accounts. */
export class AccountStore {
  constructor(private readonly database: Database) {}

  /** The accounts of these ids, opened for the classes named (all by default); one command a channel among them. */
  async findByIds(
    ctx: TenantContext,
    ids: readonly string[],
    classes?: ReadonlySet<Sensitivity>,
  ): Promise<Map<string, StoredAccount>> {
    const found = await Promise.all(
      [...byChannel(ids, (id) => id)].map(([channel, own]) => this.findInChannel(ctx, channel, own, classes)),
    );
    return new Map(found.flat().map((account) => [account.id, account]));
  }

  /** All accounts of a tenant whose ids are wanted, opened: one cursor a channel, for jobs. */
  async *all(ctx: TenantContext, isWanted: (id: string) => boolean): AsyncGenerator<StoredAccount> {
    for (const channel of CHANNELS) {
      const type = accountType(channel);
      const found = this.database.collection(type).find(ofTenant(ctx), { batchSize: READ_AT_ONCE });
      for await (const document of found as unknown as AsyncIterable<StoredAccount>)
        if (isWanted(idOf(document._id))) yield opened(ctx, type, document);
    }
  }

  /** How many accounts a tenant has: for jobs, since it reads all of an index. One command a channel. */
  async count(ctx: TenantContext): Promise<number> {
    const counts = await Promise.all(
      CHANNELS.map((channel) => this.database.collection(accountType(channel)).countDocuments(ofTenant(ctx))),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** How many of these accounts are stored, by collection. One command a channel among them. */
  async countByIds(ctx: TenantContext, ids: readonly string[]): Promise<Record<string, number>> {
    const counts = await Promise.all(
      [...byChannel(ids, (id) => id)].map(async ([channel, own]) => {
        const keys = own.map((id) => keyOf(ctx.tenantId, id));
        const found = await this.database.findByKeys(accountType(channel), keys, { _id: 1 });
        return [collectionOf(accountType(channel)).collection, found.length] as const;
      }),
    );
    return Object.fromEntries(counts);
  }

  /** Deletes accounts, and with them the keys of their events. One command a channel among them. */
  async erase(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    for (const [channel, own] of byChannel(ids, (id) => id)) {
      await this.database.deleteMany(accountType(channel), { _id: { $in: own.map((id) => keyOf(ctx.tenantId, id)) } });
    }
  }

  private async findInChannel(
    ctx: TenantContext,
    channel: Channel,
    ids: readonly string[],
    classes: ReadonlySet<Sensitivity> | undefined,
  ): Promise<StoredAccount[]> {
    const type = accountType(channel);
    const keys = ids.map((id) => keyOf(ctx.tenantId, id));
    const documents = (await this.database.findByKeys(type, keys)) as StoredAccount[];
    return documents.map((document) => opened(ctx, type, document, classes));
  }

  /**
   * Writes accounts where nobody else wrote since they were read, and returns the wrapped data keys of those written; the
   * others must be read and observed again. Their documents are made at once, and sent when `claimed` is done. At most
   * two commands a channel, and a third where some were lost.
   */
  async save(
    ctx: TenantContext,
    changes: readonly AccountChange[],
    claimed: Promise<unknown>,
  ): Promise<Map<string, Buffer>> {
    const revision = randomBytesOf(9).toString('base64url');
    const written = await Promise.all(
      [...byChannel(changes, (change) => change.record.id)].map(([channel, own]) =>
        this.saveInChannel(ctx, channel, own, revision, claimed),
      ),
    );
    return new Map(written.flat());
  }

  private async saveInChannel(
    ctx: TenantContext,
    channel: Channel,
    changes: readonly AccountChange[],
    revision: string,
    claimed: Promise<unknown>,
  ): Promise<[string, Buffer][]> {
    const type = accountType(channel);
    const documents = changes.map(({ record, before }) => ({
      record,
      before,
      document: toDocument(ctx, record, before, revision),
    }));
    const inserted = documents.filter(({ before }) => !before).map(({ document }) => document);
    const updated = documents.flatMap(({ before, ...others }) => (before ? [{ ...others, before }] : []));
    await claimed;
    const [there, matched] = await Promise.all([
      this.database.insertNew(type, inserted as unknown as (ChannelAccount & Stored)[]),
      this.database.updateMany(
        type,
        updated.map(({ document, record, before }) => ({
          filter: { _id: document._id, revision: before.revision },
          update: { $set: changedFields(document, record, before) },
        })),
      ),
    ]);
    const overtaken =
      matched === updated.length
        ? []
        : await this.notWrittenBy(
            channel,
            updated.map(({ document }) => document._id),
            revision,
          );
    const lost = new Set([...there, ...overtaken]);
    return documents.flatMap(({ document: { _id, key } }) =>
      lost.has(_id) ? [] : [[idOf(_id), key] as [string, Buffer]],
    );
  }

  private async notWrittenBy(channel: Channel, keys: readonly string[], revision: string): Promise<string[]> {
    const now = await this.database.findByKeys(accountType(channel), keys, { revision: 1 });
    return now.filter((document) => document.revision !== revision).map((document) => document._id);
  }
}

function ofTenant({ tenantId }: TenantContext) {
  return { _id: { $gte: keyOf(tenantId, 'acc_'), $lt: keyOf(tenantId, 'acd') } };
}

function opened(
  ctx: TenantContext,
  type: EntityClass<ChannelAccount>,
  document: StoredAccount,
  classes?: ReadonlySet<Sensitivity>,
): StoredAccount {
  return openDocument(ctx, type, Object.assign(unpack(ctx.keys, type, document), { id: idOf(document._id) }), classes);
}

function toDocument(
  ctx: TenantContext,
  record: AccountRecord,
  before: StoredAccount | undefined,
  revision: string,
): SealedDocument {
  const { id, ...fields } = record;
  const document = {
    _id: keyOf(ctx.tenantId, id),
    tenantId: ctx.tenantId,
    ...fields,
    revision,
    ...(before && { key: before.key, sealed: before.sealed }),
  };
  return sealDocument(ctx, accountType(record.channel), document);
}

function byChannel<T>(items: readonly T[], idOfItem: (item: T) => string): Map<Channel, T[]> {
  const groups = new Map<Channel, T[]>();
  for (const item of items) {
    const channel = channelOfAccountId(idOfItem(item));
    if (!channel) continue;
    const group = groups.get(channel);
    if (group) group.push(item);
    else groups.set(channel, [item]);
  }
  return groups;
}
