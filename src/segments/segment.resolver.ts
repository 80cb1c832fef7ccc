import { Arg, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { After, First } from '../platform/page-args.js';
import { ProfileConnection } from '../profiles/profile.view.js';
import { RuleInput } from './rule.inputs.js';
import { Segment } from './segment.entity.js';
import { RuleExplanation, SegmentConnection, SegmentPreview } from './segment.view.js';

/** Defining segments and asking who is in them. */
@Resolver(() => Segment)
export class SegmentResolver {
  @Allow('profiles:list')
  @FieldResolver(() => ProfileConnection, { description: 'The profiles in it that the caller may see.' })
  members(
    @Root() _segment: Segment,
    @First(20) _first: number,
    @After() _after: string | null,
  ): Promise<ProfileConnection> {
    throw notImplemented('Segment.members');
  }

  @Allow('segments:read')
  @Query(() => Segment, { nullable: true, description: 'One segment.' })
  segment(@Arg('id', () => ID) _id: string): Promise<Segment | null> {
    throw notImplemented('segment');
  }

  @Allow('segments:read')
  @Query(() => SegmentConnection, { description: "The tenant's segments, newest first." })
  segments(@First(50) _first: number, @After() _after: string | null): Promise<SegmentConnection> {
    throw notImplemented('segments');
  }

  @Allow('segments:read')
  @Query(() => SegmentPreview, { description: 'Whom a rule would hold for now; nothing is stored.' })
  previewSegment(@Arg('rule', () => RuleInput) _rule: RuleInput): Promise<SegmentPreview> {
    throw notImplemented('previewSegment');
  }

  @Allow('segments:read')
  @Query(() => RuleExplanation, { description: "Why a profile is in a segment, or isn't." })
  explainSegment(
    @Arg('segmentId', () => ID) _segmentId: string,
    @Arg('profileId', () => ID) _profileId: string,
  ): Promise<RuleExplanation> {
    throw notImplemented('explainSegment');
  }

  @Allow('segments:write')
  @Mutation(() => Segment, {
    description: 'Creates a DYNAMIC segment: its members are whoever the rule holds for, from moment to moment.',
  })
  createSegment(
    @Arg('name', () => String) _name: string,
    @Arg('description', () => String, { nullable: true }) _description: string | null,
    @Arg('rule', () => RuleInput) _rule: RuleInput,
  ): Promise<Segment> {
    throw notImplemented('createSegment');
  }

  @Allow('segments:write')
  @Mutation(() => Segment, { description: 'Creates a STATIC segment out of the profiles given.' })
  createStaticSegment(
    @Arg('name', () => String) _name: string,
    @Arg('description', () => String, { nullable: true }) _description: string | null,
    @Arg('profileIds', () => [ID]) _profileIds: string[],
  ): Promise<Segment> {
    throw notImplemented('createStaticSegment');
  }

  @Allow('segments:write')
  @Mutation(() => Segment, {
    description: 'Changes what is given and leaves the rest; a new rule is evaluated anew for everyone.',
  })
  updateSegment(
    @Arg('id', () => ID) _id: string,
    @Arg('name', () => String, { nullable: true }) _name: string | null,
    @Arg('description', () => String, { nullable: true }) _description: string | null,
    @Arg('rule', () => RuleInput, { nullable: true }) _rule: RuleInput | null,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description: 'The version last read: where it is no longer the newest, the answer is CONFLICT. Absent: no check.',
    })
    _expectedVersion: number | null,
  ): Promise<Segment> {
    throw notImplemented('updateSegment');
  }

  @Allow('segments:write')
  @Mutation(() => Boolean, { description: 'Deletes a segment with its memberships.' })
  deleteSegment(@Arg('id', () => ID) _id: string): Promise<boolean> {
    throw notImplemented('deleteSegment');
  }
}
