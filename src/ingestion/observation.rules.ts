import { Channel } from '../channels/channel.js';
import { attributeNamed, attributeSpec } from '../channels/channel-definitions.js';
import { IdentifierType } from '../channels/identifier-type.js';
import { EventType } from '../events/event-kinds.js';
import { jsonBytes } from '../platform/json-size.rules.js';
import type { Money } from '../platform/money.js';
import { type Locale, parseAttribute } from './attribute.rules.js';
import { mayLink } from './blocked-values.rules.js';
import { consentsOf } from './consent-preferences.rules.js';
import { accountIdentifierOf, type IdentifierRules, identityOf, readIdentifiers } from './identifiers.rules.js';
import { parseAmount, parseEmail, parseInstant, parsePhone } from './normalise.rules.js';
import type { EventInputLike, Observation, ObservedIdentifier, Refusal } from './observation.js';
import { valueFault } from './shape.rules.js';
import { cleanText } from './text.rules.js';

const LARGEST_ITEM_BYTES = 32_768;
const LONGEST_MESSAGE_ID = 256;
const LATEST_AHEAD_MS = 24 * 3_600_000;
/** The code of an item that is older than the tenant keeps any. Nothing of it is kept. */
export const RETENTION_EXPIRED = 'RETENTION_EXPIRED';
const EVENT_TYPES = Object.values(EventType);
const CHANNELS = Object.values(Channel);

/** What reading an item needs to know. */
export interface ReadingRules extends Locale, IdentifierRules {
  readonly now: Date;
  /** What happened before is kept by no rule of the tenant's; null where all is kept. */
  readonly oldest: Date | null;
}

type Fields = Record<string, unknown>;

/** Thrown inside reading and caught by `readObservation` alone. */
class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

function refuse(code: string, path: string, message: string): never {
  throw new Refused({ code, message: `${path}: ${message}`, path });
}

function readText(value: unknown, path: string, code: string, longest: number): string {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= longest;
  if (!isText) return refuse(code, path, `must be text of 1 to ${longest} characters`);
  return value;
}

function readObject(value: unknown, path: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return refuse('INVALID_TYPE', path, 'must be an object');
  return value as Fields;
}

function checkShape(input: EventInputLike): void {
  for (const part of ['messageId', 'name', 'identifiers', 'traits', 'properties', 'context'] as const) {
    const fault = valueFault(input[part], part);
    if (fault) refuse(fault.code, fault.path ?? part, fault.message);
  }
  const bytes = jsonBytes(input);
  if (bytes > LARGEST_ITEM_BYTES)
    refuse('TOO_LARGE', 'event', `has ${bytes} bytes; at most ${LARGEST_ITEM_BYTES} are taken`);
}

function readInstant(value: unknown, { now, oldest, timeZone }: ReadingRules): Date {
  const instant = parseInstant(value, timeZone);
  if (!instant) return refuse('INVALID_TYPE', 'occurredAt', 'must be an instant in ISO 8601, as 2026-03-01T08:30:00Z');
  if (instant.getTime() > now.getTime() + LATEST_AHEAD_MS)
    refuse('OCCURRED_IN_FUTURE', 'occurredAt', 'is more than 24 h in the future');
  if (instant.getTime() <= 0) refuse('OCCURRED_TOO_EARLY', 'occurredAt', 'must be later than 1970-01-01');
  if (oldest && instant < oldest)
    refuse(
      RETENTION_EXPIRED,
      'occurredAt',
      `is before ${oldest.toISOString().slice(0, 10)}: by the tenant's rules nothing so old is kept`,
    );
  return instant;
}

/** By attribute, the name it is read from: its own, else the first other name for it; the rest are custom traits. */
function namesRead(traits: Fields, channel: Channel): Map<string, string> {
  const names = new Map<string, string>();
  for (const name of Object.keys(traits)) {
    const attribute = attributeNamed(channel, name);
    if (attribute && (attribute === name || !names.has(attribute))) names.set(attribute, name);
  }
  return names;
}

function readAttribute(attribute: string, name: string, value: unknown, channel: Channel, locale: Locale): unknown {
  const parsed = parseAttribute(attributeSpec(channel, attribute)?.kind ?? 'text', value, locale);
  return 'expected' in parsed ? refuse('INVALID_TYPE', `traits.${name}`, `must be ${parsed.expected}`) : parsed.value;
}

function readTraits(traits: Fields, channel: Channel, locale: Locale): { attributes: Fields; custom: Fields } {
  const attributes: Fields = {};
  const custom: Fields = {};
  const names = namesRead(traits, channel);
  for (const [name, value] of Object.entries(traits)) {
    const attribute = attributeNamed(channel, name);
    if (attribute && names.get(attribute) === name) {
      attributes[attribute] = readAttribute(attribute, name, value, channel, locale);
    } else custom[name] = typeof value === 'string' ? cleanText(value) : value;
  }
  return { attributes, custom };
}

/** A phone or email among the traits identifies as well, and one among the identifiers is a trait as well. */
function exchange(identifiers: ObservedIdentifier[], attributes: Fields, rules: ReadingRules): ObservedIdentifier[] {
  const all = new Map(identifiers.map((identifier) => [identityOf(identifier), identifier]));
  const pairs = [
    [IdentifierType.PHONE, 'phone', (text: string) => parsePhone(text, rules.region)],
    [IdentifierType.EMAIL, 'email', parseEmail],
  ] as const;
  for (const [type, trait, parse] of pairs) {
    const given = identifiers.find((identifier) => identifier.type === type);
    if (given && attributes[trait] === undefined) attributes[trait] = given.value;
    if (attributes[trait] === given?.value) continue;
    const value = typeof attributes[trait] === 'string' ? parse(attributes[trait]) : undefined;
    if (!value) continue;
    const identifier = { type, namespace: null, value, linking: mayLink(type, value, rules.blocked) };
    all.set(identityOf(identifier), identifier);
  }
  return [...all.values()];
}

function readIdentity(input: EventInputLike, attributes: Fields, rules: ReadingRules) {
  const given = readIdentifiers(input.identifiers, rules);
  if (!Array.isArray(given)) return refuse(given.code, given.path ?? 'identifiers', given.message);
  const identifiers = exchange(given, attributes, rules);
  const accountIdentifier = accountIdentifierOf(identifiers);
  if (!accountIdentifier) return refuse('NO_IDENTIFIER', 'identifiers', 'none of them identifies anyone');
  return { identifiers, accountIdentifier };
}

const ORDER_REVENUE = new Set(['Order Completed', 'Order Refunded']);

function revenueOf(name: string, properties: Fields, locale: Locale): Money | null {
  const given = properties.revenue ?? (ORDER_REVENUE.has(name) ? (properties.total ?? properties.value) : undefined);
  const amount = parseAmount(given);
  const currency =
    typeof properties.currency === 'string' && /^[A-Za-z]{3}$/.test(properties.currency)
      ? properties.currency.toUpperCase()
      : locale.currency;
  return amount === undefined ? null : { amount, currency };
}

const NAME_OF_UNNAMED: Readonly<Record<EventType, string>> = {
  TRACK: '',
  IDENTIFY: 'Identify',
  PAGE: 'Page Viewed',
  SCREEN: 'Screen Viewed',
  GROUP: 'Group',
  ALIAS: 'Alias',
};

function readName(type: EventType, name: unknown): string {
  if ((name === undefined || name === null) && type !== EventType.TRACK) return NAME_OF_UNNAMED[type];
  return cleanText(readText(name, 'name', 'MISSING_NAME', 256));
}

function readConsents(name: string, context: Fields): Pick<Observation, 'consents'> {
  const consents = consentsOf(name, context);
  if (!consents) return {};
  if ('code' in consents) throw new Refused(consents);
  return { consents };
}

function readOneOf<T extends string>(value: unknown, values: readonly T[], path: string, code: string): T {
  if (!values.includes(value as T)) return refuse(code, path, `must be one of ${values.join(', ')}`);
  return value as T;
}

function read(index: number, input: EventInputLike, rules: ReadingRules): Observation {
  checkShape(input);
  const messageId = readText(input.messageId, 'messageId', 'INVALID_MESSAGE_ID', LONGEST_MESSAGE_ID);
  const type = readOneOf(input.type ?? EventType.TRACK, EVENT_TYPES, 'type', 'UNKNOWN_TYPE');
  const channel = readOneOf(input.channel, CHANNELS, 'channel', 'UNKNOWN_CHANNEL');
  const name = readName(type, input.name);
  const occurredAt = readInstant(input.occurredAt, rules);
  const { attributes, custom } = readTraits(readObject(input.traits, 'traits'), channel, rules);
  const properties = readObject(input.properties, 'properties');
  const context = readObject(input.context, 'context');
  return {
    index,
    messageId,
    type,
    name,
    channel,
    ...readIdentity(input, attributes, rules),
    attributes,
    custom,
    properties,
    context,
    revenue: revenueOf(name, properties, rules),
    ...readConsents(name, context),
    occurredAt,
  };
}

/**
 * Checks and normalises one item. Refusals carry a stable code and the path inside the item: INVALID_MESSAGE_ID,
 * UNKNOWN_TYPE, UNKNOWN_CHANNEL, MISSING_NAME, INVALID_TYPE, INVALID_IDENTIFIER, NO_IDENTIFIER, OCCURRED_IN_FUTURE, OCCURRED_TOO_EARLY,
 * RETENTION_EXPIRED, INVALID_TEXT, INVALID_KEY, INVALID_CONSENT, TEXT_TOO_LONG, TOO_MANY, TOO_DEEP, TOO_LARGE.
 */
export function readObservation(index: number, input: EventInputLike, rules: ReadingRules): Observation | Refusal {
  try {
    return read(index, input, rules);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}
