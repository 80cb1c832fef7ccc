import { z } from 'zod';
import { Channel } from '../channels/channel.js';
import { IdentifierType } from '../channels/identifier-type.js';
import { EventType } from '../events/event-kinds.js';
import { badInput } from '../platform/errors.js';
import { FIELDS, type Role } from './import-columns.rules.js';

const names = (values: readonly string[]) => `must be one of ${values.join(', ')}`;
const text = z.string({ error: 'must be text' }).min(1, 'must not be empty');
const KINDS = ['identifier', 'trait', 'property', 'context', 'field', 'ignore'] as const;

const column = z
  .strictObject({
    identifier: z.enum(IdentifierType, { error: names(Object.values(IdentifierType)) }).optional(),
    namespace: text.optional(),
    trait: text.optional(),
    property: text.optional(),
    context: text.optional(),
    field: z.enum(FIELDS, { error: names(FIELDS) }).optional(),
    ignore: z.literal(true, { error: 'must be true' }).optional(),
  })
  .refine((given) => KINDS.filter((kind) => given[kind] !== undefined).length === 1, {
    error: `must have exactly one of ${KINDS.join(', ')}`,
  })
  .refine((given) => given.namespace === undefined || given.identifier !== undefined, {
    error: 'a namespace belongs to an identifier',
  });

const mapping = z.strictObject({
  columns: z.record(z.string(), column, { error: 'must be an object of columns' }),
  type: z.enum(EventType, { error: names(Object.values(EventType)) }).optional(),
});

/** What the columns of a file are, where their names alone don't say it. */
export interface ImportMapping {
  readonly columns: ReadonlyMap<string, Role>;
  /** The type of rows that name none. */
  readonly type?: EventType | undefined;
}

function roleOf(given: z.infer<typeof column>): Role {
  const { identifier, namespace, trait, property, context, field } = given;
  if (identifier !== undefined) return { kind: 'identifier', type: identifier, namespace: namespace ?? null };
  if (trait !== undefined) return { kind: 'trait', name: trait };
  if (property !== undefined) return { kind: 'property', name: property };
  if (context !== undefined) return { kind: 'context', name: context };
  return field === undefined ? { kind: 'ignored' } : { kind: 'field', name: field };
}

/** Reads the text of a mapping file; BAD_USER_INPUT says which place of it is wrong and what would be right. */
export function parseMapping(content: string): ImportMapping {
  const parsed = mapping.safeParse(jsonOf(content));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${['mapping', ...issue.path].join('.')}: ${issue.message}`);
    throw badInput('mapping', faults.map((fault) => fault.replace(/^mapping: /, '')).join('; '));
  }
  const columns = Object.entries(parsed.data.columns).map(([name, given]) => [name, roleOf(given)] as const);
  return { columns: new Map(columns), type: parsed.data.type };
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw badInput('mapping', `is no JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
}

/** The channel of a name given on the command line. */
export function channelNamed(name: string): Channel {
  const known = Object.values(Channel).find((channel) => channel === name.toUpperCase());
  if (!known) throw badInput('channel', names(Object.values(Channel)));
  return known;
}
