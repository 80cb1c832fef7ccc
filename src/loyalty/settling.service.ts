import type { TenantContext } from '../platform/context.js';
import type { PersonsService } from '../profiles/persons.service.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import { type LedgerService, SYSTEM } from './ledger.service.js';
import { givenBack } from './posting.rules.js';
import { emptyWallet, type Wallet } from './wallet.js';
import { borrowersOf } from './wallet.rules.js';
import type { WalletStore } from './wallet.store.js';
import { positionOf } from './wallet-record.js';

/**
 * Settles what accounts owe each other once they are no longer one person: what was spent of one for the other is given
 * back out of what that one's person has; the company bears the rest. Repeating it is harmless.
 */
export class SettlingService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly wallets: WalletStore,
    private readonly persons: PersonsService,
  ) {}

  /** Settles what any of these accounts lent or borrowed; returns how many transfers were posted. Two commands where nothing is to be done. */
  async settle(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    const own = await this.wallets.find(ctx, accountIds);
    const lenders = new Map(
      [...own, ...(await this.wallets.lendersTo(ctx, accountIds))].map((wallet) => [wallet.accountId, wallet]),
    );
    let posted = 0;
    for (const lender of lenders.values()) {
      for (const borrower of borrowersOf(lender)) posted += await this.giveBack(ctx, lender, borrower);
    }
    return posted;
  }

  private async giveBack(ctx: TenantContext, { accountId: lender }: Wallet, borrower: string): Promise<number> {
    const walletOf = (wallets: readonly Wallet[]) =>
      wallets.find(({ accountId }) => accountId === lender) ?? emptyWallet(lender);
    const isOneNow = { yes: false };
    const posted = await this.ledger.post(ctx, {
      key: (wallets) => `settle ${positionOf(walletOf(wallets))} ${borrower}`,
      kind: LoyaltyEntryKind.TRANSFER,
      accountId: lender,
      points: 0,
      actor: SYSTEM,
      members: async () => {
        const persons = await this.persons.ofAccounts(ctx, [lender, borrower]);
        const [mine, theirs] = [persons.get(lender), persons.get(borrower)];
        isOneNow.yes = !mine || !theirs || mine.id === theirs.id;
        return [lender, ...(theirs?.accountIds ?? []).filter((id) => id !== lender)];
      },
      plan: (wallets, at) => {
        const theirs = wallets.filter(({ accountId }) => accountId !== lender);
        return isOneNow.yes ? undefined : givenBack(walletOf(wallets), borrower, theirs, at);
      },
    });
    return posted?.isNew ? 1 : 0;
  }
}
