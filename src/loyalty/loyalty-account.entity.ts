import { Int, ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';

/** A customer's place in the loyalty programme. */
@ObjectType({ simpleResolvers: true, description: "A customer's place in the loyalty programme." })
export class LoyaltyAccount {
  @Attribute(() => Int, { description: 'The balance in points: what was posted, less what was spent or has expired.' })
  points!: number;

  @Attribute(() => String, { description: "A key of the tenant's levels." })
  level!: string;

  @Attribute(() => String, { nullable: true, description: 'Null at the highest level.' })
  nextLevel!: string | null;

  @Attribute(() => Int, {
    nullable: true,
    description: 'Points still missing for the next level; null at the highest.',
  })
  pointsToNextLevel!: number | null;

  @Attribute(() => String, { description: 'What the customer gives to those they bring.' })
  referralCode!: string;

  @Attribute(() => Int, { description: 'Customers who came with the code.' })
  referrals!: number;
}
