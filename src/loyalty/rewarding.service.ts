import type { TenantContext } from '../platform/context.js';
import type { Person } from '../profiles/persons.service.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import { type LedgerService, type Posted, SYSTEM } from './ledger.service.js';
import { monthEndOf } from './month-end.js';
import { given } from './posting.rules.js';
import { programmeOf, type ReferralStage } from './programme.js';
import { expiryOf } from './programme.rules.js';
import type { Referral } from './referral.entity.js';
import { fraudIn } from './referral.rules.js';

/** Points that an account is to be given for something, once. */
export interface Reward {
  readonly key: string;
  readonly accountId: string;
  readonly points: number;
  readonly reason: string;
  readonly reference: string;
  readonly orderKey?: string;
}

/** Both sides of a referral, as they are now. */
export interface Referred {
  readonly referral: Referral;
  readonly referee: Person;
  readonly referrer: Person | undefined;
}

/** Gives points for what customers have done. */
export class RewardingService {
  constructor(private readonly ledger: LedgerService) {}

  /** Gives an account points that count towards its level. About four commands. */
  async give(ctx: TenantContext, { accountId, points, ...reward }: Reward): Promise<Posted | undefined> {
    const { loyalty, timeZone } = ctx.settings;
    const expiresAt = expiryOf(programmeOf(loyalty), ctx.now(), monthEndOf(timeZone));
    return this.ledger.post(ctx, {
      ...reward,
      kind: LoyaltyEntryKind.EARN,
      accountId,
      points,
      actor: SYSTEM,
      members: async () => [accountId],
      plan: (wallets) => given(wallets, accountId, { points, expiresAt }, { from: 'issued', counts: true }),
    });
  }

  /** Rewards both sides for a stage, once each, unless they prove to be one, or sit at one device. */
  async reward(ctx: TenantContext, { referral, referee, referrer }: Referred, stage: ReferralStage): Promise<void> {
    if (!referrer?.mayBeUsed || !referee.mayBeUsed || fraudIn(referrer, referee)) return;
    const key = `referral ${referral.refereeId} ${stage.key}`;
    const words = { reason: `Referral: ${stage.key}`, reference: '' };
    const sides = [
      ['referrer', referral.referrerId, stage.referrer],
      ['referee', referral.refereeId, stage.referee],
    ] as const;
    for (const [side, accountId, points] of sides)
      if (points > 0) await this.give(ctx, { key: `${key} ${side}`, accountId, points, ...words });
  }
}
