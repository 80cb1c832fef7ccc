import type { ActiveDays } from './calendar.js';
import type { LinkType } from './identity.js';
import type { DemoChannel } from './membership.js';
import type { Order } from './orders.js';
import type { Person } from './people.js';
import type { Random } from './random.js';

export interface DemoIdentifier {
  type: string;
  namespace?: string;
  value: string;
}

type Fields = Record<string, unknown>;

/** What a channel saw at one moment. */
export interface Observation {
  type: 'TRACK' | 'IDENTIFY' | 'PAGE' | 'SCREEN';
  name?: string;
  identifiers: DemoIdentifier[];
  traits?: Fields;
  properties?: Fields;
  context?: Fields;
  occurredAt: Date;
}

/** All that one channel's file needs to tell one person's history there. */
export interface Episode {
  person: Person;
  channel: DemoChannel;
  /** The identifiers this channel shares with the person's others. */
  links: ReadonlySet<LinkType>;
  /** The person's purchases in this channel, earliest first. */
  orders: readonly Order[];
  days: ActiveDays;
  /** The stream of this person in this channel. */
  random: Random;
}

type Extra = Pick<Observation, 'traits' | 'properties' | 'context'>;

export function track(occurredAt: Date, name: string, identifiers: DemoIdentifier[], extra: Extra = {}): Observation {
  return { type: 'TRACK', name, identifiers, ...extra, occurredAt };
}

export function identify(occurredAt: Date, identifiers: DemoIdentifier[], traits: Fields): Observation {
  return { type: 'IDENTIFY', identifiers, traits, occurredAt };
}
