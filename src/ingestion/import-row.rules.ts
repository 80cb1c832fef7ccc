import type { Channel } from '../channels/channel.js';
import { IdentifierType } from '../channels/identifier-type.js';
import { EventType } from '../events/event-kinds.js';
import { type Column, type Field, holdEvents, type Role, roleByName, roleOfUnknown } from './import-columns.rules.js';
import { messageIdOf } from './message-id.rules.js';
import type { EventInputLike } from './observation.js';

/** What rows are taken to be where they don't say. */
export interface RowDefaults {
  readonly channel: Channel;
  readonly type?: EventType | undefined;
  /** The file's time of modification: the same at every import of the same file. */
  readonly occurredAt: Date;
}

type Fields = Record<string, unknown>;

/** A row taken apart. */
interface Parts {
  readonly fields: Partial<Record<Field, unknown>>;
  readonly identifiers: { type: IdentifierType; namespace: string | null; value: unknown }[];
  readonly trait: [string, unknown][];
  readonly property: [string, unknown][];
  readonly context: [string, unknown][];
}

const CONTACT_TYPES: Readonly<Record<string, IdentifierType>> = {
  phone: IdentifierType.PHONE,
  email: IdentifierType.EMAIL,
};
const EPOCH = /^\d{10}(?:\d{3})?$/;

function put(parts: Parts, role: Role, value: unknown): void {
  if (role.kind === 'ignored' || value === '' || value === undefined) return;
  if (role.kind === 'field') parts.fields[role.name] = value;
  else if (role.kind !== 'identifier') parts[role.kind].push([role.name, value]);
  else if (value !== null) parts.identifiers.push({ type: role.type, namespace: role.namespace, value });
}

/** Where one phone or email is all that identifies, it is an identifier itself, so that a bad one is named as such. */
function loneContact({ trait }: Parts): Parts['identifiers'] {
  const contacts = trait.filter(([name, value]) => Object.hasOwn(CONTACT_TYPES, name) && value !== null);
  return contacts.length !== 1
    ? []
    : contacts.map(([name, value]) => ({
        type: CONTACT_TYPES[name] ?? IdentifierType.CUSTOM,
        namespace: null,
        value,
      }));
}

function typeOf(given: unknown, name: unknown, { type }: RowDefaults): unknown {
  if (typeof given === 'string') return given.trim().toUpperCase();
  return given ?? type ?? (name === undefined ? EventType.IDENTIFY : EventType.TRACK);
}

function instantOf(given: unknown, { occurredAt }: RowDefaults): unknown {
  if (given === undefined || given === null) return occurredAt;
  return typeof given === 'string' && EPOCH.test(given.trim()) ? Number(given) : given;
}

function assemble(parts: Parts, row: unknown, defaults: RowDefaults): EventInputLike {
  const { fields, identifiers } = parts;
  return {
    messageId: fields.messageId ?? messageIdOf('import', { channel: defaults.channel, row }),
    type: typeOf(fields.type, fields.name, defaults),
    name: fields.name,
    channel: fields.channel ?? defaults.channel,
    identifiers: identifiers.length > 0 ? identifiers : loneContact(parts),
    traits: Object.fromEntries(parts.trait),
    properties: Object.fromEntries(parts.property),
    context: Object.fromEntries(parts.context),
    occurredAt: instantOf(fields.occurredAt, defaults),
  };
}

function noParts(): Parts {
  return { fields: {}, identifiers: [], trait: [], property: [], context: [] };
}

/**
 * A row of a table as an event; empty cells say nothing. Without a message id it gets one from the channel and its
 * content, so that the same row imported again is the same event.
 */
export function decodeCells(
  cells: readonly string[],
  columns: readonly Column[],
  row: Fields,
  defaults: RowDefaults,
): EventInputLike {
  const parts = noParts();
  for (const [index, { role }] of columns.entries()) put(parts, role, cells[index]);
  return assemble(parts, row, defaults);
}

const PARTS = { traits: 'trait', properties: 'property', context: 'context' } as const;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partOf(name: string, value: unknown): 'trait' | 'property' | 'context' | undefined {
  const isPart = name === 'traits' || name === 'properties' || name === 'context';
  return isPart && isObject(value) ? PARTS[name] : undefined;
}

/**
 * A JSON object as an event: one that has a list of identifiers is the contract's EventInput, any other is a row whose
 * names are columns. A null clears a trait.
 */
export function decodeObject(row: Fields, mapped: ReadonlyMap<string, Role>, defaults: RowDefaults): EventInputLike {
  if (Array.isArray(row.identifiers)) return eventOf(row, defaults);
  const roles = Object.keys(row).map((name) => mapped.get(name) ?? roleByName(name, defaults.channel));
  const areEvents = holdEvents(roles);
  const parts = noParts();
  for (const [index, [name, value]] of Object.entries(row).entries()) {
    const part = mapped.has(name) ? undefined : partOf(name, value);
    if (part) parts[part].push(...Object.entries(value as Fields));
    else put(parts, roles[index] ?? roleOfUnknown(name, areEvents), value);
  }
  return assemble(parts, row, defaults);
}

function eventOf(row: Fields, defaults: RowDefaults): EventInputLike {
  const { identifiers, traits, properties, context } = row;
  return {
    messageId: row.messageId ?? messageIdOf('import', { channel: defaults.channel, row }),
    type: row.type ?? defaults.type,
    name: row.name,
    channel: row.channel ?? defaults.channel,
    identifiers,
    traits,
    properties,
    context,
    occurredAt: row.occurredAt ?? defaults.occurredAt,
  };
}
