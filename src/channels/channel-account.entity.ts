import { InterfaceType, registerEnumType } from 'type-graphql';
import type { FormerKey } from '../platform/data-key.js';
import { Attribute, type ProtectionOf } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import { Channel } from './channel.js';
import { attributeProtection, typeNameOf } from './channel-definitions.js';
import { Identifier, identifierProtection } from './identifier.entity.js';
import type { IdentifierType } from './identifier-type.js';
import { customTraitProtection } from './personal-names.js';

registerEnumType(Channel, { name: 'Channel', description: 'Where a company meets its customers.' });

/** When, and by which message, an attribute's value was last observed: milliseconds, then messageId to break ties. */
export type Stamp = readonly [at: number, messageId: string];

const protectAttribute: ProtectionOf = (owner, key) =>
  attributeProtection(owner.channel as Channel, key) ?? personal((owner.attributes as Record<string, unknown>)[key]);

const protectCustom: ProtectionOf = (owner, key) =>
  customTraitProtection(key, (owner.custom as Record<string, unknown>)[key]);

function personal(value: unknown) {
  return holdsPersonalData(value) ? ({ sensitivity: 'CORE', mask: 'hidden' } as const) : undefined;
}

/**
 * One channel's own record of a customer, from that channel's collection. Only its own observations write it; stitching
 * never does.
 */
@InterfaceType({
  implements: Node,
  resolveType: (account: ChannelAccount) => typeNameOf(account.channel),
  description: `One channel's own record of the customer, from that channel's collection; one implementing type a channel.
An observation belongs to the account (channel, externalId); externalId is its first identifier in the order
OPEN_ID, EXTERNAL_USER_ID, USER_ID, MEMBER_NO, DEVICE_ID, ANONYMOUS_ID, UNION_ID, PHONE, EMAIL, CUSTOM, with its namespace.`,
})
export abstract class ChannelAccount extends Node {
  @Attribute(() => Channel)
  channel!: Channel;

  @Attribute(() => String, {
    description: 'What the channel knows the customer by.',
    protection: (owner) => identifierProtection(owner.externalIdType, owner.externalId),
  })
  externalId!: string;

  @Attribute(() => String, { hidden: true })
  externalIdType!: IdentifierType;

  @Attribute(() => String, {
    nullable: true,
    description: 'The name the channel shows for the customer.',
    sensitivity: 'CORE',
    mask: 'name',
  })
  displayName!: string | null;

  @Attribute(() => [Identifier], {
    packed: true,
    description: 'The identifiers seen with this account, newest first, at most 200.',
  })
  identifiers!: Identifier[];

  @Attribute(() => JSONObject, {
    description:
      "The channel's attributes of the customer, and custom traits, by name: the last observed value of each.",
    protection: protectAttribute,
  })
  attributes!: Record<string, unknown>;

  @Attribute(() => JSONObject, { hidden: true, protection: protectCustom })
  custom!: Record<string, unknown>;

  @Attribute(() => Object, { hidden: true, packed: true, description: 'The stamp of each attribute and custom trait.' })
  stamps!: Record<string, Stamp>;

  @Attribute(() => DateTime)
  firstSeenAt!: Date;

  @Attribute(() => DateTime)
  lastSeenAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The token of the last write: a compare-and-set compares it.' })
  revision!: string;

  @Attribute(() => Buffer, {
    hidden: true,
    description: "The account's data key, wrapped: destroying it erases the account.",
  })
  key!: Buffer;

  @Attribute(() => Object, {
    hidden: true,
    description: 'Data keys before that one: some events may be sealed by them.',
  })
  formerKeys?: readonly FormerKey[];

  @Attribute(() => Object, { hidden: true, description: 'One sealed blob a data class.' })
  sealed!: Partial<Record<'CORE' | 'IMPORTANT', Buffer>>;
}
registerNode('acc', (account) => typeNameOf((account as ChannelAccount).channel));
