import { Arg, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { After, First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { ProfileConnection } from '../profiles/profile.view.js';
import { CustomerValue } from './customer-value.entity.js';

/** What a customer is worth, and whom to win back. */
@Resolver(() => Profile)
export class LifecycleResolver {
  @Allow('profiles:read')
  @FieldResolver(() => CustomerValue, {
    nullable: true,
    description: 'What the customer is expected to bring; null before a model was fitted.',
  })
  value(@Root() _profile: Profile): CustomerValue | null {
    return null;
  }

  @Allow('profiles:list')
  @Query(() => ProfileConnection, {
    description: 'Customers who fell silent and are worth a try to win back, the most valuable first.',
  })
  winBackList(
    @Arg('minimumValue', () => Float, {
      nullable: true,
      description: "The least expected margin (CustomerValue.clv), in units of the tenant's currency; absent: any.",
    })
    _minimumValue: number | null,
    @Arg('silentDays', () => Int, {
      nullable: true,
      defaultValue: 30,
      description: 'Calendar days without an event, at least.',
    })
    _silentDays: number,
    @First(20) _first: number,
    @After() _after: string | null,
  ): Promise<ProfileConnection> {
    throw notImplemented('winBackList');
  }
}
