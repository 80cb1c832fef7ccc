import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { Profile } from '../profiles/profile.entity.js';
import type { LedgerListService } from './ledger-list.service.js';
import type { LoyaltyService } from './loyalty.service.js';
import { LoyaltyAccount, LoyaltyEntryConnection } from './loyalty.view.js';

/** Points and levels of a customer. */
@Resolver(() => Profile)
export class LoyaltyResolver {
  constructor(
    private readonly loyalty: LoyaltyService,
    private readonly ledger: LedgerListService,
  ) {}

  @Allow('profiles:read')
  @FieldResolver(() => LoyaltyAccount, {
    name: 'loyalty',
    nullable: true,
    description: "The customer's place in the loyalty programme; null where they take no part.",
  })
  loyaltyOf(@Ctx() ctx: RequestContext, @Root() profile: Profile): Promise<LoyaltyAccount | null> {
    return this.loyalty.of(ctx, profile);
  }

  @Allow('profiles:read')
  @FieldResolver(() => LoyaltyEntryConnection, {
    nullable: true,
    description: 'What was posted for the customer, newest first.',
  })
  loyaltyEntries(
    @Ctx() ctx: RequestContext,
    @Root() profile: Profile,
    @Arg('first', () => Int, { defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A cursor of the same query.' }) after:
      | string
      | null
      | undefined,
  ): Promise<LoyaltyEntryConnection> {
    return this.ledger.page(ctx, profile, first, after);
  }

  @Allow('segments:write')
  @Mutation(() => LoyaltyAccount, {
    description:
      'Writes one entry into the points ledger; the same reference is written once. The balance never falls below 0.',
  })
  postPoints(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('points', () => Int, { description: 'Points to add; negative ones are taken.' }) points: number,
    @Arg('reason', () => String, { description: 'For people to read in the ledger.' }) reason: string,
    @Arg('reference', () => String, { description: "The caller's own id of the entry, as an order number." })
    reference: string,
  ): Promise<LoyaltyAccount> {
    return this.loyalty.post(ctx, profileId, { points, reason, reference });
  }

  @Allow('segments:write')
  @Mutation(() => LoyaltyAccount, {
    description: 'As postPoints, to put right what was posted wrongly: it counts for no level.',
  })
  adjustPoints(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('points', () => Int, { description: 'Points to add; negative ones are taken.' }) points: number,
    @Arg('reason', () => String, { description: 'For people to read in the ledger.' }) reason: string,
    @Arg('reference', () => String, { description: "The caller's own id of the entry." }) reference: string,
  ): Promise<LoyaltyAccount> {
    return this.loyalty.adjust(ctx, profileId, { points, reason, reference });
  }

  @Allow('segments:write')
  @Mutation(() => LoyaltyAccount, {
    description:
      "Records that a customer came with another's referral code, and rewards both as the tenant's stages say. CONFLICT names why it is none: SELF_REFERRAL, SAME_DEVICE, ALREADY_REFERRED, MUTUAL_REFERRAL, TOO_MANY_REFERRALS.",
  })
  recordReferral(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID, { description: 'The customer who came.' }) profileId: string,
    @Arg('code', () => String, { description: "The referralCode of the other one's loyalty account." }) code: string,
  ): Promise<LoyaltyAccount> {
    return this.loyalty.refer(ctx, profileId, code);
  }
}

/** How many a customer has brought, counted where it is asked for. */
@Resolver(() => LoyaltyAccount)
export class LoyaltyAccountResolver {
  constructor(private readonly loyalty: LoyaltyService) {}

  @Allow('profiles:read')
  @FieldResolver(() => Int, { description: 'Customers who came with the code.' })
  referrals(@Ctx() ctx: RequestContext, @Root() account: LoyaltyAccount): Promise<number> {
    return this.loyalty.referralsOf(ctx, account);
  }
}
