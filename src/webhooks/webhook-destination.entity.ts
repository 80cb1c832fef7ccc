import { Int, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';

/** Whether a destination is sent to. */
export enum WebhookDestinationStatus {
  ENABLED = 'ENABLED',
  DISABLED = 'DISABLED',
  GONE = 'GONE',
}

registerEnumType(WebhookDestinationStatus, {
  name: 'WebhookDestinationStatus',
  description: 'Whether a destination is sent to.',
  valuesConfig: {
    ENABLED: { description: 'It is sent to.' },
    DISABLED: { description: 'Switched off: what would be sent is filed as FAILED, and can be resent later.' },
    GONE: { description: 'It answered 410: nothing is sent until somebody enables it again.' },
  },
});

/** Where a tenant's signed webhooks go. */
@Collection({ collection: 'webhook_destinations', indexes: [{ keys: { tenantId: 1, _id: 1 } }] })
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'Where signed webhooks go: an address of the tenant, with a secret that is never shown again.',
})
export class WebhookDestination extends Node {
  @Attribute(() => String, { description: 'What people call it.' })
  name!: string;

  @Attribute(() => String, { description: 'The host, and the port where one is given.' })
  host!: string;

  @Attribute(() => WebhookDestinationStatus)
  status!: WebhookDestinationStatus;

  @Attribute(() => Int, { description: 'Grows with each change.' })
  version!: number;

  @Attribute(() => DateTime, {
    nullable: true,
    description: 'Until when deliveries are signed with the former secret as well; null where there is none.',
  })
  formerSecretUntil!: Date | null;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime)
  updatedAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Buffer, { hidden: true, description: 'The address and the secrets, sealed.' })
  sealed!: Buffer;
}
registerNode('whd', () => 'WebhookDestination');
