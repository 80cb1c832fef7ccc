/** What a field of a record is; it decides how values are read, compared and blocked on. */
export const FIELD_KINDS = [
  'personName',
  'givenName',
  'familyName',
  'birthday',
  'gender',
  'phone',
  'email',
  'identifier',
  'address',
  'street',
  'locality',
  'postcode',
  'text',
  'number',
  'timestamp',
] as const;

export type FieldKind = (typeof FIELD_KINDS)[number];

/** One thing that is compared. */
export interface MatchField {
  /** Unique in its schema; comparisons and weights are shown under it. */
  readonly name: string;
  readonly kind: FieldKind;
  /** The columns it is read from, parts of an address from the widest; the one called like the field where not given. */
  readonly columns?: readonly string[];
  /** Of an identifier: the column that says where it holds. Identifiers of two scopes are not compared. */
  readonly scopeColumn?: string;
  /** A person has many at once (devices, accounts of apps), so that two different ones say nothing. */
  readonly isMany?: boolean;
}

/** Which column names a record and what the others mean. Columns it does not name are not read. */
export interface MatchSchema {
  readonly idColumn: string;
  readonly fields: readonly MatchField[];
}

/** The columns of a field, the scope last. */
export function columnsOfField(field: MatchField): readonly string[] {
  const columns = field.columns ?? [field.name];
  return field.scopeColumn === undefined ? columns : [...columns, field.scopeColumn];
}

/** All columns a schema reads besides the id, each once, in the order in which a matcher takes their values. */
export function columnsOf(schema: MatchSchema): readonly string[] {
  return [...new Set(schema.fields.flatMap(columnsOfField))];
}
