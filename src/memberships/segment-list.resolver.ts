import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { Segment } from '../segments/segment.entity.js';
import { BulkResult } from '../tags/bulk-result.view.js';
import { ListChange } from './list-change.js';
import type { SegmentListService } from './segment-list.service.js';

/** Making STATIC segments and keeping their lists. */
@Resolver()
export class SegmentListResolver {
  constructor(private readonly lists: SegmentListService) {}

  @Allow('segments:write')
  @Mutation(() => Segment, { description: 'Creates a STATIC segment out of the profiles given, at most 10,000.' })
  createStaticSegment(
    @Ctx() ctx: RequestContext,
    @Arg('name', () => String) name: string,
    @Arg('description', () => String, { nullable: true }) description: string | null,
    @Arg('profileIds', () => [ID]) profileIds: string[],
  ): Promise<Segment> {
    return this.lists.create(ctx, name, description, profileIds);
  }

  @Allow('segments:write')
  @Mutation(() => BulkResult, {
    description:
      "Changes who is on a STATIC segment's list, by ids or by a CSV with a column `profileId`: all of it, or nothing where an id is not known. Members enter and leave within a second.",
  })
  changeSegmentList(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID) id: string,
    @Arg('change', () => ListChange) change: ListChange,
    @Arg('profileIds', () => [ID], { nullable: true, description: 'At most 10,000.' }) profileIds: string[] | null,
    @Arg('csv', () => String, { nullable: true, description: 'Text of at most 10,000 rows below a header.' }) csv:
      | string
      | null,
  ): Promise<BulkResult> {
    return this.lists.change(ctx, id, { profileIds, csv }, change);
  }
}
