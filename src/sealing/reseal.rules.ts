/** What of a tenant's keys is to give way: the data key that wraps all others, or the keys of its accounts and profiles. */
export type Rotation = 'DATA' | 'ACCOUNTS';

/** Documents by their collection. */
export type Counts = Readonly<Record<string, number>>;

/** What a job has done and found so far. */
export interface Tally {
  /** How many documents were sealed or wrapped anew. */
  readonly resealed: Counts;
  /** How many, when all was done, were not as they would be sealed then. */
  readonly remaining: Counts;
  /** How many documents keep keys that gave way, until nothing can be sealed under them any more. */
  readonly withFormerKeys: number;
  /** How many documents hold what none of their keys opens. */
  readonly unreadable: number;
}

export const NOTHING_DONE: Tally = { resealed: {}, remaining: {}, withFormerKeys: 0, unreadable: 0 };

/** Where the job has come to. */
export interface Place {
  readonly startedAt: number;
  /** The data key that is to be in force; null where that stays as it is. */
  readonly dataKey: number | null;
  /** Whether all processes know the keys by which it seals. */
  readonly isKnown: boolean;
  /** First all is sealed anew, then what remains is counted. */
  readonly stage: 'SEALING' | 'COUNTING';
  /** Which collection of the stage. */
  readonly at: number;
  /** The key of its last document that was dealt with. */
  readonly after: string | null;
  readonly done: number;
  readonly total: number;
  readonly tally: Tally;
}

/** Counts with more of a collection. */
export function plus(counts: Counts, collection: string, more: number): Counts {
  return more === 0 ? counts : { ...counts, [collection]: (counts[collection] ?? 0) + more };
}

/** The place behind a piece of documents. */
export function behind(place: Place, last: string, size: number, tally: Tally): Place {
  return { ...place, after: last, done: place.done + size, tally };
}

/** The share that is done, 0 to 1. */
export function shareOf({ done, total }: Place): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}

/** Whether all is as it would be sealed now. */
export function isWhole({ remaining, unreadable }: Tally): boolean {
  return unreadable === 0 && Object.values(remaining).every((count) => count === 0);
}
