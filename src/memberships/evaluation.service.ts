import { SEGMENTS_PATH, TAGS_PATH } from '../platform/changed-paths.rules.js';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { idOf, ulid } from '../platform/ids.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentBook } from '../segments/segment-book.js';
import { isTagId } from '../tags/tag-id.rules.js';
import { isOutdatedFor, judge, NOBODY, wantedOf } from './judge.rules.js';
import type { MembershipChangeStore } from './membership-change.store.js';
import type { MembershipTurn } from './standing.entity.js';
import { earlier, type Found, standingAfter } from './standing.rules.js';
import type { StandingStore, StandingWrite, StoredStanding, WrittenStanding } from './standing.store.js';
import { noteOfStanding } from './standing-note.rules.js';
import type { SubjectService } from './subject.service.js';

/** Two writers of one profile meet when time runs out as something happens: the second looks again. */
const MOST_ATTEMPTS = 10;
const TURN_PREFIX = 'mch_';

/** Why a profile is looked at, and for which segments. */
export interface Look {
  /** And for which tags. Absent: all of them. */
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

/** A standing that a profile is to hold what is shown of. */
type NotedStanding = Parameters<typeof noteOfStanding>[0];

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
   * Seven commands where nobody enters or leaves anything, eleven where some do.
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
    await this.noteAgain(ctx, read);
    await this.tellAgain(ctx, read);
    const writes = await this.writes(ctx, looks, read);
    if (writes.length === 0) return new Set();
    const written = await this.standings.write(ctx, writes);
    await this.tell(ctx, written, living);
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
    const wanted = (id: string) => wantedOf(book, looks.get(id)?.segmentIds, standings.get(id));
    const reads = book.readsOf(new Set(states.flatMap(({ id }) => [...wanted(id).ids])));
    const subjects = await this.subjects.of(ctx, states, reads);
    if (!isFresh && [...subjects.values()].some((subject) => isOutdatedFor(book, subject)))
      return this.writes(ctx, looks, { ...read, book: await this.segments.freshBook(ctx) }, true);
    const at = ctx.now(); // ids of turns and their time agree, so that either gives the order of the stream
    return [...looks].flatMap(([profileId, look]) => {
      const before = standings.get(profileId);
      const subject = subjects.get(profileId);
      if (!before && !subject) return [];
      const { ids, isWhole } = wanted(profileId);
      const judged = subject ? judge(book, subject, ids, at) : NOBODY;
      const dueAt = earlier(judged.dueAt, look.againAt ?? null);
      const found: Found = { ...judged, dueAt, isWhole: isWhole || !subject, reason: look.reason, at };
      const next = standingAfter(
        before,
        found,
        (id) => book.entries.has(id),
        () => newTurnId(at),
      );
      return next ? [{ profileId, before, ...next }] : [];
    });
  }

  /** What a process that was killed had written and not noted in the profiles is noted now. */
  private async noteAgain(ctx: TenantContext, { standings, living }: Read): Promise<void> {
    const stale = [...standings].flatMap(([profileId, standing]) => {
      const stored = living.get(profileId);
      const isStale = stored && (standing.shownRevision ?? 0) > (stored.segmentsNoted ?? 0);
      return isStale ? [{ ...standing, profileId }] : [];
    });
    await this.note(ctx, stale);
  }

  private async note(ctx: TenantContext, noted: readonly NotedStanding[]): Promise<void> {
    if (noted.length === 0) return;
    const book = await this.segments.book(ctx);
    await this.profiles.noteStandings(
      ctx,
      noted.map((standing) => noteOfStanding(standing, book)),
    );
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
      const { segmentIds, enteredAt, notes = {}, dueAt } = before;
      const isTold = turns.every(({ id }) => known.has(id));
      return isTold
        ? []
        : [{ profileId, before, state: { segmentIds, enteredAt, notes, dueAt, turns }, isShown: true }];
    });
    const written = await this.standings.write(ctx, untold);
    await this.tell(
      ctx,
      written.map((standing) => ({ ...standing, turns: standing.turns.filter(({ id }) => !known.has(id)) })),
      living,
    );
  }

  /** Notes what is shown of standings in the profiles, then tells of turns; the rows of the stream come last: where they are, all was told. */
  private async tell(
    ctx: TenantContext,
    written: readonly WrittenStanding[],
    living: ReadonlyMap<string, StoredProfile>,
  ): Promise<void> {
    await this.note(
      ctx,
      written.filter(({ isShown, profileId }) => isShown && living.has(profileId)),
    );
    const turned = written.filter(({ turns }) => turns.length > 0);
    if (turned.length === 0) return;
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
  const isOfTag = turns.map(({ segmentId }) => isTagId(segmentId));
  const paths = [...(isOfTag.includes(false) ? [SEGMENTS_PATH] : []), ...(isOfTag.includes(true) ? [TAGS_PATH] : [])];
  return { ulid, profileId, kind: 'UPDATED' as const, version, paths, eventIds: [], turnIds: ids };
}
