import { Arg, FieldResolver, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { After, First, ResumeAfter } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { SegmentMembership, SegmentMembershipChange, SegmentMembershipChangePage } from './segment-membership.view.js';

/** Who is in which segment, and who entered or left. */
@Resolver(() => Profile)
export class SegmentMembershipResolver {
  @Allow('segments:read')
  @FieldResolver(() => [SegmentMembership], { nullable: true, description: 'The segments the profile is in now.' })
  segments(@Root() _profile: Profile): SegmentMembership[] | null {
    return null;
  }

  @Allow('segments:read')
  @Query(() => SegmentMembershipChangePage, {
    description: 'Who entered or left segments, oldest first, to be read again and again from the last endCursor.',
  })
  segmentMembershipChanges(
    @Arg('segmentId', () => ID, { nullable: true, description: 'Only of this segment; absent: of all.' }) _segmentId:
      | string
      | null,
    @First(100) _first: number,
    @After() _after: string | null,
  ): Promise<SegmentMembershipChangePage> {
    throw notImplemented('segmentMembershipChanges');
  }

  @Allow('segments:read')
  @Subscription(() => SegmentMembershipChange, {
    subscribe: () => {
      throw notImplemented('segmentMembershipChanged');
    },
    description: 'Each profile that enters or leaves a segment.',
  })
  segmentMembershipChanged(
    @Root() change: SegmentMembershipChange,
    @Arg('segmentId', () => ID, { nullable: true, description: 'Only of this segment; absent: of all.' }) _segmentId:
      | string
      | null,
    @ResumeAfter() _after: string | null,
  ): SegmentMembershipChange {
    return change;
  }
}
