import type { Counts } from './reseal.rules.js';

/** Where the job that stores tokens under another version of the index key has come to. */
export interface ReindexPlace {
  readonly startedAt: number;
  /** The version that is to be in force; null where that stays as it is. */
  readonly version: number | null;
  /** Whether nobody writes under a version before the one in force any more. */
  readonly isSettled: boolean;
  /** Passes are made until one finds nothing. */
  readonly pass: number;
  /** Which collection of the pass. */
  readonly at: number;
  /** The key of its last document that was dealt with. */
  readonly after: string | null;
  /** By collection: how many documents were found under versions before, in all passes and in this one. */
  readonly moved: Counts;
  readonly found: Counts;
  /** How many documents this pass found under versions that are not known. */
  readonly unreadable: number;
}

/** The place from which a job sets out. */
export function beginning(startedAt: number, version: number | null, isSettled: boolean): ReindexPlace {
  const nothing = { moved: {}, found: {}, unreadable: 0 };
  return { startedAt, version, isSettled, pass: 0, at: 0, after: null, ...nothing };
}

/** The place from which the next pass sets out. */
export function nextPass(place: ReindexPlace): ReindexPlace {
  return { ...place, pass: place.pass + 1, at: 0, after: null, found: {}, unreadable: 0 };
}

/** Whether a pass that has come to its end has found nothing that it could store under the version in force. */
export function isDone({ found }: ReindexPlace): boolean {
  return Object.values(found).every((count) => count === 0);
}

/** The share that is done, 0 to 1, of so many collections: the first pass, which moves, counts as much as all others. */
export function shareOfPasses({ pass, at }: ReindexPlace, collections: number): number {
  return pass === 0 ? at / collections / 2 : 0.5 + at / collections / 2;
}
