import { LIFECYCLE_PATH, RFM_PATH } from '../platform/changed-paths.rules.js';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import type { CustomerNoteStore, NoteWrite } from '../profiles/customer-note.store.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import { newRevision, type StoredProfile } from '../profiles/profile-document.js';
import type { CustomerCourseService } from './customer-course.service.js';
import type { CustomerStanding } from './customer-note.js';
import { isSameStanding, turnsBetween } from './customer-standing.rules.js';

const MOST_ATTEMPTS = 10;

/** Keeps in each profile where the customer stands, and tells of what turns. */
export class CustomerNoteService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly notes: CustomerNoteStore,
    private readonly courses: CustomerCourseService,
    private readonly changes: ChangeLog,
  ) {}

  /**
   * Looks at profiles as of now and brings their notes up to date; with `againAt` they are looked at once more then.
   * Repeating it is harmless: what has turned and was not told of is told of, once or, where a process was killed, twice.
   * At most some hundred profiles. Two commands where nobody turns, and those that read what they did.
   */
  async look(ctx: TenantContext, profileIds: readonly string[], againAt: Date | null = null): Promise<void> {
    let left: readonly string[] = [...new Set(profileIds)];
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS) throw new AppError('SERVICE_UNAVAILABLE', 'Notes are written by too many.');
      left = [...(await this.attempt(ctx, left, againAt))];
    }
  }

  private async attempt(ctx: TenantContext, ids: readonly string[], againAt: Date | null): Promise<Set<string>> {
    const { living: led } = await this.profiles.lead(ctx, ids);
    const living = new Map([...led].filter(([id, { _id }]) => idOf(_id) === id));
    const gone = ids.filter((id) => !living.has(id));
    if (gone.length > 0) await this.notes.forget(ctx, gone);
    const states = [...living.values()].map((stored) => this.profiles.open(ctx, stored).state);
    const standings = await this.courses.standingsOf(ctx, states);
    const now = ctx.now();
    const writes = [...standings].flatMap(([id, found]) => {
      const isSooner = againAt !== null && (found.dueAt === null || againAt < found.dueAt);
      const standing = isSooner ? { ...found, dueAt: againAt } : found;
      return writeOf(id, living.get(id), standing, now) ?? [];
    });
    if (writes.length === 0) return new Set();
    const overtaken = await this.notes.write(
      ctx,
      writes.map(({ write }) => write),
    );
    await this.tell(
      ctx,
      writes.filter(({ write }) => write.note.untold.length > 0 && !overtaken.has(write.profileId)),
      living,
    );
    return overtaken;
  }

  /** A note with something untold is due at once: whoever finds it tells again. */
  private async tell(ctx: TenantContext, turned: readonly Written[], living: ReadonlyMap<string, StoredProfile>) {
    if (turned.length === 0) return;
    const rows = turned.map(({ write: { profileId, note } }) => {
      const version = living.get(profileId)?.version ?? 0;
      return { profileId, kind: 'UPDATED' as const, version, paths: [...note.untold], eventIds: [] };
    });
    await this.changes.append(ctx, rows);
    await this.notes.told(
      ctx,
      turned.map(({ write: { profileId, note }, dueAt }) => ({ profileId, note: { ...note, dueAt } })),
    );
  }
}

/** A note to be written, and when it is due once all was told of. */
interface Written {
  readonly write: NoteWrite;
  readonly dueAt: Date | null;
}

function writeOf(
  profileId: string,
  stored: StoredProfile | undefined,
  standing: CustomerStanding,
  now: Date,
): Written | undefined {
  const before = stored?.customer;
  if (!before && standing.stage === null && standing.dueAt === null) return undefined;
  if (before && before.untold.length === 0 && isSettled(before, standing, now)) return undefined;
  const turns = before && turnsBetween(before, standing);
  const paths = [...(turns?.lifecycle ? [LIFECYCLE_PATH] : []), ...(turns?.tier ? [RFM_PATH] : [])];
  const untold = [...new Set([...(before?.untold ?? []), ...paths])];
  const dueAt = untold.length > 0 ? now : standing.dueAt;
  const note = { ...standing, dueAt, revision: newRevision(), untold };
  return { write: { profileId, before: before?.revision, note }, dueAt: standing.dueAt };
}

/**
 * Whether a note may stay as it is: also where it says that it is due sooner than it is, which whoever looks then puts right.
 * So most of what customers do writes nothing, and is in nobody's way who writes the profile.
 */
function isSettled(before: CustomerStanding, standing: CustomerStanding, now: Date): boolean {
  if (!isSameStanding(before, standing)) return false;
  const [due, found] = [before.dueAt?.getTime(), standing.dueAt?.getTime() ?? Number.POSITIVE_INFINITY];
  return due === undefined ? found === Number.POSITIVE_INFINITY : now.getTime() < due && due <= found;
}
