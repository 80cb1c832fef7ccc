import type { Channel } from '../channels/channel.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import type { EventType } from '../events/event-kinds.js';
import type { Money } from '../platform/money.js';
import type { ObservedConsents } from './consent-preferences.rules.js';

/** Why an item was refused. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
}

/** An event as a door decodes it: the contract's EventInput as plain data, not yet checked. */
export interface EventInputLike {
  readonly messageId: unknown;
  readonly type?: unknown;
  readonly name?: unknown;
  readonly channel: unknown;
  readonly identifiers: unknown;
  readonly traits?: unknown;
  readonly properties?: unknown;
  readonly context?: unknown;
  readonly occurredAt: unknown;
}

/** What a door hands over: the item as it arrived, and its decoded form or the reason why it has none. */
export interface RawItem {
  /** The door: GRAPHQL, SEGMENT or IMPORT. */
  readonly source: string;
  /** Its place in the call, from 0. */
  readonly index: number;
  /** As it arrived: what quarantine keeps. */
  readonly raw: unknown;
  readonly input?: EventInputLike;
  readonly refusal?: Refusal;
}

/** An identifier, normalised. */
export interface ObservedIdentifier {
  readonly type: IdentifierType;
  readonly namespace: string | null;
  readonly value: string;
  /** False for junk (`null`, zeros, `guest`): kept, never matched. */
  readonly linking: boolean;
}

/** An item that passed all rules: the one form in which the rest of the product knows it. */
export interface Observation {
  readonly index: number;
  readonly messageId: string;
  readonly type: EventType;
  readonly name: string;
  readonly channel: Channel;
  readonly identifiers: readonly ObservedIdentifier[];
  /** The identifier its account is known by. */
  readonly accountIdentifier: ObservedIdentifier;
  /** Attributes of the channel and standard traits, normalised; null clears. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Traits of other names; null clears. */
  readonly custom: Readonly<Record<string, unknown>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly revenue: Money | null;
  /** What the customer said of purposes; absent where the item tells of no such decision. */
  readonly consents?: ObservedConsents;
  readonly occurredAt: Date;
}
