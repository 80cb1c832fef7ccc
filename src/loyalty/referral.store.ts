import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { Referral } from './referral.entity.js';

/** The collection of referrals. */
export class ReferralStore {
  constructor(private readonly database: Database) {}

  /** Adds a referral; false where the account came with a code before. One command. */
  async add(ctx: TenantContext, referral: Pick<Referral, 'refereeId' | 'referrerId' | 'at'>): Promise<boolean> {
    const record = { _id: keyOf(ctx.tenantId, idOfReferral(referral.refereeId)), tenantId: ctx.tenantId, ...referral };
    return (await this.database.insertNew(Referral, [record as Referral & Stored])).size === 0;
  }

  /** The referrals by which these accounts came, the earliest first. One command. */
  async ofReferees(ctx: TenantContext, accountIds: readonly string[]): Promise<Referral[]> {
    const keys = accountIds.map((id) => keyOf(ctx.tenantId, idOfReferral(id)));
    const found = await this.database.findByKeys(Referral, keys);
    return found.sort((a, b) => a.at.getTime() - b.at.getTime() || (a._id < b._id ? -1 : 1));
  }

  /** How many came by the codes of these accounts, counted up to `most`. One command. */
  countOfReferrers(ctx: TenantContext, accountIds: readonly string[], most: number): Promise<number> {
    const filter = { tenantId: ctx.tenantId, referrerId: { $in: [...accountIds] } };
    return this.database.collection(Referral).countDocuments(filter as object, { limit: most });
  }

  /** All referrals that name one of these accounts: two cursors. */
  async *namingOf(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<Referral> {
    for (const filter of naming(ctx, accountIds)) {
      const found = this.database.collection(Referral).find(filter as object, { batchSize: 200 });
      yield* found as unknown as AsyncIterable<Referral>;
    }
  }

  /** How many name one of these accounts; one between two of them counts twice. Two commands. */
  async count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    const counts = naming(ctx, accountIds).map((filter) =>
      this.database.collection(Referral).countDocuments(filter as object),
    );
    return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
  }

  /** Deletes what names one of these accounts. Two commands. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    for (const filter of naming(ctx, accountIds)) await this.database.deleteMany(Referral, filter);
  }
}

function idOfReferral(accountId: string): string {
  return `ref_${accountId.slice(4)}`;
}

function naming({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown>[] {
  const keys = accountIds.map((id) => keyOf(tenantId, idOfReferral(id)));
  return [{ _id: { $in: keys } }, { tenantId, referrerId: { $in: [...accountIds] } }];
}
