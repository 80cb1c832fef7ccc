import { Int, ObjectType } from 'type-graphql';
import { Attribute, Collection, type EntityClass } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { DateTime } from '../platform/scalars.js';
import type { Channel } from './channel.js';
import { ChannelAccount } from './channel-account.entity.js';
import { CHANNELS, definitionOf } from './channel-definitions.js';
import type { AttributeKind } from './trait-catalogue.js';

const GRAPHQL_TYPE: Record<AttributeKind, () => unknown> = {
  text: () => String,
  integer: () => Int,
  number: () => Number,
  boolean: () => Boolean,
  instant: () => DateTime,
  money: () => Money,
  texts: () => [String],
  name: () => String,
  gender: () => String,
  birthday: () => String,
  phone: () => String,
  email: () => String,
};

/** The entity of one channel's accounts: the common fields, and one typed field an attribute of the channel. */
function accountTypeOf(channel: Channel): EntityClass<ChannelAccount> {
  const definition = definitionOf(channel);
  const type = { [definition.typeName]: class extends ChannelAccount {} }[
    definition.typeName
  ] as EntityClass<ChannelAccount>;
  for (const [name, spec] of Object.entries(definition.attributes)) {
    const shown = { nullable: true, derived: true, description: spec.description };
    Attribute(GRAPHQL_TYPE[spec.kind], shown)(type.prototype as object, name);
  }
  ObjectType(definition.typeName, {
    implements: ChannelAccount,
    simpleResolvers: true,
    description: definition.description,
  })(type);
  Collection({ collection: `accounts_${channel.toLowerCase()}` })(type);
  return type;
}

const accountTypes = new Map(CHANNELS.map((channel) => [channel, accountTypeOf(channel)]));

/** The entities of the 13 channels, in the order of the enum. */
export const ACCOUNT_TYPES: readonly EntityClass<ChannelAccount>[] = [...accountTypes.values()];

/** The entity of a channel's accounts, which names its collection. */
export function accountType(channel: Channel): EntityClass<ChannelAccount> {
  const type = accountTypes.get(channel);
  if (!type) throw new Error(`The channel ${channel} has no entity.`);
  return type;
}
