import type { TenantContext } from '../platform/context.js';
import { untilWritten } from '../platform/retry.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import { type EntryWords, entryIdOf, type LedgerStore } from './ledger.store.js';
import type { LedgerEntry } from './ledger-entry.entity.js';
import { expired, type Planned } from './posting.rules.js';
import { emptyWallet, type Wallet } from './wallet.js';
import type { WalletStore } from './wallet.store.js';
import { positionOf } from './wallet-record.js';

/** Something to be posted once. */
export interface Posting extends Partial<EntryWords> {
  /** What it is posted for; of some it depends on how far a wallet has come. */
  readonly key: string | ((wallets: readonly Wallet[]) => string);
  readonly kind: LoyaltyEntryKind;
  readonly accountId: string;
  /** What the person gets, or gives. */
  readonly points: number;
  readonly actor: string;
  readonly orderKey?: string;
  readonly refund?: number | null;
  /** The accounts whose wallets it may touch, as of now. */
  readonly members: () => Promise<readonly string[]>;
  /** What it writes; undefined where there is nothing to write, and an error where it may not be. */
  readonly plan: (wallets: readonly Wallet[], at: Date) => Planned | undefined;
}

/** An entry, and whether this call wrote it. */
export interface Posted {
  readonly entry: LedgerEntry;
  readonly isNew: boolean;
}

/** Who works by itself. */
export const SYSTEM = 'system';

/** The points ledger: posts what is to be posted once, whoever else is posting at the same time. */
export class LedgerService {
  constructor(
    private readonly entries: LedgerStore,
    private readonly wallets: WalletStore,
  ) {}

  /**
   * Posts an entry; one of the same key that is there is given back as it is, and undefined where nothing was to be
   * posted. One insert is all: it takes the key and the next position of each wallet, or nothing. What it leaves of
   * wallets is put right by whoever comes next, where a process dies before it can.
   */
  async post(ctx: TenantContext, posting: Posting): Promise<Posted | undefined> {
    let posted: Posted | undefined;
    await untilWritten('points', async () => {
      const there = typeof posting.key === 'string' ? await this.find(ctx, posting.key) : undefined;
      if (there) {
        await this.wallets.follow(ctx, there.wallets);
        posted = { entry: there, isNew: false };
        return true;
      }
      const attempt = await this.attempt(ctx, posting);
      if (attempt !== 'overtaken') posted = attempt;
      return attempt !== 'overtaken';
    });
    return posted;
  }

  /** The entry that was posted for something. One command. */
  find(ctx: TenantContext, key: string): Promise<LedgerEntry | undefined> {
    return this.entries.find(ctx, entryIdOf(ctx, key));
  }

  /** The wallets of accounts, an empty one for who has none. One command. */
  async walletsOf(ctx: TenantContext, accountIds: readonly string[]): Promise<Wallet[]> {
    const found = await this.wallets.find(ctx, accountIds);
    const known = new Map(found.map((wallet) => [wallet.accountId, wallet]));
    return accountIds.map((accountId) => known.get(accountId) ?? emptyWallet(accountId));
  }

  /** Lets points of a wallet go that have ended; returns how many. */
  async expire(ctx: TenantContext, accountId: string): Promise<number> {
    const now = ctx.now();
    const posted = await this.post(ctx, {
      key: ([wallet]) => `expire ${positionOf(wallet ?? emptyWallet(accountId))}`,
      kind: LoyaltyEntryKind.EXPIRE,
      accountId,
      points: 0,
      actor: SYSTEM,
      members: async () => [accountId],
      plan: (wallets) => expired(wallets, accountId, now),
    });
    return posted?.isNew ? (posted.entry.lines.find(({ account }) => account === 'expired')?.points ?? 0) : 0;
  }

  private async attempt(ctx: TenantContext, posting: Posting): Promise<Posted | undefined | 'overtaken'> {
    const { key, plan, members, reason = '', reference = '', ...said } = posting;
    const wallets = await this.walletsOf(ctx, await members());
    const at = ctx.now();
    const planned = plan(wallets, at);
    if (!planned) return undefined;
    const id = entryIdOf(ctx, typeof key === 'string' ? key : key(wallets));
    const points = said.points === 0 ? pointsOf(planned, said.accountId) : said.points;
    const entry = await this.entries.append(ctx, id, { ...said, ...planned, points, reason, reference, at });
    if (entry) await this.wallets.follow(ctx, entry.wallets);
    else await this.catchUp(ctx, planned.wallets);
    return entry ? { entry, isNew: true } : 'overtaken';
  }

  /** Lets wallets follow what others have posted, and left them behind. */
  private async catchUp(ctx: TenantContext, wallets: readonly Wallet[]): Promise<void> {
    let behind = wallets.map(positionOf);
    while (behind.length > 0) {
      const missed = await this.entries.atPositions(ctx, behind);
      for (const { wallets: written } of missed) await this.wallets.follow(ctx, written);
      behind = missed.flatMap((entry) => entry.wallets.map(nextPosition));
    }
  }
}

function pointsOf({ lines }: Planned, accountId: string): number {
  return lines.find(({ account }) => account === accountId)?.points ?? 0;
}

function nextPosition({ accountId, position }: Wallet): string {
  return positionOf({ accountId, position: position + 1 });
}
