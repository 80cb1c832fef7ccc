import type { MatchCandidate, MatchStatus } from './match-candidate.entity.js';

/** How the two accounts of a candidate stand to each other now. */
export interface PairStanding {
  /** They are in one profile. */
  readonly isOnePerson: boolean;
  /** A person took them apart, or accounts of the persons they belong to, and that holds. */
  readonly isBarred: boolean;
}

/**
 * The status that a candidate is to have: what a person said of it stays for good; else it waits for one as long as the
 * two are neither one person nor kept apart by hand, under whichever version of the model they were proposed.
 */
export function statusOf({ status }: Pick<MatchCandidate, 'status'>, { isOnePerson, isBarred }: PairStanding) {
  if (status === 'ACCEPTED' || status === 'REJECTED') return status;
  return (isOnePerson || isBarred ? 'SUPERSEDED' : 'PENDING') as MatchStatus;
}
