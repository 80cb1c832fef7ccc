import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';
import { IdentityEdgeKind } from './link.entity.js';

/** An account in the graph of a profile. */
@ObjectType({ simpleResolvers: true, description: 'An account in the graph of a profile.' })
export class IdentityNode {
  @Field(() => ID)
  accountId!: string;

  @Field(() => Channel)
  channel!: Channel;

  @Field(() => String, { description: 'Masked unless the caller may read it in clear.' })
  externalId!: string;
}

/** What holds two accounts together, or apart. */
@ObjectType({ simpleResolvers: true, description: 'What holds two accounts together, or apart.' })
export class IdentityEdge {
  @Field(() => ID)
  from!: string;

  @Field(() => ID)
  to!: string;

  @Field(() => IdentityEdgeKind)
  kind!: IdentityEdgeKind;

  @Field(() => String, { description: 'The rule that decided: the identifier type, or what a person did.' })
  rule!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => Float, { nullable: true, description: 'Match weight in bits; null for what is certain.' })
  weight!: number | null;

  @Field(() => JSONObject, { nullable: true })
  evidence!: Record<string, unknown> | null;

  @Field(() => Boolean, { description: 'False where it was closed: it is kept and holds no longer.' })
  active!: boolean;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => String, { description: 'The person who made it, or `system`.' })
  createdBy!: string;
}

/** Why these channel accounts are one profile. */
@ObjectType({ simpleResolvers: true, description: 'Why these channel accounts are one profile.' })
export class IdentityGraph {
  @Field(() => ID)
  profileId!: string;

  @Field(() => [IdentityNode], {
    description: 'The 64 accounts seen last, and accounts of other profiles that edges lead to, at most 200.',
  })
  nodes!: IdentityNode[];

  @Field(() => [IdentityEdge], { description: 'Of the accounts of the profile, at most 1,000.' })
  edges!: IdentityEdge[];
}

/** What a merge made. */
@ObjectType({ simpleResolvers: true, description: 'What a merge made.' })
export class MergePayload {
  @Field(() => Profile)
  profile!: Profile;

  @Field(() => [ID], { description: 'The ids that now lead to the profile.' })
  mergedIds!: string[];
}
