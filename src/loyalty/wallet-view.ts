import type { TenantContext } from '../platform/context.js';
import type { LoyaltyAccount } from './loyalty.view.js';
import { programmeOf } from './programme.js';
import { standingOf } from './programme.rules.js';
import type { Wallet } from './wallet.js';
import { balanceAt, byEnd, isAlive } from './wallet.rules.js';
import { referralCodeOf } from './wallet-record.js';

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** What several wallets of one person come to: it has at least one. The code is that of the wallet whose account comes first. */
export function standingFor(
  ctx: TenantContext,
  wallets: readonly Wallet[],
  accountIds: readonly string[],
): LoyaltyAccount {
  const at = ctx.now();
  const earned = sumOf(wallets.map((wallet) => wallet.earned));
  const { level, next } = standingOf(programmeOf(ctx.settings.loyalty).levels, earned);
  const [first = accountIds[0] ?? ''] = wallets.map(({ accountId }) => accountId).sort();
  const [soonest] = wallets.flatMap(({ lots }) => lots.filter((lot) => isAlive(lot, at))).sort(byEnd);
  return {
    points: sumOf(wallets.map((wallet) => balanceAt(wallet, at))),
    level: level.key,
    benefits: [...level.benefits],
    nextLevel: next?.key ?? null,
    pointsToNextLevel: next && next.from - earned,
    pointsExpireAt: soonest?.expiresAt ?? null,
    pointsOwed: sumOf(wallets.map(({ owed }) => owed)),
    referralCode: referralCodeOf(ctx, first),
    accountIds,
  };
}
