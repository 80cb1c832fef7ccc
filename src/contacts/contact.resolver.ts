import { Arg, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Channel } from '../channels/channel.js';
import { notImplemented } from '../platform/errors.js';
import { Profile } from '../profiles/profile.entity.js';
import { ContactPolicy } from './contact-policy.view.js';

/** How often a customer may be contacted. */
@Resolver(() => Profile)
export class ContactResolver {
  @Allow('profiles:read')
  @FieldResolver(() => ContactPolicy, { nullable: true, description: 'Whether the customer may be contacted now.' })
  contactPolicy(@Root() _profile: Profile): ContactPolicy | null {
    return null;
  }

  @Allow('segments:write')
  @Mutation(() => ContactPolicy, {
    description: 'Takes one slot of the contact policy, or refuses; to be called before a message is sent.',
  })
  recordContact(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('channel', () => Channel, { description: 'Where the message will be sent.' }) _channel: Channel,
    @Arg('campaign', () => String, { nullable: true, description: "The sender's name for the campaign." }) _campaign:
      | string
      | null,
  ): Promise<ContactPolicy> {
    throw notImplemented('recordContact');
  }
}
