import type { RejectedEvent } from '../ingestion/ingestion.view.js';

/** A profile that a tag is put on or taken off, at its place in the call. */
export interface PlacedProfile {
  readonly index: number;
  readonly profileId: string;
  /** How sure the source is, 0 to 1. */
  readonly confidence: number;
}

/** What became of the profiles of a call. */
export interface Tally {
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly RejectedEvent[];
}

const REASONS = {
  NOT_FOUND: 'No profile with this id was found.',
  CONSENT_REQUIRED: 'The tags of this profile are not open to the purposes of this request.',
  RESTRICTED: 'The data of this person must not be used.',
  OBJECTED: 'This person objects to being judged by models.',
} as const;

/** The refusal of one profile of a call. */
export function refusal({ index }: PlacedProfile, code: keyof typeof REASONS): RejectedEvent {
  return { index, code, message: REASONS[code], path: 'profileId' };
}

/** All tallies together, refusals in the order of their places. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const add = (field: 'changed' | 'unchanged') => tallies.reduce((sum, tally) => sum + tally[field], 0);
  const refused = tallies.flatMap((tally) => tally.refused).sort((a, b) => a.index - b.index);
  return { changed: add('changed'), unchanged: add('unchanged'), refused };
}
