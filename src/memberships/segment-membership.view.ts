import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';
import { Segment } from '../segments/segment.entity.js';

/** A segment that a profile is in. */
@ObjectType({ simpleResolvers: true, description: 'A segment that a profile is in.' })
export class SegmentMembership {
  @Field(() => Segment, { nullable: true, description: 'Null where it was deleted in the meantime.' })
  segment!: Segment | null;

  @Field(() => DateTime)
  enteredAt!: Date;
}

/** A profile that entered or left a segment. */
@ObjectType({ simpleResolvers: true, description: 'A profile that entered or left a segment.' })
export class SegmentMembershipChange {
  @Field(() => String, { description: 'Give it as `after` to go on behind this change.' })
  cursor!: string;

  @Field(() => Segment)
  segment!: Segment;

  @Field(() => Profile)
  profile!: Profile;

  @Field(() => Boolean, { description: 'True: entered; false: left.' })
  entered!: boolean;

  @Field(() => String, { description: 'What caused it: an event, a trait, time that ran out, a merge, a new rule.' })
  reason!: string;

  @Field(() => DateTime)
  at!: Date;
}

/** A page of the feed of membership changes. */
@ObjectType({ simpleResolvers: true, description: 'A page of the feed of membership changes, oldest first.' })
export class SegmentMembershipChangePage {
  @Field(() => [SegmentMembershipChange])
  changes!: SegmentMembershipChange[];

  @Field(() => String, { nullable: true, description: 'Where to go on; it stays good when there is nothing more yet.' })
  endCursor!: string | null;

  @Field(() => Boolean)
  hasNextPage!: boolean;
}
