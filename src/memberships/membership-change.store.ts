import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { upTo } from '../platform/span.rules.js';
import { MembershipChange } from './membership-change.entity.js';
import { SLOT_MS, type SlotCount } from './size-history.rules.js';
import type { MembershipTurn } from './standing.entity.js';

/** What is told of one profile. */
export interface ProfileTurns {
  readonly profileId: string;
  readonly turns: readonly MembershipTurn[];
}

/** The stream of who entered and left segments. */
export class MembershipChangeStore {
  constructor(private readonly database: Database) {}

  /** Appends rows; those that are there stay as they are. One command. */
  async append(ctx: TenantContext, changes: readonly ProfileTurns[]): Promise<void> {
    const { tenantId } = ctx;
    const rows = changes.flatMap(({ profileId, turns }) =>
      turns.map(({ id, ...turn }) => ({ _id: keyOf(tenantId, id), tenantId, profileId, ...turn })),
    );
    await this.database.insertNew(MembershipChange, rows);
  }

  /** Rows by their ids. One command. */
  async find(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, MembershipChange>> {
    const found = await this.database.findByKeys(
      MembershipChange,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
    return new Map(found.map((row) => [idOf(row._id), row]));
  }

  /** Rows of one segment or of all behind a place, oldest first, up to a moment. One command. */
  page(
    ctx: TenantContext,
    segmentId: string | null,
    after: { readonly id: string; readonly at: Date } | undefined,
    until: Date,
    limit: number,
  ): Promise<MembershipChange[]> {
    const since = after ? new Date(after.at.getTime() - 1) : new Date(0);
    const filter = {
      tenantId: ctx.tenantId,
      ...(segmentId !== null && { segmentId }),
      at: { $gt: since, ...upTo(until) },
      ...(after && { _id: { $gt: keyOf(ctx.tenantId, after.id) } }),
    };
    return this.database.collection(MembershipChange).find(filter).sort({ at: 1, _id: 1 }).limit(limit).toArray();
  }

  /** How many entered and left a segment since, by quarters of an hour. One command, which reads the index of them. */
  async countBySlot({ tenantId }: TenantContext, segmentId: string, since: Date): Promise<SlotCount[]> {
    const slot = { $floor: { $divide: [{ $subtract: ['$at', new Date(0)] }, SLOT_MS] } };
    const found = this.database.collection(MembershipChange).aggregate<{
      _id: Omit<SlotCount, 'count'>;
      count: number;
    }>([
      { $match: { tenantId, segmentId, at: { $gt: new Date(since.getTime() - 1) } } },
      { $group: { _id: { slot, entered: '$entered' }, count: { $sum: 1 } } },
    ]);
    return (await found.toArray()).map(({ _id, count }) => ({ ..._id, count }));
  }

  /** How many rows tell of profiles. One command. */
  count(ctx: TenantContext, profileIds: readonly string[]): Promise<number> {
    return this.database.collection(MembershipChange).countDocuments(ofProfiles(ctx, profileIds) as object);
  }

  /** Deletes the rows that tell of profiles. One command. */
  async erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(MembershipChange, ofProfiles(ctx, profileIds));
  }
}

function ofProfiles({ tenantId }: TenantContext, profileIds: readonly string[]): Record<string, unknown> {
  return { tenantId, profileId: { $in: [...profileIds] } };
}
