import type { ProfileChanged } from '../platform/changes.js';
import type { ReadProfile } from './profile-document.js';
import type { ProfileState } from './profile-state.js';
import type { DecidedPersons } from './undecided.rules.js';

/** With the pauses between, about 0.7 s. */
const MOST_WAITS = 10;

/** One call that takes a profile apart, over all its attempts. */
export interface Job {
  readonly profileId: string;
  readonly parts: readonly (readonly string[])[];
  /** What was decided of who is one person; absent where a person or another writer said so. */
  readonly persons: DecidedPersons | undefined;
  /** The parts that leave: decided once, by the profile as it was found first. */
  leaving?: readonly (readonly string[])[];
  /** Whether it was told that the profile is about to be taken apart. */
  isTold: boolean;
  isMarked: boolean;
  /** How often it was looked whether another has come to an end with parting the profile. */
  waits: number;
  /** Whether another has: then there is more to decide on. */
  isLeft: boolean;
  /** What has been written and nobody has been told of yet, by profile. */
  readonly untold: Map<string, ProfileChanged>;
}

export function newJob(profileId: string, parts: Job['parts'], persons?: DecidedPersons): Job {
  return { profileId, parts, persons, isTold: false, isMarked: false, waits: 0, isLeft: false, untold: new Map() };
}

/** Whether another who is parting the profile is waited for: who decides waits once, for so long as one that lives needs. */
export function isWaiting(job: Job, { state }: ReadProfile): boolean {
  if (!job.persons || job.isMarked) return false;
  const isBusy = state.parting.length > 0;
  if (isBusy) job.waits += 1;
  else job.isLeft = job.waits > 0;
  return isBusy && job.waits <= MOST_WAITS;
}

/** That a profile is about to be taken apart. */
export function partingBegun({ id, version }: ProfileState): ProfileChanged {
  return { kind: 'SPLIT', profileId: id, version, paths: ['accounts'], eventIds: [] };
}
