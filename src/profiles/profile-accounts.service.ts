import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountStore } from '../channels/account.store.js';
import type { TenantContext } from '../platform/context.js';
import { mayBeUsed } from './permitted-use.rules.js';
import type { ProfileStore } from './profile.store.js';
import type { StoredProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';

const MOST_ACCOUNTS = 20_000;

/** Reads accounts from the copies that profiles keep of them, and whole where those don't tell all. */
export class ProfileAccountsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly accounts: AccountStore,
  ) {}

  /** All accounts of a living profile, at most 20,000 besides those that it holds copies of. No command where its copies are whole. */
  async allIn(ctx: TenantContext, root: StoredProfile): Promise<AccountRecord[]> {
    const { state } = this.profiles.open(ctx, root);
    const shown = new Map(state.accounts.map((account) => [account.id, account]));
    const led = state.truncated ? await this.profiles.accountIdsOf(ctx, state, MOST_ACCOUNTS) : [];
    const all = [...new Set([...shown.keys(), ...(state.truncated ? [accountIdOf(state.id), ...led] : [])])];
    const known = await this.whole(ctx, all, shown);
    return all.flatMap((id) => known.get(id) ?? []);
  }

  /** The accounts of a living profile that were seen last, at most 64. No command where its copies are whole. */
  async newestIn(ctx: TenantContext, root: StoredProfile): Promise<AccountRecord[]> {
    const { accounts } = this.profiles.open(ctx, root).state;
    const shown = new Map(accounts.map((account) => [account.id, account]));
    return [...(await this.whole(ctx, [...shown.keys()], shown)).values()];
  }

  /** Accounts by their ids, to be compared; what is not there, or must not be used, is left out. One command, one more where there are redirects. */
  async byIds(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, AccountRecord>> {
    if (accountIds.length === 0) return new Map();
    const roots = await this.profiles.resolve(ctx, accountIds.map(profileIdOf));
    const copies = [...new Set(roots.values())].flatMap((root) => this.profiles.open(ctx, root).state.accounts);
    const usable = accountIds.filter((id) => mayBeUsed(roots.get(profileIdOf(id))));
    return this.whole(ctx, usable, new Map(copies.map((account) => [account.id, account])));
  }

  /** The copies that are whole, and the other accounts as they are stored: one command a channel of those. */
  private async whole(
    ctx: TenantContext,
    accountIds: readonly string[],
    copies: ReadonlyMap<string, AccountRecord & { readonly partial?: boolean }>,
  ): Promise<Map<string, AccountRecord>> {
    const unread = accountIds.filter((id) => copies.get(id)?.partial !== false);
    const stored = unread.length === 0 ? new Map<string, AccountRecord>() : await this.accounts.findByIds(ctx, unread);
    return new Map(
      accountIds.flatMap((id) => {
        const account = stored.get(id) ?? copies.get(id);
        return account ? [[id, account] as const] : [];
      }),
    );
  }
}
