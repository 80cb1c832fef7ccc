import { isClosed } from '../access/closed-fields.js';
import type { Change } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { type LiveQuery, type LiveSource, membershipsTopic, type Reading } from '../platform/live-source.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileConnection } from '../profiles/profile.view.js';
import type { SegmentService } from '../segments/segment.service.js';
import { isTagId } from '../tags/tag-id.rules.js';
import type { MembershipChange } from './membership-change.entity.js';
import type { MembershipChangeStore } from './membership-change.store.js';
import type {
  SegmentMembership,
  SegmentMembershipChange,
  SegmentMembershipChangePage,
} from './segment-membership.view.js';
import { mayCountPeople, shownCount } from './shown-count.js';
import type { StandingStore } from './standing.store.js';

/** Rows of two writers may be stored in another order than their times for so long: nothing younger is listed. */
const SETTLED_MS = 2_000;
const MOST_ROUNDS = 5;

/** Who is in which segment, and who entered or left, as callers may see it. */
export class MembershipService implements LiveSource {
  constructor(
    private readonly segments: SegmentService,
    private readonly standings: StandingStore,
    private readonly stream: MembershipChangeStore,
    private readonly profiles: ProfileService,
  ) {}

  /** The segments that a profile is in, a moment behind its standing. No command but one for all segments of a request. */
  of(ctx: RequestContext, { segmentsSince = {} }: Profile): Promise<SegmentMembership[]> {
    const memberships = Object.entries(segmentsSince).map(async ([segmentId, enteredAt]) => {
      return { segment: await this.segments.find(ctx, segmentId), enteredAt };
    });
    return Promise.all(memberships);
  }

  /** How many members a segment, or carriers a tag has; null where there are few, and the caller may not read everything in clear. */
  async count(ctx: RequestContext, segmentId: string): Promise<number | null> {
    return mayCountPeople(ctx) ? shownCount(ctx, await this.standings.count(ctx, segmentId)) : null;
  }

  /** A page of a segment's members that the caller may see, by their ids. Two commands a round, five rounds at most. */
  async members(
    ctx: RequestContext,
    segmentId: string,
    first: number,
    after: string | null,
  ): Promise<ProfileConnection> {
    const size = pageSize(first);
    const query = JSON.stringify(['members', segmentId]);
    let place = after ? String(decodeCursor(ctx, query, after)[0]) : undefined;
    const rows: Profile[] = [];
    for (let round = 0; round < MOST_ROUNDS && rows.length <= size; round += 1) {
      const ids = await this.standings.members(ctx, segmentId, place, size + 1);
      const shown = await Promise.all(ids.map((id) => this.profiles.find(ctx, id)));
      rows.push(...shown.flatMap((profile, n) => (isMember(profile) && profile.id === ids[n] ? [profile] : [])));
      place = ids.at(-1);
      if (ids.length <= size) break;
    }
    return pageOf(rows, size, ({ id }) => encodeCursor(ctx, query, [id]), after !== null);
  }

  /** Who entered or left, oldest first: what is two seconds old, in the order it happened. */
  async changes(
    ctx: RequestContext,
    segmentId: string | null,
    first: number,
    after: string | null,
  ): Promise<SegmentMembershipChangePage> {
    const size = pageSize(first);
    if (segmentId !== null && !(await this.segments.find(ctx, segmentId))) throw notFound('The segment');
    const query = JSON.stringify(['membership changes', segmentId]);
    const [id, at] = after ? decodeCursor(ctx, query, after) : [];
    const place = after ? { id: String(id), at: new Date(Number(at)) } : undefined;
    const until = new Date(ctx.now().getTime() - SETTLED_MS);
    const rows = await this.stream.page(ctx, segmentId, place, until, size + 1);
    const cursorOf = (row: MembershipChange) => encodeCursor(ctx, query, [idOf(row._id), row.at.getTime()]);
    const page = rows.slice(0, size);
    const shown = await Promise.all(page.map((row) => this.shown(ctx, row)));
    const last = page.at(-1);
    return {
      changes: shown.flatMap((change, n) =>
        change ? [{ ...change, cursor: cursorOf(page[n] as MembershipChange) }] : [],
      ),
      endCursor: last ? cursorOf(last) : after,
      hasNextPage: rows.length > size,
    };
  }

  /** Follows one segment, or all. */
  async follow(ctx: RequestContext, { segmentId }: Readonly<Record<string, unknown>>): Promise<LiveQuery> {
    const wanted = typeof segmentId === 'string' ? segmentId : null;
    if (wanted !== null && kindOfId(wanted) !== 'seg') throw badInput('segmentId', 'is no id of a segment');
    if (wanted !== null && !(await this.segments.find(ctx, wanted))) throw notFound('The segment');
    return { topics: [membershipsTopic()], read: (reader, change) => this.read(reader, change, wanted) };
  }

  private async read(ctx: RequestContext, { turnIds = [] }: Change, wanted: string | null): Promise<Reading> {
    const rows = await this.stream.find(ctx, turnIds);
    const read = turnIds.map((id) => {
      const row = rows.get(id);
      if (!row) return undefined;
      return wanted === null || row.segmentId === wanted ? this.shown(ctx, row) : null;
    });
    return { values: await Promise.all(read) };
  }

  /** Null where it is no segment, the segment is gone, or the profile or its segments are not for this caller. */
  private async shown(
    ctx: RequestContext,
    { segmentId, profileId, entered, reason, at }: MembershipChange,
  ): Promise<Omit<SegmentMembershipChange, 'cursor'> | null> {
    if (isTagId(segmentId)) return null;
    const [segment, profile] = await Promise.all([
      this.segments.find(ctx, segmentId),
      this.profiles.find(ctx, profileId),
    ]);
    return segment && isMember(profile) ? { segment, profile, entered, reason, at } : null;
  }
}

/** Whether a profile is one that the caller may know the segments of. */
function isMember(profile: Profile | null): profile is Profile {
  return profile !== null && !isClosed(profile, 'segments');
}
