import { ID, ObjectType, registerEnumType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { propertyProtection } from '../channels/personal-names.js';
import { Attribute, Collection, type ProtectionOf } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { Node, registerNode } from '../platform/node.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { EventType, TouchpointInitiative, TouchpointPlace, TouchpointValue, TrafficSource } from './event-kinds.js';
import { isOrderValue } from './order-values.js';

registerEnumType(EventType, { name: 'EventType', description: "The kinds of event of Segment's specification." });
registerEnumType(TrafficSource, { name: 'TrafficSource', description: 'What brought the customer to the event.' });
registerEnumType(TouchpointInitiative, {
  name: 'TouchpointInitiative',
  description: 'Whether the customer came, or was reached.',
});
registerEnumType(TouchpointPlace, { name: 'TouchpointPlace', description: 'Where the touch took place.' });
registerEnumType(TouchpointValue, {
  name: 'TouchpointValue',
  description: 'How much a touch tells of the wish to buy.',
});

/** A touch between customer and company, classified. */
@ObjectType({ simpleResolvers: true, description: 'A touch between customer and company, classified.' })
export class Touchpoint {
  @Attribute(() => TouchpointInitiative)
  initiative!: TouchpointInitiative;

  @Attribute(() => TouchpointPlace)
  place!: TouchpointPlace;

  @Attribute(() => TouchpointValue)
  valueClass!: TouchpointValue;
}

const protectProperty: ProtectionOf = (owner, key) => {
  const protection = propertyProtection(key, (owner.properties as Record<string, unknown>)[key]);
  return protection ?? (isOrderValue(key) ? { sensitivity: 'IMPORTANT', mask: 'hidden' } : undefined);
};

/** Text that a sender made up from a customer's phone or email, as `order-13912345678`. */
const protectText: ProtectionOf = (owner, key) =>
  holdsPersonalData(owner[key]) ? { sensitivity: 'CORE', mask: 'identifier' } : undefined;

const protectPersonal: ProtectionOf = (owner, key) =>
  holdsPersonalData(owner[key]) ? { sensitivity: 'CORE', mask: 'hidden' } : undefined;

/** What happened once, as it arrived: it belongs to one account for good and is never rewritten. */
@Collection({
  collection: 'events',
  indexes: [{ keys: { tenantId: 1, accountId: 1, occurredAt: -1, _id: -1 } }],
})
@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'What happened once. It belongs to an account, and is never rewritten.',
})
export class Event extends Node {
  @Attribute(() => String, { description: "The client's own id of it.", protection: protectText })
  messageId!: string;

  @Attribute(() => EventType)
  type!: EventType;

  @Attribute(() => String, {
    description: "What happened, in Segment's names where there is one.",
    protection: protectText,
  })
  name!: string;

  @Attribute(() => Channel)
  channel!: Channel;

  @Attribute(() => ID, { description: 'The channel account it belongs to.' })
  accountId!: string;

  @Attribute(() => TrafficSource, { nullable: true })
  trafficSource!: TrafficSource | null;

  @Attribute(() => JSONObject, {
    nullable: true,
    description: 'Source, medium, name, term and content of the campaign.',
    protection: (owner, key) => protectPersonal((owner.campaign ?? {}) as Record<string, unknown>, key),
  })
  campaign!: Record<string, unknown> | null;

  @Attribute(() => Touchpoint, { nullable: true })
  touchpoint!: Touchpoint | null;

  @Attribute(() => JSONObject, { description: 'What the channel told of it.', protection: protectProperty })
  properties!: Record<string, unknown>;

  @Attribute(() => Money, { nullable: true, description: 'What it earned.', sensitivity: 'IMPORTANT', mask: 'hidden' })
  revenue!: Money | null;

  @Attribute(() => DateTime, { description: 'When it happened, by a clock corrected for the sender.' })
  occurredAt!: Date;

  @Attribute(() => DateTime, { description: 'When it arrived.' })
  receivedAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description: "Identifiers, traits and context as they arrived, and protected properties, under the account's key.",
  })
  sealed!: Buffer;
}
registerNode('evt', () => 'Event');
