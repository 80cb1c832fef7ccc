import type { ProfileState } from './profile-state.js';

/** Is told of what became of profiles, once it is written. */
export interface StitchObserver {
  written(states: readonly ProfileState[]): void;
  /** So many profiles became part of others. */
  merged(count: number): void;
  /** So many profiles came out of others. */
  parted(count: number): void;
}
