import { ID, ObjectType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { Attribute, Collection } from '../platform/entity.js';
import { Node } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';

/**
 * A partner's or a channel's token. Its key is the SHA-256 of the secret, under the reserved name `platform`: whoever
 * brings a secret has not said which tenant it is of.
 */
@Collection({
  collection: 'api_tokens',
  indexes: [{ keys: { tenantId: 1, id: 1 } }, { keys: { tenantId: 1, name: 1 } }],
})
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A token of a partner or of a channel that sends events. Its secret is never shown again.',
})
export class ApiToken extends Node {
  @Attribute(() => String, { hidden: true })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => ID)
  override id!: string;

  @Attribute(() => String, { description: 'What people call it.' })
  name!: string;

  @Attribute(() => String, { description: 'How its secret begins, to tell tokens apart.' })
  prefix!: string;

  @Attribute(() => [String], { description: 'What it may do, as `profiles:read` or `events:write`.' })
  scopes!: string[];

  @Attribute(() => [ConsentPurpose], { description: 'What data may be asked for with it.' })
  purposes!: ConsentPurpose[];

  @Attribute(() => Channel, { nullable: true, description: 'For events:write: the channel its events belong to.' })
  channel!: Channel | null;

  @Attribute(() => String, {
    nullable: true,
    description: 'For events:write: what scopes identifiers that name no namespace.',
  })
  namespace!: string | null;

  @Attribute(() => [ID], {
    nullable: true,
    description: 'Reads are confined to members of these segments; null confines nothing.',
  })
  segmentIds!: string[] | null;

  @Attribute(() => [ID], {
    nullable: true,
    description: 'Reads are confined to these profiles, and to what they merge into; null confines nothing.',
  })
  profileIds!: string[] | null;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime, { nullable: true })
  expiresAt!: Date | null;

  @Attribute(() => DateTime, { nullable: true, description: 'To the minute.' })
  lastUsedAt!: Date | null;

  @Attribute(() => DateTime, { nullable: true })
  revokedAt!: Date | null;
}
