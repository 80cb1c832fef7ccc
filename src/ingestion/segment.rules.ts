import { Channel } from '../channels/channel.js';
import { EventType } from '../events/event-kinds.js';
import { messageIdOf } from './message-id.rules.js';
import { parseInstant } from './normalise.rules.js';
import type { EventInputLike, RawItem } from './observation.js';
import { type Fields, isGiven, isObject, objectAt, refuse, Undecodable } from './segment-fields.rules.js';
import { identifiersOf } from './segment-identifiers.rules.js';
import { traitsOf } from './segment-traits.rules.js';
import { valueFault } from './shape.rules.js';

export const LARGEST_EVENT_BYTES = 32 * 1024;
/** By so much an event may be later than the moment it was sent at: clocks of one device are read apart. */
const CLOCK_TOLERANCE_MS = 60_000;

export const SEGMENT_CALLS = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type SegmentCall = (typeof SEGMENT_CALLS)[number];

/** What is known of a call besides its body. */
export interface Reception {
  readonly receivedAt: Date;
  /** The sender's clock when it sent, as it stands in the body. */
  readonly sentAt: unknown;
  /** The token's channel; undefined where the caller may write to any. */
  readonly channel: Channel | undefined;
  readonly requestId: string;
}

/** The bytes of an event as JSON; undefined where it is nested too deeply to be written at all. */
export function bytesOf(event: unknown): number | undefined {
  try {
    return Buffer.byteLength(JSON.stringify(event));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * When an event happened by the receiver's clock: receivedAt - (sentAt - timestamp), as Segment's specification of
 * common fields has it, since the last two are read from the same clock of the sender. Without a timestamp it is
 * receivedAt; without a sentAt, or with one before the event itself, the timestamp stands as it is.
 */
export function occurredAt(timestamp: unknown, { sentAt, receivedAt }: Reception): unknown {
  if (!isGiven(timestamp)) return receivedAt;
  const happened = parseInstant(timestamp);
  const sent = parseInstant(sentAt);
  if (!happened || !sent) return timestamp;
  const age = sent.getTime() - happened.getTime();
  if (age < -CLOCK_TOLERANCE_MS) return timestamp;
  return new Date(receivedAt.getTime() - Math.max(age, 0));
}

function channelOf(context: Fields, { channel }: Reception): Channel {
  const named = Object.values(Channel).find((known) => known === context.channel);
  // clients write `server`, `web` or `mobile` there on their own: those name no channel
  if (!named) return channel ?? Channel.WEB;
  if (channel && named !== channel)
    refuse('CHANNEL_NOT_ALLOWED', 'context.channel', `the token writes ${channel} alone`);
  return named;
}

/** What stands among the identifiers and traits is not told a second time in the event's context. */
function contextOf({ traits: _traits, externalIds: _externalIds, device, ...others }: Fields): Fields {
  if (!isObject(device)) return others;
  const { id: _id, ...rest } = device;
  return Object.keys(rest).length > 0 ? { ...others, device: rest } : others;
}

function viewName({ category, name }: Fields): string | undefined {
  const parts = [category, name].filter((part) => typeof part === 'string' && part.trim() !== '');
  return parts.length > 0 ? parts.join(' ') : undefined;
}

type Told = Pick<EventInputLike, 'name' | 'traits' | 'properties'>;

/** What each kind of call tells, of the person (traits) and of the event (name, properties). */
const TOLD: Readonly<Record<SegmentCall, (call: Fields, traits: Fields) => Told>> = {
  track: (call, traits) => {
    if (!isGiven(call.event)) refuse('MISSING_NAME', 'event', 'must be the name of what happened');
    return { name: call.event, traits, properties: call.properties };
  },
  identify: (_call, traits) => ({ traits }),
  page: (call, traits) => ({ name: viewName(call), traits, properties: viewProperties(call) }),
  screen: (call, traits) => ({ name: viewName(call), traits, properties: viewProperties(call) }),
  group: (call, traits) => {
    if (!isGiven(call.groupId)) refuse('MISSING_GROUP', 'groupId', 'must be the id of the group');
    return { traits: { ...traits, group: call.groupId }, properties: call.traits };
  },
  alias: (_call, traits) => ({ traits }),
};

function viewProperties(call: Fields): Fields {
  const { name, category } = call;
  const told = objectAt(call.properties, 'properties');
  return { ...(isGiven(category) && { category }), ...(isGiven(name) && { name }), ...told };
}

function checkedCall(given: unknown): Fields {
  const call = isObject(given) ? given : refuse('INVALID_TYPE', 'event', 'must be an object');
  const bytes = bytesOf(call);
  if (bytes === undefined) return refuse('TOO_DEEP', 'event', 'is nested too deeply');
  if (bytes > LARGEST_EVENT_BYTES)
    return refuse('TOO_LARGE', 'event', `has ${bytes} bytes; at most ${LARGEST_EVENT_BYTES} are taken`);
  for (const [part, value] of Object.entries(call)) {
    const fault = valueFault(value, part);
    if (fault) refuse(fault.code, fault.path ?? part, fault.message);
  }
  return call;
}

function messageId(type: SegmentCall, call: Fields, { requestId, receivedAt }: Reception, index: number): unknown {
  if (isGiven(call.messageId)) return call.messageId;
  const { sentAt: _sentAt, messageId: _messageId, writeKey: _writeKey, ...content } = call;
  // without a time of its own a repetition can't be told from a retry, and losing an event is worse than counting two
  const isTimed = isGiven(call.originalTimestamp) || isGiven(call.timestamp);
  return messageIdOf('segment', isTimed ? { type, content } : { type, content, requestId, receivedAt, index });
}

function decode(given: unknown, kind: SegmentCall | undefined, reception: Reception, index: number): EventInputLike {
  const call = checkedCall(given);
  const type = kind ?? SEGMENT_CALLS.find((known) => known === call.type);
  if (!type) return refuse('UNKNOWN_TYPE', 'type', `must be one of ${SEGMENT_CALLS.join(', ')}`);
  const context = objectAt(call.context, 'context');
  const ownTraits = type === 'group' ? {} : objectAt(call.traits, 'traits');
  const traits = traitsOf({ ...objectAt(context.traits, 'context.traits'), ...ownTraits });
  return {
    messageId: messageId(type, call, reception, index),
    type: EventType[type.toUpperCase() as keyof typeof EventType],
    channel: channelOf(context, reception),
    identifiers: identifiersOf(type, call, context),
    ...TOLD[type](call, traits),
    context: contextOf(context),
    occurredAt: occurredAt(call.originalTimestamp ?? call.timestamp, {
      ...reception,
      sentAt: call.sentAt ?? reception.sentAt,
    }),
  };
}

/**
 * Reads one call of Segment's HTTP tracking API; `kind` is the call's by its address, else the event's own `type`
 * decides. What can't be read has a refusal: INVALID_TYPE, INVALID_IDENTIFIER, MISSING_NAME, MISSING_GROUP,
 * MISSING_PREVIOUS_ID, CHANNEL_NOT_ALLOWED, UNKNOWN_TYPE, TOO_LARGE, TOO_DEEP and the faults of shape.
 */
export function decodeCall(given: unknown, index: number, reception: Reception, kind?: SegmentCall): RawItem {
  const raw = bytesOf(given) === undefined ? '[nested too deeply to keep]' : given;
  try {
    return { source: 'SEGMENT', index, raw, input: decode(given, kind, reception, index) };
  } catch (error) {
    if (error instanceof Undecodable) return { source: 'SEGMENT', index, raw, refusal: error.refusal };
    throw error;
  }
}
