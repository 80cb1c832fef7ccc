import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, badInput } from '../platform/errors.js';
import type { Person, PersonsService } from '../profiles/persons.service.js';
import { programmeOf } from './programme.js';
import { fraudIn } from './referral.rules.js';
import type { ReferralStore } from './referral.store.js';
import type { Referred, RewardingService } from './rewarding.service.js';
import type { WalletStore } from './wallet.store.js';

const CODE = /^[2-9A-HJ-NP-Z]{10}$/;

/** Records who came with whose code. */
export class ReferralService {
  constructor(
    private readonly referrals: ReferralStore,
    private readonly wallets: WalletStore,
    private readonly persons: PersonsService,
    private readonly rewarding: RewardingService,
  ) {}

  /**
   * Records that a person came with a code; repeated, nothing changes. BAD_USER_INPUT where nobody has the code;
   * CONFLICT with a `reason`: SELF_REFERRAL, SAME_DEVICE, ALREADY_REFERRED, MUTUAL_REFERRAL, TOO_MANY_REFERRALS.
   */
  async record(ctx: RequestContext, referee: Person, given: string): Promise<void> {
    const code = given.trim().toUpperCase();
    const referrerId = CODE.test(code) ? await this.wallets.accountOfCode(ctx, code) : undefined;
    const referrer = referrerId && (await this.persons.ofAccounts(ctx, [referrerId])).get(referrerId);
    if (!referrer) throw badInput('code', "is no customer's code; read it from loyalty.referralCode");
    const fraud = fraudIn(referrer, referee);
    if (fraud) throw refused(fraud, 'the code is of the same person, or of the same device');
    if (await this.isThere(ctx, referrer, referee)) return;
    await this.checkMutual(ctx, referrer, referee);
    const { mostReferrals, referralStages } = programmeOf(ctx.settings.loyalty);
    const before = await this.countOf(ctx, referrer, mostReferrals);
    if (before >= mostReferrals) throw refused('TOO_MANY_REFERRALS', `the code has brought ${mostReferrals} people`);
    const at = ctx.now();
    await this.referrals.add(ctx, { refereeId: referee.founder, referrerId, at });
    const [referral] = await this.referrals.ofReferees(ctx, [referee.founder]);
    if (!referral) return;
    for (const stage of referralStages)
      if (stage.event === null) await this.rewarding.reward(ctx, { referral, referee, referrer }, stage);
  }

  /** The referral by which a person came, with both sides as they are now; the earliest where accounts came by several. */
  async referred(ctx: TenantContext, referee: Person): Promise<Referred | undefined> {
    const [referral] = await this.referrals.ofReferees(ctx, referee.accountIds);
    if (!referral) return undefined;
    const referrer = (await this.persons.ofAccounts(ctx, [referral.referrerId])).get(referral.referrerId);
    return { referral, referee, referrer };
  }

  /** How many a person has brought, counted up to `most`. */
  countOf(ctx: TenantContext, { accountIds }: Pick<Person, 'accountIds'>, most: number): Promise<number> {
    return this.referrals.countOfReferrers(ctx, accountIds, most);
  }

  /** Whether the person came by one of this person's codes before; CONFLICT where it was another's. */
  private async isThere(ctx: TenantContext, referrer: Person, { accountIds }: Person): Promise<boolean> {
    const [before] = await this.referrals.ofReferees(ctx, accountIds);
    if (!before) return false;
    if (referrer.accountIds.includes(before.referrerId)) return true;
    throw refused('ALREADY_REFERRED', 'the customer came with another code');
  }

  private async checkMutual(ctx: TenantContext, referrer: Person, referee: Person): Promise<void> {
    const own = await this.referrals.ofReferees(ctx, referrer.accountIds);
    if (own.some(({ referrerId }) => referee.accountIds.includes(referrerId)))
      throw refused('MUTUAL_REFERRAL', 'its owner came with a code of this customer');
  }
}

function refused(reason: string, message: string): AppError {
  return new AppError('CONFLICT', `code: ${message}.`, { path: 'code', reason });
}
