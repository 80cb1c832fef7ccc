import { type ChangeLog, SEGMENTS_PATH } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { idOf, ulid } from '../platform/ids.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { Subject } from '../rules/subject.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentBook } from '../segments/segment-book.js';
import type { MembershipChangeStore } from './membership-change.store.js';
import type { MembershipTurn } from './standing.entity.js';
import { earlier, type Found, standingAfter } from './standing.rules.js';
import type { StandingStore, StandingWrite, StoredStanding, WrittenStanding } from './standing.store.js';
import type { SubjectService } from './subject.service.js';

/** Two writers of one profile meet when time runs out as something happens: the second looks again. */
const MOST_ATTEMPTS = 10;
const TURN_PREFIX = 'mch_';

/** Why a profile is looked at, and for which segments. */
export interface Look {
  /** Absent: all of them. */
  readonly segmentIds?: ReadonlySet<string> | undefined;
  readonly reason: string;
  /** When it is to be looked at again, whatever rules say: what it depends on may not be stored yet. */
  readonly againAt?: Date | undefined;
}

/** What was read of some profiles. */
interface Read {
  readonly book: SegmentBook;
  readonly living: ReadonlyMap<string, StoredProfile>;
  readonly standings: ReadonlyMap<string, StoredStanding>;
}

/** Finds where profiles stand, and tells what they have entered and left. */
export class EvaluationService {
  constructor(
    private readonly segments: SegmentService,
    private readonly profiles: ProfileStore,
    private readonly subjects: SubjectService,
    private readonly standings: StandingStore,
    private readonly stream: MembershipChangeStore,
    private readonly changes: ChangeLog,
  ) {}

  /**
   * Looks at profiles as of now and brings their standings up to date; those that lead elsewhere, or are erased, leave all
   * they were in. Repeating it is harmless: what was written and not told of is told of. At most some hundred profiles.
   * Six commands where nobody enters or leaves anything, ten where some do.
   */
  async evaluate(ctx: TenantContext, looks: ReadonlyMap<string, Look>): Promise<void> {
    let left = looks;
    for (let attempt = 0; left.size > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS) throw new AppError('SERVICE_UNAVAILABLE', 'Standings are written by too many.');
      const overtaken = await this.attempt(ctx, left);
      left = new Map([...left].filter(([id]) => overtaken.has(id)));
    }
  }

  private async attempt(ctx: TenantContext, looks: ReadonlyMap<string, Look>): Promise<ReadonlySet<string>> {
    const ids = [...looks.keys()];
    const [book, { living: led }, standings] = await Promise.all([
      this.segments.book(ctx),
      this.profiles.lead(ctx, ids),
      this.standings.find(ctx, ids),
    ]);
    const living = new Map([...led].filter(([id, { _id }]) => idOf(_id) === id));
    const read = { book, living, standings };
    await this.tellAgain(ctx, read);
    const writes = await this.writes(ctx, looks, read);
    if (writes.length === 0) return new Set();
    const written = await this.standings.write(ctx, writes);
    await this.tell(
      ctx,
      written.filter(({ turns }) => turns.length > 0),
      living,
    );
    const own = new Set(written.map(({ profileId }) => profileId));
    return new Set(writes.map(({ profileId }) => profileId).filter((id) => !own.has(id)));
  }

  private async writes(
    ctx: TenantContext,
    looks: ReadonlyMap<string, Look>,
    read: Read,
    isFresh = false,
  ): Promise<StandingWrite[]> {
    const { book, living, standings } = read;
    const usable = [...living.values()].filter((stored) => mayBeUsed(stored));
    const states = usable.map((stored) => this.profiles.open(ctx, stored).state);
    const wanted = (id: string) => wantedOf(book, looks.get(id), standings.get(id));
    const reads = book.readsOf(new Set(states.flatMap(({ id }) => [...wanted(id).ids])));
    const subjects = await this.subjects.of(ctx, states, reads);
    // who is on a list of a segment that the book doesn't know may be on one that was made a moment ago
    const isOutdated = [...subjects.values()].some(({ segments }) => [...segments].some((id) => !book.entries.has(id)));
    if (isOutdated && !isFresh)
      return this.writes(ctx, looks, { ...read, book: await this.segments.freshBook(ctx) }, true);
    const at = ctx.now(); // ids of turns and their time agree, so that either gives the order of the stream
    return [...looks].flatMap(([profileId, look]) => {
      const before = standings.get(profileId);
      const subject = subjects.get(profileId);
      if (!before && !subject) return [];
      const { ids, isWhole } = wanted(profileId);
      const found = subject ? judge(ctx, book, subject, ids) : { members: new Map(), dueAt: null };
      const state = standingAfter(
        before,
        {
          members: found.members,
          dueAt: earlier(found.dueAt, look.againAt ?? null),
          isWhole: isWhole || !subject,
          reason: look.reason,
          at,
        } satisfies Found,
        (id) => book.entries.has(id),
        () => newTurnId(at),
      );
      return state ? [{ profileId, before, state }] : [];
    });
  }

  /**
   * What a process that was killed had written and not told of is told now: as of now, since who reads the stream may
   * have passed the place where it would have stood.
   */
  private async tellAgain(ctx: TenantContext, { standings, living }: Read): Promise<void> {
    const turned = [...standings].filter(([, { turns }]) => turns.length > 0);
    if (turned.length === 0) return;
    const ids = turned.flatMap(([, { turns }]) => turns.map(({ id }) => id));
    const known = await this.stream.find(ctx, ids);
    const at = ctx.now();
    const untold = turned.flatMap(([profileId, before]) => {
      const turns = before.turns.map((turn) => (known.has(turn.id) ? turn : { ...turn, id: newTurnId(at), at }));
      const { segmentIds, enteredAt, dueAt } = before;
      const isTold = turns.every(({ id }) => known.has(id));
      return isTold ? [] : [{ profileId, before, state: { segmentIds, enteredAt, dueAt, turns } }];
    });
    const written = await this.standings.write(ctx, untold);
    await this.tell(
      ctx,
      written.map((standing) => ({ ...standing, turns: standing.turns.filter(({ id }) => !known.has(id)) })),
      living,
    );
  }

  /** Notes memberships in the profiles, then tells of them; the rows of the stream come last: where they are, all was told. */
  private async tell(
    ctx: TenantContext,
    turned: readonly WrittenStanding[],
    living: ReadonlyMap<string, StoredProfile>,
  ): Promise<void> {
    if (turned.length === 0) return;
    await this.profiles.noteSegments(
      ctx,
      turned.filter(({ profileId }) => living.has(profileId)),
    );
    await this.changes.append(
      ctx,
      turned.map(({ profileId, turns }) => changeOf(profileId, turns, living.get(profileId)?.version ?? 0)),
    );
    await this.stream.append(ctx, turned);
  }
}

function newTurnId(at: Date): string {
  return `${TURN_PREFIX}${ulid(at)}`;
}

/** The change that tells of turns: always the same, however often they are told. */
function changeOf(profileId: string, turns: readonly MembershipTurn[], version: number) {
  const ids = turns.map(({ id }) => id);
  const ulid = ids[0]?.slice(TURN_PREFIX.length) ?? '';
  return { ulid, profileId, kind: 'UPDATED' as const, version, paths: [SEGMENTS_PATH], eventIds: [], turnIds: ids };
}

/** Which segments a profile is looked at for, and whether these are all. */
function wantedOf(book: SegmentBook, look: Look | undefined, standing: StoredStanding | undefined) {
  const isWhole = !look?.segmentIds || !standing;
  return { ids: isWhole ? new Set(book.entries.keys()) : (look.segmentIds ?? new Set<string>()), isWhole };
}

function judge(ctx: TenantContext, book: SegmentBook, subject: Subject, ids: ReadonlySet<string>) {
  const at = ctx.now();
  let dueAt: Date | null = null;
  const members = new Map<string, boolean>();
  for (const id of ids) {
    const rule = book.ruleOf(id);
    members.set(id, rule ? rule.holds(subject, at) : book.entries.has(id) && subject.segments.has(id));
    if (rule) dueAt = earlier(dueAt, rule.dueAt(subject, at));
  }
  return { members, dueAt };
}
