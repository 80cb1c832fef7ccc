import type { RequestContext } from '../platform/context.js';
import { calendarOf } from '../rules/calendar.rules.js';
import type { MembershipChangeStore } from './membership-change.store.js';
import { shownCount } from './shown-count.js';
import { askedDays, sizesByDay } from './size-history.rules.js';
import type { SegmentSize } from './size-history.view.js';
import type { StandingStore } from './standing.store.js';

/** Tells how a segment's size has changed: out of the stream, so that it is what the stream says. */
export class SizeHistoryService {
  constructor(
    private readonly standings: Pick<StandingStore, 'count'>,
    private readonly stream: Pick<MembershipChangeStore, 'countBySlot'>,
  ) {}

  /** Day by day, the oldest first. Who was erased is not counted on any day. Two commands. */
  async of(ctx: RequestContext, segmentId: string, range: { from: Date; to: Date }): Promise<SegmentSize[]> {
    const calendar = calendarOf(ctx.settings.timeZone);
    const now = ctx.now();
    const asked = askedDays(range, now, calendar);
    const [size, slots] = await Promise.all([
      this.standings.count(ctx, segmentId),
      this.stream.countBySlot(ctx, segmentId, new Date(calendar.startOf(asked.first))),
    ]);
    return sizesByDay(size, slots, asked, calendar).map(({ day, ...counts }) => ({
      day,
      size: shownCount(ctx, counts.size),
      entered: shownCount(ctx, counts.entered),
      exited: shownCount(ctx, counts.exited),
    }));
  }
}
