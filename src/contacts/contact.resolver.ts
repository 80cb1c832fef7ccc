import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { Profile } from '../profiles/profile.entity.js';
import type { ContactCareService } from './contact-care.service.js';
import { ContactPolicy } from './contact-policy.view.js';

/** How often a customer may be contacted. */
@Resolver(() => Profile)
export class ContactResolver {
  constructor(private readonly care: ContactCareService) {}

  @Allow('profiles:read')
  @FieldResolver(() => ContactPolicy, {
    nullable: true,
    description: 'Whether the customer may be contacted for MARKETING now.',
  })
  contactPolicy(
    @Ctx() ctx: RequestContext,
    @Root() profile: Profile,
    @Arg('channel', () => Channel, {
      nullable: true,
      description: 'Where; absent: whether they may be in any channel, whichever they prefer.',
    })
    channel: Channel | null = null,
  ): Promise<ContactPolicy> {
    return this.care.policyOf(ctx, profile, channel);
  }

  @Allow('segments:write')
  @Mutation(() => ContactPolicy, {
    description:
      'Takes one slot of the contact policy, or refuses with CONFLICT, whose details say why and when next; to be called before a message is sent. The answer is the policy after it.',
  })
  recordContact(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('channel', () => Channel, { description: 'Where the message will be sent.' }) channel: Channel,
    @Arg('campaign', () => String, {
      nullable: true,
      description: "The sender's name for the campaign: 1 to 200 characters.",
    })
    campaign: string | null,
  ): Promise<ContactPolicy> {
    return this.care.record(ctx, profileId, { channel, campaign });
  }
}
