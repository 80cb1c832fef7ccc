import { Arg, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { Profile } from '../profiles/profile.entity.js';
import { LoyaltyAccount } from './loyalty-account.entity.js';

/** Points and levels of a customer. */
@Resolver(() => Profile)
export class LoyaltyResolver {
  @Allow('profiles:read')
  @FieldResolver(() => LoyaltyAccount, {
    nullable: true,
    description: "The customer's place in the loyalty programme; null where they take no part.",
  })
  loyalty(@Root() _profile: Profile): LoyaltyAccount | null {
    return null;
  }

  @Allow('segments:write')
  @Mutation(() => LoyaltyAccount, {
    description: 'Writes one entry into the points ledger; the same reference is written once.',
  })
  postPoints(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('points', () => Int, { description: 'Points to add; negative ones are taken.' }) _points: number,
    @Arg('reason', () => String, { description: 'For people to read in the ledger.' }) _reason: string,
    @Arg('reference', () => String, { description: "The caller's own id of the entry, as an order number." })
    _reference: string,
  ): Promise<LoyaltyAccount> {
    throw notImplemented('postPoints');
  }
}
