import type { RequestContext } from '../platform/context.js';
import { maskUnseen } from '../platform/protect.js';
import { coreOf, seenClasses } from '../platform/sealed-store.js';
import type { AccountStore } from './account.store.js';
import { accountType } from './account-types.js';
import { ChannelAccount } from './channel-account.entity.js';

/** An account as GraphQL shows it: the channel's own attributes are fields of their own as well. */
export type ShownAccount = ChannelAccount & Record<string, unknown>;

/** Reads channel accounts, as their callers may see them. */
export class AccountViewService {
  constructor(private readonly accounts: AccountStore) {}

  /** The account of an id, from its channel's collection; null where there is none. */
  find(ctx: RequestContext, id: string): Promise<ShownAccount | null> {
    const loader = ctx.loaders.of<ShownAccount>('accounts', async (ids) => {
      const seen = seenClasses(ctx.access.unseen);
      const found = await this.accounts.findByIds(ctx, ids, seen);
      return new Map([...found].map(([key, account]) => [key, this.masked(ctx, account)]));
    });
    return loader.load(id);
  }

  private masked(ctx: RequestContext, account: ChannelAccount): ShownAccount {
    ctx.trail.show(account.id, ChannelAccount, coreOf(account));
    if (ctx.access.unseen.size > 0) maskUnseen(accountType(account.channel), account, ctx.access.unseen);
    return shownAccount(account);
  }
}

/** The GraphQL form of an account that is masked already. */
export function shownAccount(account: ChannelAccount): ShownAccount {
  return { ...account.attributes, ...account, attributes: { ...account.custom, ...account.attributes } };
}
