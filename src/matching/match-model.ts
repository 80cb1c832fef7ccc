/** How likely a level is between records of one person, of two people, and of two people who share a home. */
export interface LevelModel {
  readonly level: string;
  readonly match: number;
  readonly random: number;
  readonly household: number;
}

/** How often values occur in a field. */
export interface TermFrequencies {
  /** How many records have a value. */
  readonly total: number;
  /** The chance that two random records agree. */
  readonly agreement: number;
  /** The values that more than a few records have, with their number; others count as `least`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly least: number;
}

export interface FieldModel {
  readonly field: string;
  readonly levels: readonly LevelModel[];
  readonly frequencies: TermFrequencies | null;
  /** Values that stand for `not known`, as a default birthday. */
  readonly defaults: readonly string[];
}

/** What was learned about a schema's fields, as plain JSON. */
export interface MatchModel {
  readonly version: 1;
  /** How many records it was learned from. */
  readonly records: number;
  /** The chance that two random records are one person's. */
  readonly match: number;
  /** The chance that two random records are of two people who share a home; 0 where the schema has no address. */
  readonly household: number;
  readonly fields: readonly FieldModel[];
}
