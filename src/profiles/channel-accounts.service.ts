import { type AccountViewService, type ShownAccount, shownAccount } from '../channels/account-view.service.js';
import type { Channel } from '../channels/channel.js';
import { channelOfAccountId, definitionOf } from '../channels/channel-definitions.js';
import type { RequestContext } from '../platform/context.js';
import { encodeUlid } from '../platform/ids.js';
import { pageSize } from '../platform/page.js';
import type { AccountSnapshot, Profile } from './profile.entity.js';
import type { ProfileStore } from './profile.store.js';
import { accountIdOf } from './profile-id.rules.js';

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
    const copies = profile.accounts.filter(({ channel }) => channels?.includes(channel) ?? true).slice(0, size);
    const shown = await Promise.all(copies.map((copy) => this.whole(ctx, copy)));
    if (!profile.truncated || shown.length === size) return shown;
    const others = await this.idsBeyond(ctx, profile, channels, size - shown.length);
    const found = await Promise.all(others.map((id) => this.accounts.find(ctx, id)));
    return [...shown, ...found.filter((account) => account !== null)];
  }

  /** Ids of accounts that the profile has no copy of, at most `limit`: its founder's first, then by id. */
  private async idsBeyond(ctx: RequestContext, profile: Profile, channels: readonly Channel[] | null, limit: number) {
    const held = new Set(profile.accounts.map(({ id }) => id));
    const spans = channels ? [...new Set(channels)].map(spanOf) : [undefined];
    const found = await Promise.all(
      spans.map((span) => this.profiles.accountIdsOf(ctx, profile, limit + held.size, span)),
    );
    const founder = accountIdOf(profile.id);
    const channel = channelOfAccountId(founder);
    const isFounderWanted = !channels || (channel !== undefined && channels.includes(channel));
    return [...(isFounderWanted ? [founder] : []), ...found.flat()].filter((id) => !held.has(id)).slice(0, limit);
  }

  private whole(ctx: RequestContext, copy: AccountSnapshot): ShownAccount | Promise<ShownAccount> {
    if (!copy.partial) return shownAccount(copy);
    return this.accounts.find(ctx, copy.id).then((account) => account ?? shownAccount(copy));
  }
}

/** Where the profile ids stand that accounts of a channel found: they begin with the channel's number. */
function spanOf(channel: Channel): { from: string; to: string } {
  const { number } = definitionOf(channel);
  const first = (byte: number) => `prf_${encodeUlid(Uint8Array.of(byte, ...Array<number>(15).fill(0)))}`;
  return { from: first(number), to: first(number + 1) };
}
