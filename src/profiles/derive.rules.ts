import type { AccountRecord } from '../channels/account.rules.js';
import type { RecentEvent } from '../events/recent-event.js';
import type { AnchoredFacts } from './anchored-facts.rules.js';
import type { FoldSettings } from './fold.rules.js';
import { growProfile } from './profile.rules.js';
import type { ProfileState } from './profile-state.js';

/** All that a profile is derived from. */
export interface ProfileFacts {
  /** The accounts seen last, whole: as many as a profile keeps copies of. */
  readonly accounts: readonly AccountRecord[];
  /** Whether there are more accounts than those. */
  readonly accountsLeftOut: boolean;
  /** The account that was seen first of all, ties by id. */
  readonly first: Pick<AccountRecord, 'id' | 'firstSeenAt'>;
  readonly events: readonly RecentEvent[];
  readonly facts: AnchoredFacts;
  /** Blinded identifiers that link nobody, though accounts hold them; none where absent. */
  readonly unlinked?: ReadonlySet<string>;
}

/** What of a profile no fact tells. */
export type ProfileFrame = Pick<
  ProfileState,
  'id' | 'version' | 'mergedIds' | 'createdAt' | 'updatedAt' | 'seniority' | 'absorbing' | 'parting' | 'parted'
>;

/** What of a profile no fact tells, out of all that it says. */
export function frameOf(frame: ProfileFrame): ProfileFrame {
  const { id, version, mergedIds, createdAt, updatedAt, seniority, absorbing, parting, parted } = frame;
  return { id, version, mergedIds, createdAt, updatedAt, seniority, absorbing, parting, parted };
}

/** A profile made of facts alone: the same that growth comes to, whatever way it took. */
export function deriveProfile(known: ProfileFacts, frame: ProfileFrame, settings: FoldSettings): ProfileState {
  const { accounts, accountsLeftOut, first, events, facts, unlinked = new Set<string>() } = known;
  const observed = new Set(accounts.map(({ id }) => id));
  const growth = { id: frame.id, now: frame.updatedAt, accounts, observed, absorbed: [], events, facts, unlinked };
  const grown = growProfile(undefined, growth, settings);
  const { firstSeenAt } = first;
  return { ...grown, ...frameOf(frame), firstSeenAt, accountsLeftOut, truncated: grown.truncated || accountsLeftOut };
}
