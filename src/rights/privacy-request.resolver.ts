import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { JSONObject } from '../platform/scalars.js';
import { PrivacyRequest, PrivacyRequestKind } from './privacy-request.entity.js';
import type { PrivacyRequestService } from './privacy-request.service.js';

/** What customers demand of their data. */
@Resolver()
export class PrivacyRequestResolver {
  constructor(private readonly requests: PrivacyRequestService) {}

  @Allow('privacy:manage')
  @Query(() => PrivacyRequest, { nullable: true, description: "A customer's demand, and how far it has been met." })
  privacyRequest(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<PrivacyRequest | null> {
    return this.requests.find(ctx, id);
  }

  @Allow('privacy:manage')
  @Mutation(() => PrivacyRequest, {
    description: "Starts to meet a customer's demand, and returns at once. An ERASURE cannot be undone.",
  })
  requestPrivacy(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('kind', () => PrivacyRequestKind) kind: PrivacyRequestKind,
    @Arg('reason', () => String, {
      description: 'Of 1 to 1,000 characters. The audit log keeps a keyed hash of it.',
    })
    reason: string,
    @Arg('dryRun', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Counts what would be done, and changes nothing.',
    })
    dryRun: boolean,
    @Arg('corrections', () => JSONObject, {
      nullable: true,
      description: 'Of RECTIFICATION: the traits to put right, and their values; null gives one back to the fold.',
    })
    corrections: Record<string, unknown> | null = null,
    @Arg('lift', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Of RESTRICTION and OBJECTION: ends an earlier one.',
    })
    lift = false,
  ): Promise<PrivacyRequest> {
    return this.requests.request(ctx, { profileId, kind, reason, dryRun, corrections, lift });
  }
}
