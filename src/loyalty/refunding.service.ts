import type { StoredEvent } from '../events/event.store.js';
import type { TenantContext } from '../platform/context.js';
import { untilWritten } from '../platform/retry.js';
import type { PersonsService } from '../profiles/persons.service.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import { type LedgerService, SYSTEM } from './ledger.service.js';
import type { LedgerStore } from './ledger.store.js';
import type { LedgerEntry } from './ledger-entry.entity.js';
import { takenBack } from './posting.rules.js';
import { programmeOf } from './programme.js';
import { leftToTakeBack, refundedBy } from './programme.rules.js';

/** Takes back what orders earned that were refunded, in whatever order an order and its refunds are told of. */
export class RefundingService {
  constructor(
    private readonly ledger: LedgerService,
    private readonly entries: LedgerStore,
    private readonly persons: PersonsService,
  ) {}

  /** Notes that an order was refunded. */
  async note(ctx: TenantContext, event: StoredEvent, orderKey: string): Promise<void> {
    const { rules } = programmeOf(ctx.settings.loyalty);
    await this.ledger.post(ctx, {
      key: `event ${event.id} refund`,
      kind: LoyaltyEntryKind.REFUND,
      accountId: event.accountId,
      points: 0,
      actor: SYSTEM,
      reason: event.name,
      reference: event.id,
      orderKey,
      refund: refundedBy(event, rules, ctx.settings.currency),
      members: async () => [],
      plan: () => ({ lines: [], wallets: [], flagged: false }),
    });
  }

  /** Takes back what an order's refunds have not taken back yet, of what it earned the person of an account. */
  async settle(ctx: TenantContext, orderKey: string, accountId: string): Promise<void> {
    await untilWritten('points', async () => {
      const person = (await this.persons.ofAccounts(ctx, [accountId])).get(accountId);
      const all = await this.entries.ofOrder(ctx, orderKey);
      const own = all.filter((entry) => person?.accountIds.includes(entry.accountId));
      const [earning] = ofKind(own, LoyaltyEntryKind.EARN);
      const taken = sumOf(ofKind(own, LoyaltyEntryKind.TAKE_BACK));
      const earned = sumOf(ofKind(own, LoyaltyEntryKind.EARN));
      const refunds = ofKind(own, LoyaltyEntryKind.REFUND).map(({ refund }) => refund ?? null);
      const points = leftToTakeBack(earned, refunds, taken);
      if (!earning || points === 0) return true;
      await this.takeBack(ctx, earning, points, taken);
      return false; // looked at again, since another refund may have come between
    });
  }

  private async takeBack(ctx: TenantContext, { accountId, orderKey = '' }: LedgerEntry, points: number, taken: number) {
    await this.ledger.post(ctx, {
      key: `refund ${orderKey} ${accountId} ${taken}`,
      kind: LoyaltyEntryKind.TAKE_BACK,
      accountId,
      points,
      actor: SYSTEM,
      reason: 'Order refunded',
      orderKey,
      members: async () => (await this.persons.ofAccounts(ctx, [accountId])).get(accountId)?.accountIds ?? [accountId],
      plan: (wallets, at) => takenBack(wallets, accountId, points, at),
    });
  }
}

function ofKind(entries: readonly LedgerEntry[], kind: LoyaltyEntryKind): LedgerEntry[] {
  return entries.filter((entry) => entry.kind === kind).sort((a, b) => (a._id < b._id ? -1 : 1));
}

function sumOf(entries: readonly LedgerEntry[]): number {
  return entries.reduce((sum, { points }) => sum + points, 0);
}
