import { z } from 'zod';
import { badInput } from '../platform/errors.js';
import { columnsOf, FIELD_KINDS, type MatchSchema } from './match-schema.js';

/** What the columns of a file are, and which of them are left out on purpose. */
export interface MatchMapping {
  readonly schema: MatchSchema;
  readonly ignore: readonly string[];
}

const name = z.string({ error: 'must be text' }).trim().min(1, 'must not be empty');
const names = z.array(name, { error: 'must be a list of columns' });

const field = z
  .strictObject({
    name,
    kind: z.enum(FIELD_KINDS, { error: `must be one of ${FIELD_KINDS.join(', ')}` }),
    columns: names.min(1, 'must name a column').optional(),
    scopeColumn: name.optional(),
    isMany: z.boolean({ error: 'must be true or false' }).optional(),
  })
  .refine(({ kind, scopeColumn }) => kind === 'identifier' || scopeColumn === undefined, {
    error: 'belongs to an identifier',
    path: ['scopeColumn'],
  });

const mapping = z
  .strictObject({
    idColumn: name,
    fields: z.array(field, { error: 'must be a list of fields' }).min(1, 'must have a field'),
    ignore: names.default([]),
  })
  .superRefine(({ fields }, ctx) => {
    const seen = new Set<string>();
    for (const [index, { name: called }] of fields.entries()) {
      if (seen.has(called)) ctx.addIssue({ code: 'custom', message: 'stands twice', path: ['fields', index, 'name'] });
      seen.add(called);
    }
  })
  .superRefine(({ idColumn, fields, ignore }, ctx) => {
    const read = columnsOf({ idColumn, fields });
    if (read.includes(idColumn))
      ctx.addIssue({
        code: 'custom',
        message: 'is compared as well: an id says nothing of a person',
        path: ['idColumn'],
      });
    for (const [index, column] of ignore.entries()) {
      if (column === idColumn || read.includes(column))
        ctx.addIssue({ code: 'custom', message: 'is read and left out at once', path: ['ignore', index] });
    }
    if (fields.every(({ kind }) => kind === 'timestamp'))
      ctx.addIssue({ code: 'custom', message: 'must have one that is no timestamp', path: ['fields'] });
  });

/** Reads the text of a mapping file; BAD_USER_INPUT says which place of it is wrong and what would be right. */
export function parseMatchMapping(content: string): MatchMapping {
  const parsed = mapping.safeParse(jsonOf(content));
  if (parsed.success) {
    const { idColumn, fields, ignore } = parsed.data;
    return { schema: { idColumn, fields }, ignore };
  }
  const faults = parsed.error.issues.map(({ path, message }) => `${placeOf(path)}${message}`);
  throw badInput('mapping', faults.join('; '));
}

/** A place as people write it: `fields[2].kind: `. */
function placeOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
  return path.length === 0 ? '' : `${parts.join('').replace(/^\./, '')}: `;
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content.replace(/^\ufeff/, ''));
  } catch (error) {
    throw badInput('mapping', `is no JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
}
