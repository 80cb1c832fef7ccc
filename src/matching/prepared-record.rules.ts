import { COMPARISONS, type ReadValue } from './comparisons.rules.js';
import { columnsOf, columnsOfField, type MatchField, type MatchSchema } from './match-schema.js';

/** A record as it is compared: a value a field of its schema, undefined where there is none. */
export type PreparedRecord = readonly (ReadValue | undefined)[];

/** Reads records of a schema. */
export interface RecordReader {
  /** `values` are those of `columnsOf(schema)`, '' where missing. */
  read(values: readonly string[]): PreparedRecord;
}

/** What reads a schema's records. */
export function recordReader(schema: MatchSchema): RecordReader {
  const columns = columnsOf(schema);
  const readers = schema.fields.map((field) => fieldReader(field, columns));
  return { read: (values) => readers.map((read) => read(values)) };
}

function fieldReader(
  field: MatchField,
  columns: readonly string[],
): (values: readonly string[]) => ReadValue | undefined {
  const places = columnsOfField(field).map((column) => columns.indexOf(column));
  const { read } = COMPARISONS[field.kind];
  return (values) => read(places.map((place) => values[place] ?? ''));
}
