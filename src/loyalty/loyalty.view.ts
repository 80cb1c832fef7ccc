import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { DateTime } from '../platform/scalars.js';
import { LoyaltyEntryKind } from './entry-kind.js';

/** A customer's place in the loyalty programme. */
@ObjectType({ simpleResolvers: true, description: "A customer's place in the loyalty programme." })
export class LoyaltyAccount {
  @Field(() => Int, { description: 'The balance in points: what was posted, less what was spent or has expired.' })
  points!: number;

  @Field(() => String, { description: "A key of the tenant's levels." })
  level!: string;

  @Field(() => [String], { description: "What the level gives, in the tenant's words." })
  benefits!: string[];

  @Field(() => String, { nullable: true, description: 'Null at the highest level.' })
  nextLevel!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Points still missing for the next level; null at the highest. Levels go by points earned: spending lowers none.',
  })
  pointsToNextLevel!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When the next of the points end; null where none do.' })
  pointsExpireAt!: Date | null;

  @Field(() => Int, {
    description: 'Points that the company bears: spent before an order was refunded or accounts were parted.',
  })
  pointsOwed!: number;

  @Field(() => String, { description: 'What the customer gives to those they bring.' })
  referralCode!: string;

  /** For `referrals`, which is counted where it is asked for. */
  accountIds!: readonly string[];
}

/** One entry of the points ledger, as its customer has it. */
@ObjectType({ simpleResolvers: true, description: 'One entry of the points ledger, as its customer has it.' })
export class LoyaltyEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => LoyaltyEntryKind)
  kind!: LoyaltyEntryKind;

  @Field(() => Int, { description: 'What the balance of this customer grew by; negative where it fell.' })
  points!: number;

  @Field(() => String, { nullable: true, description: 'Null for callers who may not read CORE values in clear.' })
  reason!: string | null;

  @Field(() => String, { nullable: true, description: "The sender's id of it; null as `reason` is." })
  reference!: string | null;

  @Field(() => Boolean, { description: 'Whether the company had to bear a part.' })
  flagged!: boolean;

  @Field(() => DateTime)
  at!: Date;
}

/** An entry in a list, with its place there. */
@ObjectType({ simpleResolvers: true, description: 'An entry in a list, with its place there.' })
export class LoyaltyEntryEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => LoyaltyEntry)
  node!: LoyaltyEntry;
}

/** A page of the points ledger, newest first. */
@ObjectType({ simpleResolvers: true, description: 'A page of the points ledger, newest first.' })
export class LoyaltyEntryConnection {
  @Field(() => [LoyaltyEntryEdge])
  edges!: LoyaltyEntryEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
