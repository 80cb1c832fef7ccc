import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import { placeOf } from '../profiles/living-pieces.js';
import type { ProfilePlace, SlotStore } from '../profiles/slot.store.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { BookEntry } from '../segments/segment-book.js';
import type { TagAssignmentStore } from '../tags/tag-assignment.store.js';
import { isTagId } from '../tags/tag-id.rules.js';
import type { EvaluationService } from './evaluation.service.js';
import type { ListedMemberStore } from './listed-member.store.js';
import type { StandingStore } from './standing.store.js';

/** For so long another process may evaluate by the definitions before. */
const DEFINITIONS_SEEN_MS = 2_000;
const PIECE = 100;

const parameters = z.strictObject({});

/** Where the job has come to. */
interface Place {
  /** The definitions that everybody is evaluated for. */
  readonly segments: readonly Pick<BookEntry, 'id' | 'version'>[];
  /** When it began: as of then at least members are known. */
  readonly at: string;
  readonly total: number;
  readonly done: number;
  readonly after: ProfilePlace | null;
}

/**
 * Evaluates everybody for the segments and tags whose definitions have changed, and lets go of the members of those that
 * are deleted. Who changes meanwhile is evaluated by the new definitions anyway.
 */
export class SegmentEvaluationService implements JobKind {
  readonly kind = 'evaluate-segments';
  readonly permission = 'segments:write' as const;
  readonly parameters = parameters;

  constructor(
    private readonly segments: SegmentService,
    private readonly evaluation: EvaluationService,
    private readonly standings: StandingStore,
    private readonly lists: ListedMemberStore,
    private readonly assignments: TagAssignmentStore,
    private readonly slots: SlotStore,
  ) {}

  async run(_: TenantContext, __: unknown, job: JobRun): Promise<Record<string, unknown>> {
    let evaluated = 0;
    let place = (job.checkpoint as Place | null) ?? (await this.begin(job));
    for (;;) {
      place = await this.walk(await job.context(), place, job);
      evaluated += place.segments.length;
      const ctx = await job.context();
      await this.segments.evaluated(ctx, place.segments, new Date(place.at));
      const deleted = await this.letGo(ctx, job);
      if (!(await this.hasMore(ctx))) return { segments: evaluated, profiles: place.done, deleted };
      place = await this.begin(job);
    }
  }

  async hasMore(ctx: TenantContext): Promise<boolean> {
    const book = await this.segments.freshBook(ctx);
    return book.outdated().size > 0 || (await this.segments.deleted(ctx)).length > 0;
  }

  private async begin(job: JobRun): Promise<Place> {
    await delay(DEFINITIONS_SEEN_MS, undefined, { signal: job.signal });
    const ctx = await job.context();
    const book = await this.segments.freshBook(ctx);
    const segments = [...book.outdated()].flatMap((id) => book.entries.get(id) ?? []);
    const total = segments.length > 0 ? await this.slots.countLiving(ctx) : 0;
    const ids = segments.map(({ id, version }) => ({ id, version }));
    return { segments: ids, at: ctx.now().toISOString(), total, done: 0, after: null };
  }

  private async walk(ctx: TenantContext, begun: Place, job: JobRun): Promise<Place> {
    let place = begun;
    if (place.segments.length === 0) return place;
    const segmentIds = new Set(place.segments.map(({ id }) => id));
    for await (const piece of piecesOf(this.slots.livingAfter(ctx, place.after), PIECE)) {
      const now = await job.context();
      await this.evaluation.evaluate(now, new Map(piece.map(({ id }) => [id, { segmentIds, reason: 'rule' }])));
      place = { ...place, done: place.done + piece.length, after: placeOf(piece) };
      await job.save(place, Math.min(1, place.done / Math.max(1, place.total)));
    }
    return place;
  }

  /** Lets the members of deleted segments leave them, and the carriers of deleted tags lose them; then nothing of those is left. */
  private async letGo(ctx: TenantContext, job: JobRun): Promise<number> {
    const ids = await this.segments.deleted(ctx);
    for (const id of ids) {
      if (isTagId(id)) await this.assignments.endAll(ctx, id);
      else await this.clearList(ctx, id);
      for (let members = await this.standings.members(ctx, id, undefined, PIECE); members.length > 0; ) {
        const reason = isTagId(id) ? 'deletion of the tag' : 'deletion of the segment';
        const look = { segmentIds: new Set<string>(), reason };
        await this.evaluation.evaluate(await job.context(), new Map(members.map((member) => [member, look])));
        members = await this.standings.members(ctx, id, undefined, PIECE);
      }
    }
    await this.segments.forget(ctx, ids);
    return ids.length;
  }

  private async clearList(ctx: TenantContext, id: string): Promise<void> {
    for (let listed = await this.lists.listed(ctx, id); listed.length > 0; listed = await this.lists.listed(ctx, id))
      await this.lists.remove(ctx, id, listed);
  }
}
