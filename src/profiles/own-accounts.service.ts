import type { TenantContext } from '../platform/context.js';
import type { ProfileStore } from './profile.store.js';
import { accountIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';

/** Of a person with more accounts these are taken: those seen last, then others by their ids. */
const MOST_ACCOUNTS = 1_000;

/** Tells which accounts make up a profile. */
export class OwnAccountsService {
  constructor(private readonly profiles: ProfileStore) {}

  /** The ids of the accounts of profiles, at most 1,000 each, by profile: one command for each that has more than it shows. */
  async of(ctx: TenantContext, states: readonly ProfileState[]): Promise<Map<string, string[]>> {
    const found = states.map(async (state) => [state.id, await this.ofOne(ctx, state)] as const);
    return new Map(await Promise.all(found));
  }

  /** Those of one profile: no command where it shows all of them. */
  async ofOne(ctx: TenantContext, state: ProfileState): Promise<string[]> {
    const copies = state.accounts.map(({ id }) => id);
    if (!state.accountsLeftOut) return copies.length > 0 ? copies : [accountIdOf(state.id)];
    const others = await this.profiles.accountIdsOf(ctx, state, MOST_ACCOUNTS);
    return [...new Set([...copies, accountIdOf(state.id), ...others])].slice(0, MOST_ACCOUNTS);
  }
}
