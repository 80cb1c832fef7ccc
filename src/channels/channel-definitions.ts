import type { Protection } from '../platform/entity.js';
import { firstByteOfUlid } from '../platform/ids.js';
import { Channel } from './channel.js';
import { CHANNEL_TABLE } from './channel-table.js';
import type { IdentifierType } from './identifier-type.js';
import { type AttributeSpec, COMMON_ATTRIBUTES, STANDARD_TRAITS, type StandardTrait } from './trait-catalogue.js';

/** An identifier a channel brings, and what its namespace names there. */
export interface ChannelIdentifier {
  readonly type: `${IdentifierType}`;
  readonly scope?: string;
}

/** All there is to know of a channel: its entity, GraphQL type, collection, import mapping and priority come from here. */
export interface ChannelDefinition {
  /** The first byte of its accounts' ids: it never changes and is never given again. */
  readonly number: number;
  readonly typeName: string;
  readonly description: string;
  /** 0 to 100; where channels disagree on a trait the higher wins, unless the tenant's settings say otherwise. */
  readonly priority: number;
  readonly identifiers: readonly ChannelIdentifier[];
  readonly attributes: Readonly<Record<string, AttributeSpec>>;
  /** Which of its own attributes stand for a standard trait, where the trait itself was not observed. */
  readonly traits: Readonly<Partial<Record<StandardTrait, string>>>;
}

export const CHANNELS = Object.values(Channel);

const byNumber = new Map(CHANNELS.map((channel) => [CHANNEL_TABLE[channel].number, channel]));

/** The definition of a channel. */
export function definitionOf(channel: Channel): ChannelDefinition {
  return CHANNEL_TABLE[channel];
}

/** The channel an account's id tells, or undefined where it is no account's id. */
export function channelOfAccountId(id: string): Channel | undefined {
  const number = id.startsWith('acc_') ? firstByteOfUlid(id.slice(4)) : undefined;
  return number === undefined ? undefined : byNumber.get(number);
}

/** The GraphQL type of a channel's accounts. */
export function typeNameOf(channel: Channel): string {
  return CHANNEL_TABLE[channel].typeName;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

type Named = readonly [string, AttributeSpec];

function namesOf([name, spec]: Named): string[] {
  const names = [name, ...(spec.aliases ?? [])];
  return [...names, ...names.map(snakeCase)];
}

const specsByChannel = new Map<Channel, ReadonlyMap<string, AttributeSpec>>();
const namesByChannel = new Map<Channel, ReadonlyMap<string, string>>();
for (const channel of CHANNELS) {
  const specs: Named[] = Object.entries({
    ...STANDARD_TRAITS,
    ...COMMON_ATTRIBUTES,
    ...CHANNEL_TABLE[channel].attributes,
  });
  specsByChannel.set(channel, new Map(specs));
  namesByChannel.set(channel, new Map(specs.flatMap((named) => namesOf(named).map((alias) => [alias, named[0]]))));
}

/** The attribute that a client's name for it means in a channel, or undefined for a custom trait. */
export function attributeNamed(channel: Channel, name: string): string | undefined {
  return namesByChannel.get(channel)?.get(name);
}

/** How an attribute of a channel is read, or undefined for a custom trait. */
export function attributeSpec(channel: Channel, name: string): AttributeSpec | undefined {
  return specsByChannel.get(channel)?.get(name);
}

/** The data class of an attribute of a channel. */
export function attributeProtection(channel: Channel, name: string): Protection | undefined {
  return attributeSpec(channel, name)?.protection;
}
