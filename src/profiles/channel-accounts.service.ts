import { type AccountViewService, type ShownAccount, shownAccount } from '../channels/account-view.service.js';
import type { Channel } from '../channels/channel.js';
import { channelOfAccountId } from '../channels/channel-definitions.js';
import type { RequestContext } from '../platform/context.js';
import { pageSize } from '../platform/page.js';
import type { AccountSnapshot, Profile } from './profile.entity.js';
import type { ProfileStore } from './profile.store.js';

const MOST_ACCOUNTS_LOOKED_THROUGH = 1_000;

/** The accounts of a profile: from its own copies where they are whole, else from the channels' collections. */
export class ChannelAccountsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly accounts: AccountViewService,
  ) {}

  /** At most `first` (1 to 100) accounts, of all channels or some: those seen last, then those beyond the profile's copies by id. */
  async accountsOf(
    ctx: RequestContext,
    profile: Profile,
    channels: readonly Channel[] | null,
    first: number,
  ): Promise<ShownAccount[]> {
    const size = pageSize(first);
    const isWanted = (channel: Channel | undefined) =>
      !channels || (channel !== undefined && channels.includes(channel));
    const copies = profile.accounts.filter(({ channel }) => isWanted(channel)).slice(0, size);
    const shown = await Promise.all(copies.map((copy) => this.whole(ctx, copy)));
    if (!profile.truncated || shown.length === size) return shown;
    const ids = await this.profiles.accountIdsOf(ctx, profile.id, MOST_ACCOUNTS_LOOKED_THROUGH);
    const held = new Set(profile.accounts.map(({ id }) => id));
    const others = ids.filter((id) => !held.has(id) && isWanted(channelOfAccountId(id))).slice(0, size - shown.length);
    const found = await Promise.all(others.map((id) => this.accounts.find(ctx, id)));
    return [...shown, ...found.filter((account) => account !== null)];
  }

  private async whole(ctx: RequestContext, copy: AccountSnapshot): Promise<ShownAccount> {
    const account = copy.partial ? await this.accounts.find(ctx, copy.id) : null;
    return account ?? shownAccount(copy);
  }
}
