import { accountKeys } from '../channels/account.service.js';
import type { AccountStore, StoredAccount } from '../channels/account.store.js';
import type { EventStore, StoredEvent } from '../events/event.store.js';
import { type RecentEvent, recentEventOf } from '../events/recent-event.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import { type AnchoredFacts, joinFacts } from './anchored-facts.rules.js';
import type { AnchoredFactService } from './anchored-facts.service.js';
import type { ProfileFacts } from './derive.rules.js';
import { boundSnapshots, MOST_RECENT_EVENTS } from './snapshot.rules.js';

const PIECE = 500;

/** What has been read of the accounts so far: no more of it than a profile keeps. */
interface Gathered {
  readonly accounts: readonly StoredAccount[];
  readonly accountsLeftOut: boolean;
  readonly first: ProfileFacts['first'];
  readonly facts: AnchoredFacts;
}

/** Reads what profiles are derived from: accounts, what people set on them, and their events. */
export class ProfileDerivationService {
  constructor(
    private readonly accounts: AccountStore,
    private readonly facts: AnchoredFactService,
    private readonly events: EventStore,
  ) {}

  /**
   * The facts of any number of accounts that are one person; undefined where none of them is stored. They are read 500
   * at a time: a command a channel for the accounts and one a kind of fact, then one for the events.
   */
  async factsOf(
    ctx: TenantContext,
    accountIds: Iterable<string> | AsyncIterable<string>,
  ): Promise<ProfileFacts | undefined> {
    let gathered: Gathered | undefined;
    for await (const piece of piecesOf(accountIds, PIECE)) gathered = await this.gather(ctx, piece, gathered);
    return gathered && { ...gathered, events: await this.eventsOf(ctx, gathered.accounts) };
  }

  private async gather(
    ctx: TenantContext,
    accountIds: readonly string[],
    before: Gathered | undefined,
  ): Promise<Gathered | undefined> {
    const [found, facts] = await Promise.all([
      this.accounts.findByIds(ctx, accountIds),
      this.facts.ofAccounts(ctx, accountIds),
    ]);
    const all = [...new Map([...(before?.accounts ?? []), ...found.values()].map((one) => [one.id, one])).values()];
    const [first] = all;
    if (!first) return before;
    const { kept, truncated } = boundSnapshots(all);
    return {
      accounts: kept,
      accountsLeftOut: truncated || (before?.accountsLeftOut ?? false),
      first: all.reduce(seenFirst, before?.first ?? first),
      facts: before ? joinFacts([before.facts, facts]) : facts,
    };
  }

  private async eventsOf(ctx: TenantContext, accounts: readonly StoredAccount[]): Promise<RecentEvent[]> {
    const owners = new Map(accounts.map((account) => [account.id, account]));
    const newest = await this.newest(ctx, accounts);
    return newest.flatMap((event) => {
      const owner = owners.get(event.accountId);
      return owner ? [recentEventOf(this.events.hidden(event, accountKeys(ctx, owner, owner)))] : [];
    });
  }

  /**
   * An account is seen when something happens, so with as many accounts as events are kept the newest events are no older
   * than the last of them; save where a process stopped before it stored an event, and then all are looked through.
   */
  private async newest(ctx: TenantContext, accounts: readonly StoredAccount[]): Promise<StoredEvent[]> {
    const ids = accounts.map(({ id }) => id);
    const from = accounts[MOST_RECENT_EVENTS - 1]?.lastSeenAt;
    const newest = await this.events.findNewest(ctx, ids, from, MOST_RECENT_EVENTS);
    const isWhole = !from || newest.length === MOST_RECENT_EVENTS;
    return isWhole ? newest : this.events.findNewest(ctx, ids, undefined, MOST_RECENT_EVENTS);
  }
}

function seenFirst(a: ProfileFacts['first'], b: ProfileFacts['first']): ProfileFacts['first'] {
  const difference = a.firstSeenAt.getTime() - b.firstSeenAt.getTime();
  return difference < 0 || (difference === 0 && a.id < b.id) ? a : b;
}
