import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { hashedUlid, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { LedgerEntry } from './ledger-entry.entity.js';
import { positionOf } from './wallet-record.js';

/** What is written of an entry besides what it does. */
export interface EntryWords {
  readonly reason: string;
  readonly reference: string;
}

/** An entry to be written. */
export type NewEntry = Omit<LedgerEntry, '_id' | 'tenantId' | 'accountIds' | 'positions' | 'sealed'> & EntryWords;

/** A place in the list of an account's entries. */
export interface EntryPosition {
  readonly at: Date;
  readonly id: string;
}

const MOST_OF_AN_ORDER = 200;
/** Has in the books what was of people who are not known any more. */
const ERASED = 'erased';

/** The id of the entry that is posted for something, once. */
export function entryIdOf({ tenantId }: TenantContext, key: string): string {
  return `lpt_${hashedUlid(tenantId, 'loyalty', key)}`;
}

/** The ledger: entries are appended, and never change. */
export class LedgerStore {
  constructor(private readonly database: Database) {}

  /** The entry of an id. One command. */
  async find(ctx: TenantContext, id: string): Promise<LedgerEntry | undefined> {
    return (await this.database.findByKeys(LedgerEntry, [keyOf(ctx.tenantId, id)]))[0];
  }

  /** Appends an entry; false where it is there, or where another has come between. One command. */
  async append(ctx: TenantContext, id: string, { reason, reference, ...entry }: NewEntry): Promise<LedgerEntry | null> {
    const _id = keyOf(ctx.tenantId, id);
    const borrowers = entry.wallets.flatMap(({ lent }) => lent.map(({ to }) => to));
    const touched = entry.wallets.map(({ accountId }) => accountId);
    const record = {
      _id,
      tenantId: ctx.tenantId,
      ...entry,
      accountIds: [...new Set([entry.accountId, ...touched, ...borrowers])].sort(),
      positions: touched.length > 0 ? entry.wallets.map(positionOf) : [id],
      sealed: sealJson(ctx.keys.data, placeOf('loyalty_entries', _id), { reason, reference }),
    } as LedgerEntry & Stored;
    return (await this.database.insertNew(LedgerEntry, [record])).size === 0 ? record : null;
  }

  /** The entries that stand at these positions of wallets. One command. */
  async atPositions(ctx: TenantContext, positions: readonly string[]): Promise<LedgerEntry[]> {
    const filter = { tenantId: ctx.tenantId, positions: { $in: [...positions] } };
    return (await this.database
      .collection(LedgerEntry)
      .find(filter as object)
      .limit(positions.length)
      .toArray()) as unknown as LedgerEntry[];
  }

  /** What was posted about an order, at most 200 entries. One command. */
  async ofOrder(ctx: TenantContext, orderKey: string): Promise<LedgerEntry[]> {
    return (await this.database
      .collection(LedgerEntry)
      .find({ tenantId: ctx.tenantId, orderKey } as object)
      .limit(MOST_OF_AN_ORDER)
      .toArray()) as unknown as LedgerEntry[];
  }

  /** The newest entries that name an account, after a place. One command. */
  async ofAccount(
    ctx: TenantContext,
    accountId: string,
    after: EntryPosition | undefined,
    limit: number,
  ): Promise<LedgerEntry[]> {
    const places = after
      ? [{ at: after.at, _id: { $lt: keyOf(ctx.tenantId, after.id) } }, { at: { $lt: after.at } }]
      : [{}];
    const found = await Promise.all(
      places.map((place) =>
        this.database
          .collection(LedgerEntry)
          .find({ tenantId: ctx.tenantId, accountIds: accountId, ...place } as object)
          .sort({ at: -1, _id: -1 })
          .limit(limit)
          .toArray(),
      ),
    );
    return found.flat().slice(0, limit) as unknown as LedgerEntry[];
  }

  /** All entries that name one of these accounts: one cursor. */
  entriesOf(ctx: TenantContext, accountIds: readonly string[]): AsyncIterable<LedgerEntry> {
    const found = this.database.collection(LedgerEntry).find(ofAccounts(ctx, accountIds) as object, { batchSize: 200 });
    return found as unknown as AsyncIterable<LedgerEntry>;
  }

  /** Why an entry was posted, in clear. */
  wordsOf(ctx: TenantContext, { _id, sealed }: Pick<LedgerEntry, '_id' | 'sealed'>): EntryWords {
    return openJson(ctx.keys.data, placeOf('loyalty_entries', _id), sealed) as EntryWords;
  }

  /** How many entries name these accounts. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(LedgerEntry).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /**
   * Takes accounts out of the ledger. What concerns nobody else is deleted; where others took part, what was theirs is
   * nobody's from then on, so that the books still balance. Three commands for each 200 entries.
   */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    const leaving = new Set(accountIds);
    for (;;) {
      const query = this.database.collection(LedgerEntry).find(ofAccounts(ctx, accountIds) as object);
      const found = (await query.limit(200).toArray()) as unknown as LedgerEntry[];
      const isShared = ({ wallets }: LedgerEntry) => wallets.some(({ accountId }) => !leaving.has(accountId));
      const gone = found.filter((entry) => !isShared(entry)).map(({ _id }) => _id);
      const kept = found.filter(isShared);
      await this.database.updateMany(
        LedgerEntry,
        kept.map((entry) => ({ filter: { _id: entry._id }, update: { $set: this.without(ctx, entry, leaving) } })),
      );
      if (gone.length > 0) await this.database.deleteMany(LedgerEntry, { _id: { $in: gone } });
      if (found.length < 200) return;
    }
  }

  /** What is left of an entry without some accounts; what was said to one of them goes with it. */
  private without(ctx: TenantContext, entry: LedgerEntry, leaving: ReadonlySet<string>): Partial<LedgerEntry> {
    const isOther = (accountId: string) => !leaving.has(accountId);
    const wallets = entry.wallets
      .filter(({ accountId }) => isOther(accountId))
      .map((wallet) => ({ ...wallet, lent: wallet.lent.filter(({ to }) => isOther(to)) }));
    const silent = () => sealJson(ctx.keys.data, placeOf('loyalty_entries', entry._id), { reason: '', reference: '' });
    return {
      accountIds: entry.accountIds.filter(isOther),
      positions: wallets.map(positionOf),
      lines: entry.lines.map(({ account, points }) => ({ account: isOther(account) ? account : ERASED, points })),
      wallets,
      ...(!isOther(entry.accountId) && { accountId: ERASED, sealed: silent() }),
    };
  }
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountIds: { $in: [...new Set(accountIds)] } };
}
