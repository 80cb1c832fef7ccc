import type { Identifier } from '../channels/identifier.entity.js';
import type { RecentEvent } from '../events/recent-event.js';
import type { AnchoredFacts } from './anchored-facts.rules.js';
import type { AccountSnapshotRecord } from './snapshot.rules.js';
import type { ProfileQuality, ProfileTraits, TraitProvenance } from './traits.entity.js';

/** A profile in clear, without what storage adds: what the fold reads and writes. */
export interface ProfileState extends AnchoredFacts {
  readonly id: string;
  readonly version: number;
  readonly traits: ProfileTraits;
  readonly provenance: TraitProvenance[];
  readonly quality: ProfileQuality | null;
  readonly identifiers: readonly Identifier[];
  readonly truncated: boolean;
  /** Whether accounts lead here that are not among the 64 copies. */
  readonly accountsLeftOut: boolean;
  readonly mergedIds: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly accounts: readonly AccountSnapshotRecord[];
  readonly recentEvents: readonly RecentEvent[];
  readonly absorbing: readonly string[];
  /** Parts that are being led out of it, as marks. */
  readonly parting: readonly string[];
  /** Whether accounts have ever left it, or what it took in. */
  readonly parted: boolean;
  readonly seniority: number;
}
