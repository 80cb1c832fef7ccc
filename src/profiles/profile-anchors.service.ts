import type { TenantContext } from '../platform/context.js';
import type { ProfileStore } from './profile.store.js';
import { accountIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import type { SlotStore } from './slot.store.js';

/** The accounts of a profile, for facts to be anchored to. */
export interface ProfileAnchors {
  /** The profile in clear. */
  readonly state: ProfileState;
  /** The accounts that it has copies of, the one seen last first; its founder's where it has none. */
  readonly known: readonly string[];
  /** Those it has no copies of, by one cursor. */
  others(): AsyncIterable<string>;
}

/** Tells which accounts facts about a person are anchored to. */
export class ProfileAnchorsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
  ) {}

  /** The anchors of a living profile; undefined where the id leads nowhere. */
  async find(ctx: TenantContext, profileId: string): Promise<ProfileAnchors | undefined> {
    const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    if (!stored) return undefined;
    const { state } = this.profiles.open(ctx, stored);
    const copies = state.accounts.map(({ id }) => id);
    const known = copies.length > 0 ? copies : [accountIdOf(state.id)];
    return { state, known, others: () => this.others(ctx, state, new Set(known)) };
  }

  private async *others(ctx: TenantContext, state: ProfileState, known: ReadonlySet<string>): AsyncGenerator<string> {
    if (!state.accountsLeftOut) return;
    const founder = accountIdOf(state.id);
    if (!known.has(founder)) yield founder;
    for await (const { id } of this.slots.leadingTo(ctx, state.id)) {
      const accountId = accountIdOf(id);
      if (!known.has(accountId)) yield accountId;
    }
  }
}
