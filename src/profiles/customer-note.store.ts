import type { CustomerNote } from '../customers/customer-note.js';
import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { upTo } from '../platform/span.rules.js';
import { Profile } from './profile.entity.js';

/** A note to be written where the one before is still what was read. */
export interface NoteWrite {
  readonly profileId: string;
  /** The revision of the note before; undefined where there was none. */
  readonly before: string | undefined;
  readonly note: CustomerNote;
}

/** Where customers stand, as it is noted in their profiles: beside what stitching writes, and never in its way. */
export class CustomerNoteStore {
  constructor(private readonly database: Database) {}

  /** Writes notes, and returns the profiles that others were faster with. One command, two where some were. */
  async write(ctx: TenantContext, writes: readonly NoteWrite[]): Promise<Set<string>> {
    const operations = writes.map(({ profileId, before = null, note }) => ({
      filter: {
        _id: keyOf(ctx.tenantId, profileId),
        mergedInto: null,
        erasedAt: null,
        'customer.revision': before,
      },
      update: { $set: { customer: note } },
    }));
    const matched = await this.database.updateEach(Profile, operations);
    if (matched === operations.length) return new Set();
    const written = new Map(writes.map(({ profileId, note }) => [profileId, note.revision]));
    const keys = operations.map(({ filter }) => filter._id);
    const stored = await this.database.findByKeys(Profile, keys, { 'customer.revision': 1 });
    const own = new Set(
      stored.map(({ _id }) => idOf(_id)).filter((id, n) => stored[n]?.customer?.revision === written.get(id)),
    );
    return new Set([...written.keys()].filter((id) => !own.has(id)));
  }

  /** Notes that what had turned was told of. One command. */
  async told(ctx: TenantContext, notes: readonly Omit<NoteWrite, 'before'>[]): Promise<void> {
    const operations = notes.map(({ profileId, note }) => ({
      filter: { _id: keyOf(ctx.tenantId, profileId), 'customer.revision': note.revision },
      update: { $set: { 'customer.untold': [], 'customer.dueAt': note.dueAt } },
    }));
    await this.database.updateEach(Profile, operations);
  }

  /** Takes the notes out of what is no profile any more: what leads elsewhere, or was erased. One command. */
  async forget(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    const gone = [{ mergedInto: { $gt: '' } }, { erasedAt: { $gt: new Date(0) } }];
    const operations = profileIds.flatMap((id) =>
      gone.map((kind) => ({ filter: { _id: keyOf(ctx.tenantId, id), ...kind }, update: { $unset: { customer: '' } } })),
    );
    await this.database.updateEach(Profile, operations);
  }

  /** When somebody is to be looked at again next; undefined where nobody is. One command. */
  async nextDue(ctx: TenantContext): Promise<Date | undefined> {
    const filter = { tenantId: ctx.tenantId, 'customer.dueAt': { $gt: new Date(0) } };
    const found = this.database.collection(Profile).find(filter as object, { projection: { 'customer.dueAt': 1 } });
    const [first] = await found.sort({ 'customer.dueAt': 1 }).limit(1).toArray();
    return first?.customer?.dueAt ?? undefined;
  }

  /** Those that are to be looked at again by now, at most so many. One command. */
  async due(ctx: TenantContext, most: number): Promise<string[]> {
    const filter = { tenantId: ctx.tenantId, 'customer.dueAt': { $gt: new Date(0), ...upTo(ctx.now()) } };
    const found = this.database.collection(Profile).find(filter as object, { projection: { _id: 1 } });
    return (await found.sort({ 'customer.dueAt': 1 }).limit(most).toArray()).map(({ _id }) => idOf(String(_id)));
  }
}
