import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { Profile } from './profile.entity.js';
import { contentOf, newRevision, type StoredProfile } from './profile-document.js';

const PIECE = 500;
const OF_REDIRECTS = { mergedInto: '', intoLife: '', wasProfile: '', seniority: '' } as const;

/** The slot of an account that leads to a profile, or to its tombstone. */
export interface LeadingSlot {
  readonly id: string;
  /** Whether it was a profile of its own before. */
  readonly wasProfile: boolean;
}

/** Tombstones in the collection of profiles: they keep the slots of people who were erased, and say nothing more. */
export class TombstoneStore {
  constructor(private readonly database: Database) {}

  /** Whether a tombstone stands at an id. One command. */
  async isAt(ctx: TenantContext, id: string): Promise<boolean> {
    const [found] = await this.database.findByKeys(Profile, [keyOf(ctx.tenantId, id)], { erasedAt: 1 });
    return found?.erasedAt !== undefined;
  }

  /** What leads to a profile or its tombstone directly, in the order of the ids, behind one of them: one cursor. */
  async *leadingTo(ctx: TenantContext, id: string, after: string | null = null): AsyncGenerator<LeadingSlot> {
    const behind = after !== null && { _id: { $gt: keyOf(ctx.tenantId, after) } };
    const found = this.database
      .collection(Profile)
      .find({ tenantId: ctx.tenantId, mergedInto: keyOf(ctx.tenantId, id), ...behind } as object, {
        projection: { _id: 1, wasProfile: 1 },
        batchSize: PIECE,
      })
      .sort({ _id: 1 });
    for await (const { _id, wasProfile = false } of found as unknown as AsyncIterable<StoredProfile>)
      yield { id: idOf(_id), wasProfile };
  }

  /** How many lead to a profile directly: one command, which reads an index. */
  countLeading(ctx: TenantContext, id: string): Promise<number> {
    const filter = { tenantId: ctx.tenantId, mergedInto: keyOf(ctx.tenantId, id) };
    return this.database.collection(Profile).countDocuments(filter as object);
  }

  /**
   * Lets a tombstone stand for a living profile that is still what was read; false where it is not. All that leads to it
   * leads to the tombstone from then on. One command.
   */
  async erase(ctx: TenantContext, profile: StoredProfile): Promise<boolean> {
    const update = {
      $set: { erasedAt: ctx.now(), revision: newRevision() },
      $unset: { ...contentOf(profile), seniority: '' },
    };
    const filter = { _id: profile._id, revision: profile.revision };
    return (await this.database.updateMany(Profile, [{ filter, update }])) === 1;
  }

  /** Lets tombstones stand for redirects to one, so that nothing tells any more who was one person. One command. */
  async eraseRedirects(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    const update = { $set: { erasedAt: ctx.now(), revision: newRevision() }, $unset: OF_REDIRECTS };
    const operations = ids.map((id) => ({
      filter: { _id: keyOf(ctx.tenantId, id), mergedInto: { $exists: true } },
      update,
    }));
    await this.database.updateMany(Profile, operations);
  }
}
