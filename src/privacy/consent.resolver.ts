import { Arg, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Channel } from '../channels/channel.js';
import { notImplemented } from '../platform/errors.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';
import { Consent } from './consent.entity.js';
import { ConsentPurpose } from './consent-purpose.js';

/** What customers agreed to. */
@Resolver(() => Profile)
export class ConsentResolver {
  @Allow('profiles:read')
  @FieldResolver(() => [Consent], {
    nullable: true,
    description: 'What the customer last said about each purpose they were asked about.',
  })
  consents(@Root() _profile: Profile): Consent[] | null {
    return null;
  }

  @Allow('consents:write')
  @Mutation(() => Consent, {
    description: 'Records what a customer said about a purpose; what was said before is kept.',
  })
  recordConsent(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('purpose', () => ConsentPurpose) _purpose: ConsentPurpose,
    @Arg('granted', () => Boolean, { description: 'False: refused, or taken back.' }) _granted: boolean,
    @Arg('policyVersion', () => String, { description: 'The version of the privacy policy shown.' })
    _policyVersion: string,
    @Arg('channel', () => Channel, { nullable: true, description: 'Where they said it.' }) _channel: Channel | null,
    @Arg('expiresAt', () => DateTime, { nullable: true, description: 'When it ceases to hold; absent: it does not.' })
    _expiresAt: Date | null,
    @Arg('evidence', () => JSONObject, { nullable: true, description: 'What proves it.' })
    _evidence: Record<string, unknown> | null,
  ): Promise<Consent> {
    throw notImplemented('recordConsent');
  }
}
