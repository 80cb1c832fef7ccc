import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { servedLive } from '../platform/live-source.js';
import { After, First, ResumeAfter } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { ProfileConnection } from '../profiles/profile.view.js';
import { Segment } from '../segments/segment.entity.js';
import { TagDefinition } from '../tags/tag-definition.entity.js';
import type { MembershipService } from './membership.service.js';
import { SegmentMembership, SegmentMembershipChange, SegmentMembershipChangePage } from './segment-membership.view.js';

/** The segments of a profile, and who entered or left any. */
@Resolver(() => Profile)
export class SegmentMembershipResolver {
  constructor(private readonly memberships: MembershipService) {}

  @Allow('segments:read')
  @FieldResolver(() => [SegmentMembership], { nullable: true, description: 'The segments the profile is in now.' })
  segments(@Ctx() ctx: RequestContext, @Root() profile: Profile): Promise<SegmentMembership[]> {
    return this.memberships.of(ctx, profile);
  }

  @Allow('segments:read')
  @Query(() => SegmentMembershipChangePage, {
    description:
      'Who entered or left segments, oldest first, to be read again and again from the last endCursor. A change is listed two seconds after it.',
  })
  segmentMembershipChanges(
    @Ctx() ctx: RequestContext,
    @Arg('segmentId', () => ID, { nullable: true, description: 'Only of this segment; absent: of all.' }) segmentId:
      | string
      | null,
    @First(100) first: number,
    @After() after: string | null,
  ): Promise<SegmentMembershipChangePage> {
    return this.memberships.changes(ctx, segmentId ?? null, first, after ?? null);
  }

  @Allow('segments:read')
  @Subscription(() => SegmentMembershipChange, {
    subscribe: servedLive,
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

/** The carriers of a tag. */
@Resolver(() => TagDefinition)
export class TagCarriersResolver {
  constructor(private readonly memberships: MembershipService) {}

  @Allow('segments:read')
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      "Profiles that carry the tag; null where the caller may not know it, and for who may not read everything in clear where there are fewer than the tenant's `smallestCell`.",
  })
  profileCount(@Ctx() ctx: RequestContext, @Root() { id }: TagDefinition): Promise<number | null> {
    return this.memberships.count(ctx, id);
  }
}

/** The members of a segment. */
@Resolver(() => Segment)
export class SegmentMembersResolver {
  constructor(private readonly memberships: MembershipService) {}

  @Allow('profiles:list')
  @FieldResolver(() => ProfileConnection, { description: 'The profiles in it that the caller may see.' })
  members(
    @Ctx() ctx: RequestContext,
    @Root() { id }: Segment,
    @First(20) first: number,
    @After() after: string | null,
  ): Promise<ProfileConnection> {
    return this.memberships.members(ctx, id, first, after ?? null);
  }

  @Allow('segments:read')
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      "Profiles in it; null where the caller may not know it, and for who may not read everything in clear where there are fewer than the tenant's `smallestCell`.",
  })
  memberCount(@Ctx() ctx: RequestContext, @Root() { id }: Segment): Promise<number | null> {
    return this.memberships.count(ctx, id);
  }
}
