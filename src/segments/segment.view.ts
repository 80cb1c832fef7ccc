import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';
import { Segment } from './segment.entity.js';

/** A segment at its place in a list. */
@ObjectType({ simpleResolvers: true, description: 'A segment at its place in a list.' })
class SegmentEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Segment)
  node!: Segment;
}

/** A page of the tenant's segments. */
@ObjectType({ simpleResolvers: true, description: "A page of the tenant's segments." })
export class SegmentConnection {
  @Field(() => [SegmentEdge])
  edges!: SegmentEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

/** Whom a rule would hold for now. */
@ObjectType({ simpleResolvers: true, description: 'Whom a rule would hold for now; nothing is stored.' })
export class SegmentPreview {
  @Field(() => Int, { nullable: true, description: 'How many profiles; null where the caller may not know it.' })
  count!: number | null;

  @Field(() => [Profile], { description: 'A few of them.' })
  sample!: Profile[];
}

/** Why a profile is in a segment, or isn't. */
@ObjectType({ simpleResolvers: true, description: "Why a profile is in a segment, or isn't." })
export class RuleExplanation {
  @Field(() => Boolean, { description: 'Whether the rule holds for the profile.' })
  member!: boolean;

  @Field(() => JSONObject, {
    description: 'The rule as a tree, each clause with the observed value and whether it holds.',
  })
  clause!: Record<string, unknown>;

  @Field(() => DateTime, { description: 'The moment it was evaluated for.' })
  evaluatedAt!: Date;
}
