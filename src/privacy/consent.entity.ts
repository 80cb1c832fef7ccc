import { ObjectType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { Attribute } from '../platform/entity.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { ConsentPurpose } from './consent-purpose.js';

/** What a customer last said about one purpose. */
@ObjectType({ simpleResolvers: true, description: 'What a customer last said about one purpose.' })
export class Consent {
  @Attribute(() => ConsentPurpose)
  purpose!: ConsentPurpose;

  @Attribute(() => Boolean, { description: 'False: refused, or taken back.' })
  granted!: boolean;

  @Attribute(() => Channel, { nullable: true, description: 'Where they said it; null where it was no channel.' })
  channel!: Channel | null;

  @Attribute(() => String, { description: 'The version of the privacy policy that was shown.' })
  policyVersion!: string;

  @Attribute(() => DateTime, { description: 'When they said it.' })
  at!: Date;

  @Attribute(() => DateTime, { nullable: true, description: 'When it ceases to hold; null: it does not.' })
  expiresAt!: Date | null;

  @Attribute(() => JSONObject, { nullable: true, description: 'What proves it: a form, a recording, a wording.' })
  evidence!: Record<string, unknown> | null;
}
