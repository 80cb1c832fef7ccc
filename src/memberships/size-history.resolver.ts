import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { DateRange } from '../platform/date-range.js';
import { Segment } from '../segments/segment.entity.js';
import type { SizeHistoryService } from './size-history.service.js';
import { SegmentSize } from './size-history.view.js';

/** How large a segment was. */
@Resolver(() => Segment)
export class SizeHistoryResolver {
  constructor(private readonly sizes: SizeHistoryService) {}

  @Allow('segments:read')
  @FieldResolver(() => [SegmentSize], {
    description: "Its size on each of the tenant's days that the range touches, the oldest first, up to today.",
  })
  sizeHistory(
    @Ctx() ctx: RequestContext,
    @Root() { id }: Segment,
    @Arg('range', () => DateRange, { description: 'At most 92 days, of the last 400.' }) range: DateRange,
  ): Promise<SegmentSize[]> {
    return this.sizes.of(ctx, id, range);
  }
}
