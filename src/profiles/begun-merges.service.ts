import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { DERIVE_ANEW } from './parting.rules.js';
import { partingBegun } from './parting-job.js';
import type { ProfileStore } from './profile.store.js';
import { newRevision, type StoredProfile } from './profile-document.js';
import { accountIdOf } from './profile-id.rules.js';
import type { SlotStore } from './slot.store.js';
import type { StitchService } from './stitch.service.js';
import type { DecidedPersons } from './undecided.rules.js';

/**
 * Finishes the merges that a profile has begun, or gives them up: where somebody has written a profile that was to be
 * absorbed, and nobody has decided on what both come to, they stay two.
 */
export class BegunMergesService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly stitching: StitchService,
    private readonly changes: ChangeLog,
  ) {}

  /** Does so for a profile that was read. Whether merges were given up: then the profile is marked to be derived anew. */
  async settle(ctx: TenantContext, stored: StoredProfile, persons: DecidedPersons | undefined): Promise<boolean> {
    const founder = accountIdOf(idOf(stored._id));
    const pairs = (stored.absorbing ?? []).map((id) => [founder, accountIdOf(id)] as const);
    const input = { accounts: new Map(), pairs, events: new Map(), ...(persons && { persons }) };
    const { undecided } = await this.stitching.stitch(ctx, input);
    return undecided.size > 0 && this.giveUp(ctx, idOf(stored._id));
  }

  /**
   * Lets a profile forget whom it was about to absorb. Who of them still lives is given a new revision before, so that
   * whoever began the merge is overtaken there. False where somebody else was faster.
   */
  private async giveUp(ctx: TenantContext, profileId: string): Promise<boolean> {
    const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    if (!stored?.absorbing?.length || idOf(stored._id) !== profileId) return false;
    const roots = await this.profiles.resolve(ctx, stored.absorbing);
    const living = [...roots].filter(([id, root]) => idOf(root._id) === id);
    const read = living.map(([id, { revision }]) => ({ id, revision }));
    if (!(await this.slots.touch(ctx, read, newRevision()))) return false;
    const { state } = this.profiles.open(ctx, stored);
    await this.changes.append(ctx, [partingBegun(state)]);
    const marks = [...new Set([...state.parting, DERIVE_ANEW])];
    return this.slots.giveUp(ctx, { id: profileId, revision: stored.revision }, marks);
  }
}
