import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import { LoyaltyWallet } from './wallet.entity.js';
import type { Wallet } from './wallet.js';
import { borrowersOf } from './wallet.rules.js';
import { stateOf, toRecord, toWallet } from './wallet-record.js';

const PIECE = 200;

/** The wallets: what the ledger comes to, account by account. */
export class WalletStore {
  constructor(private readonly database: Database) {}

  /** The wallets of these accounts; who has none is left out. One command. */
  async find(ctx: TenantContext, accountIds: readonly string[]): Promise<Wallet[]> {
    const keys = accountIds.map((id) => keyOf(ctx.tenantId, id));
    return (await this.database.findByKeys(LoyaltyWallet, keys)).map(toWallet);
  }

  /**
   * Lets wallets follow an entry, each from the position before; one that is elsewhere is left as it is. Two commands,
   * one for those that are new.
   */
  async follow(ctx: TenantContext, wallets: readonly Wallet[]): Promise<void> {
    const fresh = wallets.filter(({ position }) => position === 1).map((wallet) => toRecord(ctx, wallet));
    await this.database.insertNew(LoyaltyWallet, fresh as (LoyaltyWallet & Stored)[]);
    const known = wallets.filter(({ position }) => position > 1);
    await this.database.updateEach(
      LoyaltyWallet,
      known.map((wallet) => ({
        filter: { _id: keyOf(ctx.tenantId, wallet.accountId), position: wallet.position - 1 },
        update: { $set: stateOf(wallet) },
      })),
    );
  }

  /** The account whose owner gives a code to those they bring. One command. */
  async accountOfCode(ctx: TenantContext, referralCode: string): Promise<string | undefined> {
    const [found] = await this.database
      .collection(LoyaltyWallet)
      .find({ tenantId: ctx.tenantId, referralCode } as object, { projection: { _id: 1 } })
      .limit(1)
      .toArray();
    return found && idOf(String(found._id));
  }

  /** The wallets that have lent to one of these accounts, at most 1,000. One command. */
  async lendersTo(ctx: TenantContext, accountIds: readonly string[]): Promise<Wallet[]> {
    const found = await this.database.findByList(
      LoyaltyWallet,
      { tenantId: ctx.tenantId },
      ['borrowers', accountIds],
      1_000,
    );
    return found.map(toWallet);
  }

  /** Wallets with points that have ended by a moment: one cursor. */
  async *ending(ctx: TenantContext, at: Date): AsyncGenerator<Wallet> {
    const filter = { tenantId: ctx.tenantId, nextEnd: { $gt: new Date(0), $lte: at } };
    const found = this.database.collection(LoyaltyWallet).find(filter as object, { batchSize: PIECE });
    for await (const record of found) yield toWallet(record as unknown as LoyaltyWallet);
  }

  /** How many of these accounts have a wallet. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    const filter = { _id: { $in: accountIds.map((id) => keyOf(ctx.tenantId, id)) } };
    return this.database.collection(LoyaltyWallet).countDocuments(filter as object);
  }

  /** Deletes the wallets of accounts, and lets nobody have lent them anything. Four commands, more where others write. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    const leaving = new Set(accountIds);
    const keys = accountIds.map((id) => keyOf(ctx.tenantId, id));
    if (keys.length === 0) return;
    await this.database.deleteMany(LoyaltyWallet, { _id: { $in: keys } });
    await untilWritten('wallets', async () => {
      const lenders = await this.lendersTo(ctx, accountIds);
      const operations = lenders.map((wallet) => {
        const lent = wallet.lent.filter(({ to }) => !leaving.has(to));
        const filter = { _id: keyOf(ctx.tenantId, wallet.accountId), position: wallet.position };
        return { filter, update: { $set: { lent, borrowers: borrowersOf({ lent }) } } };
      });
      return (await this.database.updateEach(LoyaltyWallet, operations)) === operations.length;
    });
  }
}
