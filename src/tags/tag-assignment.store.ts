import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf, ulid } from '../platform/ids.js';
import { MOST_TAGS } from './tag.rules.js';
import { TagAssignment, type TagEnding } from './tag-assignment.entity.js';

/** An assignment as it is stored. */
export type StoredAssignment = TagAssignment & Stored;

/** A new assignment. */
export type NewAssignment = Pick<
  TagAssignment,
  'tagId' | 'key' | 'kind' | 'accountId' | 'source' | 'confidence' | 'at' | 'expiresAt'
>;

/** How assignments end. */
export interface Ending {
  readonly ending: TagEnding;
  /** Null where it follows from what was done to the tag. */
  readonly endedBy: string | null;
}

const PIECE = 500;

/** The collection of assignments. */
export class TagAssignmentStore {
  constructor(private readonly database: Database) {}

  /** Appends assignments. One command. */
  async add(ctx: TenantContext, assigned: readonly NewAssignment[]): Promise<void> {
    const { tenantId } = ctx;
    const rows = assigned.map((one) => {
      const _id = keyOf(tenantId, `tga_${ulid(one.at)}`);
      return { _id, tenantId, ...one, isOpen: true, ending: null, endedAt: null, endedBy: null };
    });
    await this.database.insertNew(TagAssignment, rows);
  }

  /** The assignments of accounts that nobody ended, by account; some may have expired. One command. */
  async openOf(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, StoredAssignment[]>> {
    const most = MOST_TAGS * Math.max(1, accountIds.length);
    const filter = { tenantId: ctx.tenantId, isOpen: true };
    return groupBy(
      await this.database.findByList(TagAssignment, filter, ['accountId', accountIds], most),
      ({ accountId }) => accountId,
    );
  }

  /** Ends assignments that nobody has ended yet. One command. */
  async end(ctx: TenantContext, rows: readonly Pick<StoredAssignment, '_id'>[], ending: Ending): Promise<void> {
    const update = { $set: { isOpen: false, ...ending, endedAt: ctx.now() } };
    await this.database.updateMany(
      TagAssignment,
      rows.map(({ _id }) => ({ filter: { _id, isOpen: true }, update })),
    );
  }

  /** Ends all assignments of a tag that is deleted. One command where there are none, two for each 500. */
  async endAll(ctx: TenantContext, tagId: string): Promise<void> {
    const filter = { tenantId: ctx.tenantId, isOpen: true, tagId };
    const some = () => this.database.collection(TagAssignment).find(filter).limit(PIECE).toArray();
    for (let rows = await some(); rows.length > 0; rows = await some())
      await this.end(ctx, rows as unknown as StoredAssignment[], { ending: 'DELETED', endedBy: null });
  }

  /** The assignments of accounts made last, the newest first, at most so many. One command. */
  async history(ctx: TenantContext, accountIds: readonly string[], most: number): Promise<StoredAssignment[]> {
    const found = this.database.collection(TagAssignment).find(ofAccounts(ctx, accountIds) as object);
    return (await found.sort({ at: -1, _id: -1 }).limit(most).toArray()) as unknown as StoredAssignment[];
  }

  /** All assignments of accounts, as their person is told of them: one cursor. */
  async *told(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<Record<string, unknown>> {
    const found = this.database
      .collection(TagAssignment)
      .find(ofAccounts(ctx, accountIds) as object, { projection: { tenantId: 0, tagId: 0, isOpen: 0, endedBy: 0 } });
    for await (const { _id, ...row } of found) yield { id: idOf(String(_id)), ...row };
  }

  /** How many assignments accounts have. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(TagAssignment).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /** Deletes the assignments of accounts. One command. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(TagAssignment, ofAccounts(ctx, accountIds));
  }
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountId: { $in: [...accountIds] } };
}
