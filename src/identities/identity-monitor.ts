import type { ProfileState } from '../profiles/profile-state.js';
import type { StitchObserver } from '../profiles/stitch-observer.js';
import type { LinkRecord } from './link.rules.js';
import { measuresOf, type ProfileMeasures } from './profile-measures.rules.js';

/** Is told how good the making of profiles is. */
export interface IdentityObserver {
  profilesMerged(count: number): void;
  profilesParted(count: number): void;
  linkRefused(reason: string): void;
  profileWritten(measures: ProfileMeasures): void;
}

/** Measures what is written, and passes it on. */
export class IdentityMonitor implements StitchObserver {
  constructor(private readonly observer: IdentityObserver) {}

  written(states: readonly ProfileState[]): void {
    for (const state of states) this.observer.profileWritten(measuresOf(state));
  }

  merged(count: number): void {
    if (count > 0) this.observer.profilesMerged(count);
  }

  parted(count: number): void {
    if (count > 0) this.observer.profilesParted(count);
  }

  /** Takes in links that were not there before. */
  linked(links: readonly LinkRecord[]): void {
    for (const { kind, refusal } of links) if (kind === 'REFUSED' && refusal) this.observer.linkRefused(refusal);
  }
}
