import { ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';

/** How far a delivery is. */
export enum WebhookDeliveryState {
  PENDING = 'PENDING',
  DELIVERED = 'DELIVERED',
  FAILED = 'FAILED',
}

registerEnumType(WebhookDeliveryState, {
  name: 'WebhookDeliveryState',
  description: 'How far a delivery is.',
  valuesConfig: {
    PENDING: { description: 'It is to be tried, or tried again.' },
    DELIVERED: { description: 'The destination answered with a status of 200 to 299.' },
    FAILED: { description: 'It is not tried again by itself; resendWebhookDeliveries does.' },
  },
});

/** Why an attempt failed. */
export enum WebhookFault {
  STATUS = 'STATUS',
  TIMEOUT = 'TIMEOUT',
  UNREACHABLE = 'UNREACHABLE',
  ADDRESS = 'ADDRESS',
  DISABLED = 'DISABLED',
}

registerEnumType(WebhookFault, {
  name: 'WebhookFault',
  description: 'Why an attempt failed.',
  valuesConfig: {
    STATUS: { description: 'It was answered with another status than 200 to 299; redirects are not followed.' },
    TIMEOUT: { description: 'It was not answered within 15 seconds.' },
    UNREACHABLE: { description: 'There was no connection: its name, its port or its certificate failed.' },
    ADDRESS: { description: "The host's name leads to an address that is not public." },
    DISABLED: { description: 'The destination is switched off, or gone.' },
  },
});

const SECONDS_AT_EXPIRY = 0;

/** One message to one destination: the outbox it is sent from, and the list of what became of it. Gone after 30 days. */
@Collection({
  collection: 'webhook_deliveries',
  indexes: [
    { keys: { tenantId: 1, destinationId: 1, _id: 1 } },
    { keys: { tenantId: 1, destinationId: 1, nextAt: 1 } },
    { keys: { tenantId: 1, nextAt: 1 } },
    { keys: { tenantId: 1, profileId: 1 } },
    { keys: { expiresAt: 1 }, options: { expireAfterSeconds: SECONDS_AT_EXPIRY } },
  ],
})
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'One message to one destination, and what became of it. Kept for 30 days.',
})
export class WebhookDelivery extends Node {
  @Attribute(() => ID)
  destinationId!: string;

  @Attribute(() => String, { description: 'What it tells of, as `segment.entered`.' })
  type!: string;

  @Attribute(() => ID, { nullable: true, description: 'The profile that it tells of; null where it tells of none.' })
  profileId!: string | null;

  @Attribute(() => WebhookDeliveryState)
  state!: WebhookDeliveryState;

  @Attribute(() => Int, { description: 'How often it was tried, at most 10 times since it was filed or resent.' })
  attempts!: number;

  @Attribute(() => DateTime, { nullable: true, description: 'When it is tried next; null where it is not.' })
  nextAt!: Date | null;

  @Attribute(() => DateTime, { nullable: true })
  lastAttemptAt!: Date | null;

  @Attribute(() => Int, {
    nullable: true,
    description: 'The HTTP status of the last answer; null where there was none.',
  })
  statusCode!: number | null;

  @Attribute(() => WebhookFault, { nullable: true, description: 'Why the last attempt failed.' })
  fault!: WebhookFault | null;

  @Attribute(() => DateTime, { description: 'When it was filed.' })
  createdAt!: Date;

  @Attribute(() => DateTime, { nullable: true })
  deliveredAt!: Date | null;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, nullable: true, description: 'Of the attempt under way, or the last.' })
  claim!: string | null;

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;

  @Attribute(() => Buffer, { hidden: true, description: 'The body as it is sent, sealed.' })
  sealed!: Buffer;
}
registerNode('whm', () => 'WebhookDelivery');
