import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { hashedUlid, keyOf } from '../platform/ids.js';
import { ListedMember } from './listed-member.entity.js';

/** More lists than that nobody is on. */
const MOST_LISTS = 1_000;
const REMOVED_AT_ONCE = 500;

/** The lists of STATIC segments. */
export class ListedMemberStore {
  constructor(private readonly database: Database) {}

  /** Puts accounts on a segment's list; those that are on it stay. One command. */
  async add(ctx: TenantContext, segmentId: string, accountIds: readonly string[]): Promise<void> {
    const { tenantId } = ctx;
    const at = ctx.now();
    const rows = accountIds.map((accountId) => {
      return { _id: keyOf(tenantId, `lme_${hashedUlid(segmentId, accountId)}`), tenantId, segmentId, accountId, at };
    });
    await this.database.insertNew(ListedMember, rows);
  }

  /** The segments that list accounts, by account. One command. */
  async segmentsOf(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, string[]>> {
    const most = MOST_LISTS * Math.max(1, accountIds.length);
    const found = await this.database.findByList(
      ListedMember,
      { tenantId: ctx.tenantId },
      ['accountId', accountIds],
      most,
    );
    const byAccount = groupBy(found, ({ accountId }) => accountId);
    return new Map([...byAccount].map(([id, rows]) => [id, rows.map(({ segmentId }) => segmentId)]));
  }

  /** Some of the accounts on a segment's list. One command. */
  async listed(ctx: TenantContext, segmentId: string, most = REMOVED_AT_ONCE): Promise<string[]> {
    const filter = { tenantId: ctx.tenantId, segmentId };
    return (await this.database.collection(ListedMember).find(filter).limit(most).toArray()).map(
      ({ accountId }) => accountId,
    );
  }

  /** Takes accounts off a segment's list. One command. */
  async remove(ctx: TenantContext, segmentId: string, accountIds: readonly string[]): Promise<void> {
    const keys = accountIds.map((id) => keyOf(ctx.tenantId, `lme_${hashedUlid(segmentId, id)}`));
    await this.database.deleteMany(ListedMember, { _id: { $in: keys } });
  }

  /** How many rows name accounts. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(ListedMember).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /** Takes accounts off all lists. One command. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(ListedMember, ofAccounts(ctx, accountIds));
  }
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountId: { $in: [...accountIds] } };
}
