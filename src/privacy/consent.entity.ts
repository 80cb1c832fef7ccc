import { ObjectType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { Attribute } from '../platform/entity.js';
import { DateTime } from '../platform/scalars.js';
import { ConsentPurpose } from './consent-purpose.js';

/** What a person shares with one partner. */
@ObjectType({ simpleResolvers: true, description: 'What a person shares with one partner.' })
export class PartnerGrant {
  @Attribute(() => String, { description: "The name of the partner's API tokens." })
  partner!: string;

  @Attribute(() => [String], { nullable: true, description: 'What is shared; null: all that the token may read.' })
  fields!: readonly string[] | null;

  @Attribute(() => DateTime, { nullable: true, description: 'When it ends by itself; null: it does not.' })
  until!: Date | null;
}

/** Who consented for a child. */
@ObjectType({ simpleResolvers: true, description: 'Who consented for a child.' })
export class Guardian {
  @Attribute(() => String)
  name!: string;

  @Attribute(() => String, { description: 'How they were reached, or where the proof lies.' })
  contact!: string;

  @Attribute(() => String, { description: 'What they are to the child.' })
  relation!: string;
}

/** What a customer last said about one purpose. */
@ObjectType({ simpleResolvers: true, description: 'What a customer last said about one purpose.' })
export class Consent {
  @Attribute(() => String, { hidden: true })
  id!: string;

  @Attribute(() => ConsentPurpose)
  purpose!: ConsentPurpose;

  @Attribute(() => Boolean, { description: 'False: refused, or taken back.' })
  granted!: boolean;

  @Attribute(() => Channel, { nullable: true, description: 'The channel it is about; null: all of them.' })
  channel!: Channel | null;

  @Attribute(() => String, { description: 'The version of the privacy policy that was shown.' })
  policyVersion!: string;

  @Attribute(() => DateTime, { description: 'When they said it.' })
  at!: Date;

  @Attribute(() => DateTime, { nullable: true, description: 'When it ceases to hold; null: it does not.' })
  expiresAt!: Date | null;

  @Attribute(() => Boolean, {
    description: 'Whether a guardian stands behind it: for a child under 14 nothing else counts.',
  })
  isGuarded!: boolean;

  @Attribute(() => PartnerGrant, {
    nullable: true,
    description: 'Of PARTNER_SHARING with one partner: what is shared.',
  })
  grant!: PartnerGrant | null;
}
