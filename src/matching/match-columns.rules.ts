import { badInput } from '../platform/errors.js';
import { BUILT_IN_SCHEMAS } from './built-in-schemas.js';
import type { MatchMapping } from './match-mapping.js';
import { columnsOf, type MatchSchema } from './match-schema.js';

/** Where in a row the matcher finds what it reads. */
export interface ColumnPlan {
  readonly schema: MatchSchema;
  readonly idAt: number;
  /** The cells of `columnsOf(schema)`, in that order. */
  readonly valuesAt: readonly number[];
  /** Columns that nobody has said anything about: they are not read. */
  readonly unread: readonly string[];
}

const MOST_NAMES_TOLD = 50;
const LONGEST_NAME_TOLD = 60;

/** The mapping that is built in under this name. */
export function builtInMapping(name: string): MatchMapping | undefined {
  const known = Object.entries(BUILT_IN_SCHEMAS).find(([known]) => known === name);
  return known && { schema: known[1], ignore: [] };
}

/** The names of the mappings that are built in. */
export function builtInNames(): readonly string[] {
  return Object.keys(BUILT_IN_SCHEMAS);
}

/**
 * Where the columns of a mapping are in a file with this header; without a mapping, those of the built-in one whose
 * columns are all there. BAD_USER_INPUT where a column is missing or stands twice, or no built-in mapping fits.
 */
export function planColumns(header: readonly string[], mapping?: MatchMapping): ColumnPlan {
  const names = header.map((name) => name.trim());
  const { schema, ignore } = mapping ?? fittingMapping(names);
  const needed = neededBy(schema);
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0)
    throw badInput(
      'file',
      `line 1: the mapping reads ${told(missing)}, which the file does not have; it has ${told(names)}. ` +
        'Leave out of the mapping what the file does not have',
    );
  const double = needed.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (double !== undefined) throw badInput('file', `line 1: the column ${told([double])} stands twice`);
  const unread = names.filter((name) => name !== '' && !needed.includes(name) && !ignore.includes(name));
  const valuesAt = columnsOf(schema).map((name) => names.indexOf(name));
  return { schema, idAt: names.indexOf(schema.idColumn), valuesAt, unread };
}

function fittingMapping(names: readonly string[]): MatchMapping {
  const all = Object.entries(BUILT_IN_SCHEMAS).map(([name, schema]) => {
    const needed = neededBy(schema);
    return { name, schema, needed, missing: needed.filter((column) => !names.includes(column)) };
  });
  const fitting = all.filter(({ missing }) => missing.length === 0);
  const [only] = fitting;
  if (only && fitting.length === 1) return { schema: only.schema, ignore: [] };
  if (only)
    throw badInput(
      'file',
      `line 1: the mappings ${told(fitting.map(({ name }) => name))} fit: say which, as --mapping ${only.name}`,
    );
  const near = all
    .filter(({ needed, missing }) => missing.length * 2 < needed.length)
    .map(({ name, missing }) => ` For the mapping ${name} it lacks ${told(missing)}.`);
  throw badInput(
    'file',
    `line 1: no built-in mapping fits its columns ${told(names)}.${near.join('')} ${advice(names)}`,
  );
}

/** How to write a mapping, shown on the file's own first columns. */
function advice([id = 'id', other = 'name']: readonly string[]): string {
  const sample = JSON.stringify({ idColumn: told([id]), fields: [{ name: told([other]), kind: 'text' }] });
  return `Say what they are in a JSON file, as ${sample}, and give it with --mapping (docs/match-files.md)`;
}

function neededBy(schema: MatchSchema): readonly string[] {
  return [schema.idColumn, ...columnsOf(schema)];
}

/** Names of columns as one line of a message: many or long ones are cut, and nothing in them steers a terminal. */
export function told(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES_TOLD).map((name) => {
    const line = name.replaceAll(/[\s\p{Cc}]+/gu, ' ');
    return line.length > LONGEST_NAME_TOLD ? `${line.slice(0, LONGEST_NAME_TOLD)}...` : line;
  });
  const others = names.length - shown.length;
  return shown.join(', ') + (others > 0 ? ` and ${others} more` : '');
}
