import type { AccountObservation } from '../channels/account.rules.js';
import type { Channel } from '../channels/channel.js';
import { definitionOf } from '../channels/channel-definitions.js';
import { eventIdOf, hideEvent } from '../events/event.service.js';
import type { EventRecord, NewEvent } from '../events/event.store.js';
import { touchpointOf } from '../events/touchpoint.rules.js';
import { campaignOf, trafficSourceOf } from '../events/traffic-source.rules.js';
import { trafficTables } from '../events/traffic-tables.js';
import type { TenantContext } from '../platform/context.js';
import { derivedUlid } from '../platform/seal.js';
import { identifierKey, onceEach } from './identifier-key.js';
import type { Observation, ObservedIdentifier } from './observation.js';

/** An observation with the ids it goes under. */
export interface Placed {
  readonly observation: Observation;
  readonly eventId: string;
  readonly account: AccountObservation;
}

/** An event before its account's key is known. */
export type UnsealedEvent = Omit<NewEvent, 'accountKeys'>;

/** Something that is derived from an identifier that a channel brings. */
type OfIdentifier = (channel: Channel, identifier: ObservedIdentifier) => string;

/** The account an identifier stands for in a channel. */
function accountIdOf(ctx: TenantContext, channel: Channel, { type, namespace, value }: ObservedIdentifier): string {
  return `acc_${derivedUlid(ctx.keys, definitionOf(channel).number, type, namespace ?? '', value)}`;
}

/** Places the observations of one batch, each identifier blinded and each account's id derived once. */
export function placing(ctx: TenantContext): (observation: Observation) => Placed {
  const keyOf = onceEach((channel, identifier) => identifierKey(ctx, channel, identifier));
  const accountOf = onceEach((channel, identifier) => accountIdOf(ctx, channel, identifier));
  return (observation) => place(ctx, observation, keyOf, accountOf);
}

function place(ctx: TenantContext, observation: Observation, keyOf: OfIdentifier, accountOf: OfIdentifier): Placed {
  const { channel, messageId, occurredAt, attributes, custom, accountIdentifier } = observation;
  const identifiers = observation.identifiers.map((identifier) => ({ ...identifier, key: keyOf(channel, identifier) }));
  const account = {
    accountId: accountOf(channel, accountIdentifier),
    channel,
    externalId: accountIdentifier.value,
    externalIdType: accountIdentifier.type,
    messageId,
    occurredAt,
    identifiers,
    attributes,
    custom,
  };
  return { observation, eventId: eventIdOf(ctx, messageId), account };
}

/** Each event once, as it came first. */
export function distinct(placed: readonly Placed[]): Placed[] {
  const first = new Map<string, Placed>();
  for (const one of placed) if (!first.has(one.eventId)) first.set(one.eventId, one);
  return [...first.values()];
}

/** The event of an observation, its protected values masked. */
export function toEvent(ctx: TenantContext, { observation, eventId, account }: Placed): UnsealedEvent {
  const { type, name, channel, properties, context, revenue, occurredAt, messageId, identifiers, attributes, custom } =
    observation;
  const record: EventRecord = {
    id: eventId,
    messageId,
    type,
    name,
    channel,
    accountId: account.accountId,
    trafficSource: trafficSourceOf(context, properties, channel, trafficTables(ctx.settings.trafficSources)),
    campaign: campaignOf(context),
    touchpoint: touchpointOf(type, name, channel, properties),
    properties,
    revenue,
    occurredAt,
    receivedAt: ctx.now(),
  };
  return { ...hideEvent(ctx, record), payload: { identifiers, traits: { ...custom, ...attributes }, context } };
}
