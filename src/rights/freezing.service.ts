import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import { anchorsOf } from '../profiles/anchored-facts.rules.js';
import type { PartingService } from '../profiles/parting.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { accountIdOf, profileIdOf } from '../profiles/profile-id.rules.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { TombstoneStore } from '../profiles/tombstone.store.js';

/** A profile that is to be erased. */
export interface Doomed {
  readonly root: string;
  readonly version: number;
}

/**
 * Lets a tombstone stand for a profile: from then on nobody reads it, nobody writes it, and what leads to it leads to
 * nobody. Merges and partings that it has begun are finished first, so that no account of it is left elsewhere.
 */
export class FreezingService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly tombstones: TombstoneStore,
    private readonly stitching: StitchService,
    private readonly partings: PartingService,
  ) {}

  /** The living profile that an id leads to; undefined where it leads to nobody. */
  async find(ctx: TenantContext, profileId: string): Promise<Doomed | undefined> {
    const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    return stored && { root: idOf(stored._id), version: stored.version };
  }

  /**
   * Erases a profile itself, and its slot keeps a tombstone. Returns false where it has become another's since, which is
   * to be erased then; true as well where it was done before.
   */
  async freeze(ctx: TenantContext, root: string): Promise<boolean> {
    let isOther = false;
    await untilWritten('profiles', async () => {
      const stored = (await this.profiles.resolve(ctx, [root])).get(root);
      isOther = stored !== undefined && idOf(stored._id) !== root;
      if (!stored || isOther) return true;
      if (!(await this.isSettled(ctx, stored))) return false;
      await this.slots.straighten(ctx, root, stored.life);
      return this.tombstones.erase(ctx, stored);
    });
    return !isOther;
  }

  /** Whether a profile has finished what it began, and all that it holds leads to it; false where that had to be seen to. */
  private async isSettled(ctx: TenantContext, stored: StoredProfile): Promise<boolean> {
    const id = idOf(stored._id);
    const founder = accountIdOf(id);
    const { state } = this.profiles.open(ctx, stored);
    if (state.absorbing.length > 0) {
      await this.stitching.stitch(ctx, { accounts: new Map(), pairs: [[founder, founder]], events: new Map() });
      return false;
    }
    if (state.parting.length > 0) {
      await this.partings.finish(ctx, id);
      return false;
    }
    const held = [...new Set([...state.accounts.map((account) => account.id), ...anchorsOf(state)])].map(profileIdOf);
    const { living, erased } = await this.profiles.lead(ctx, held);
    const unfounded = held.filter((slot) => !living.has(slot) && !erased.has(slot));
    if (unfounded.length === 0) return true;
    const redirects = unfounded.map((slot) => ({ id: slot, into: id, life: stored.life }));
    await this.profiles.addRedirects(ctx, redirects);
    return false;
  }
}
