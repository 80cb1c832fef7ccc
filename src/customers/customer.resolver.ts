import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Lifecycle } from '../lifecycle/lifecycle.entity.js';
import type { RequestContext } from '../platform/context.js';
import { Profile } from '../profiles/profile.entity.js';
import { RfmScore } from '../rfm/rfm-score.entity.js';
import type { CustomerViewService } from './customer-view.service.js';

/** Where a customer stands. */
@Resolver(() => Profile)
export class CustomerResolver {
  constructor(private readonly customers: CustomerViewService) {}

  @Allow('profiles:read')
  @FieldResolver(() => Lifecycle, {
    nullable: true,
    description: 'Where the customer stands, and how they came there; null before the first event.',
  })
  lifecycle(@Root() profile: Profile): Lifecycle | null {
    return this.customers.lifecycleOf(profile);
  }

  @Allow('profiles:read')
  @FieldResolver(() => RfmScore, {
    nullable: true,
    description:
      'Recency, frequency and monetary value; null without an order, before the first night, among fewer than five customers with orders, and for callers who may not read order values.',
  })
  rfm(@Ctx() ctx: RequestContext, @Root() profile: Profile): Promise<RfmScore | null> {
    return this.customers.scoresOf(ctx, profile);
  }
}
