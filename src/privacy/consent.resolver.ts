import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';
import { Consent, Guardian } from './consent.entity.js';
import { GuardianInput, PartnerGrantInput } from './consent.inputs.js';
import type { ConsentService } from './consent.service.js';
import { ConsentPurpose } from './consent-purpose.js';

/** What customers agreed to. */
@Resolver(() => Profile)
export class ConsentResolver {
  constructor(private readonly consents: ConsentService) {}

  @Allow('profiles:read')
  @FieldResolver(() => [Consent], {
    nullable: true,
    name: 'consents',
    description: 'What the customer last said about each purpose they were asked about, by channel and partner.',
  })
  said(@Ctx() ctx: RequestContext, @Root() profile: Profile): Consent[] {
    return this.consents.saidOf(ctx, profile);
  }

  @Allow('consents:write')
  @Mutation(() => Consent, {
    description:
      'Records what a customer said about a purpose; what was said before is kept. It binds from this answer on, on every read.',
  })
  recordConsent(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('purpose', () => ConsentPurpose) purpose: ConsentPurpose,
    @Arg('granted', () => Boolean, { description: 'False: refused, or taken back.' }) granted: boolean,
    @Arg('policyVersion', () => String, {
      description: 'The version of the privacy policy shown: 1 to 100 characters.',
    })
    policyVersion: string,
    @Arg('channel', () => Channel, { nullable: true, description: 'The channel it is about; absent: all of them.' })
    channel: Channel | null = null,
    @Arg('expiresAt', () => DateTime, {
      nullable: true,
      description: 'Of a grant: when it ceases to hold; absent: it does not.',
    })
    expiresAt: Date | null = null,
    @Arg('evidence', () => JSONObject, { nullable: true, description: 'What proves it, at most 8 kB. Kept sealed.' })
    evidence: Record<string, unknown> | null = null,
    @Arg('guardian', () => GuardianInput, {
      nullable: true,
      description: 'For a child under 14: who consents for it. Without one nothing beyond SERVICE counts.',
    })
    guardian: GuardianInput | null = null,
    @Arg('grant', () => PartnerGrantInput, {
      nullable: true,
      description: 'Of PARTNER_SHARING: with whom, what and how long; absent: with every partner.',
    })
    grant: PartnerGrantInput | null = null,
  ): Promise<Consent> {
    const asked = { purpose, granted, policyVersion, expiresAt, evidence, guardian, grant };
    return this.consents.record(ctx, profileId, channel, asked);
  }
}

/** What proves consents: for those who may read CORE values in clear. */
@Resolver(() => Consent)
export class ConsentProofResolver {
  constructor(private readonly consents: ConsentService) {}

  @Allow('profiles:clear:core')
  @FieldResolver(() => JSONObject, { nullable: true, description: 'What proves it: a form, a recording, a wording.' })
  async evidence(@Ctx() ctx: RequestContext, @Root() consent: Consent): Promise<Record<string, unknown> | null> {
    return (await this.consents.proofOf(ctx, consent.id))?.evidence ?? null;
  }

  @Allow('profiles:clear:core')
  @FieldResolver(() => Guardian, { nullable: true, description: 'Who consented for a child.' })
  async guardian(@Ctx() ctx: RequestContext, @Root() consent: Consent): Promise<Guardian | null> {
    return (await this.consents.proofOf(ctx, consent.id))?.guardian ?? null;
  }
}
