import { isClosed } from '../access/closed-fields.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import type { Person, PersonsService } from '../profiles/persons.service.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { LoyaltyEntryKind } from './entry-kind.js';
import type { LedgerService, Posting } from './ledger.service.js';
import type { LedgerEntry } from './ledger-entry.entity.js';
import type { LoyaltyAccount } from './loyalty.view.js';
import { monthEndOf } from './month-end.js';
import { given, type Planned, taken } from './posting.rules.js';
import { programmeOf } from './programme.js';
import { expiryOf, MOST_POINTS } from './programme.rules.js';
import type { ReferralService } from './referral.service.js';
import type { SettlingService } from './settling.service.js';
import { emptyWallet, type Wallet } from './wallet.js';
import { balanceAt } from './wallet.rules.js';
import type { WalletStore } from './wallet.store.js';
import { standingFor } from './wallet-view.js';

const LONGEST_REASON = 1_000;
const LONGEST_REFERENCE = 256;

/** What a caller posts. */
export interface AskedPoints {
  readonly points: number;
  readonly reason: string;
  readonly reference: string;
}

/** Opens a tenant's programme with what holds by default, where it has none. */
export type OpenProgramme = (ctx: TenantContext) => Promise<void>;

/** What the programme is made of. */
export interface LoyaltyParts {
  readonly ledger: LedgerService;
  readonly wallets: WalletStore;
  readonly persons: PersonsService;
  readonly settling: SettlingService;
  readonly referrals: ReferralService;
  readonly profiles: ProfileService;
  readonly open: OpenProgramme;
}

/** Points, levels and referrals of customers. */
export class LoyaltyService {
  constructor(private readonly parts: LoyaltyParts) {}

  /** A profile's place in the programme; null where it has never had a point. One command for all profiles of a request. */
  async of(ctx: RequestContext, profile: Profile): Promise<LoyaltyAccount | null> {
    if (ctx.settings.loyalty === null) return null;
    const accountIds = await this.accountsOf(ctx, profile);
    const loader = ctx.loaders.of<Wallet>('loyalty wallets', async (ids) => {
      return new Map((await this.parts.wallets.find(ctx, ids)).map((wallet) => [wallet.accountId, wallet]));
    });
    const wallets = (await loader.loadMany([...accountIds])).filter(isWallet);
    return wallets.length === 0 ? null : standingFor(ctx, wallets, accountIds);
  }

  /** How many came with the customer's code, up to the most that are rewarded. One command. */
  referralsOf(ctx: RequestContext, { accountIds }: LoyaltyAccount): Promise<number> {
    return this.parts.referrals.countOf(ctx, { accountIds }, programmeOf(ctx.settings.loyalty).mostReferrals);
  }

  /**
   * Gives points to a customer, or takes them where they are negative. The same reference is posted once; CONFLICT where
   * it was posted otherwise, where the balance is lower, and where the customer's data may not be used.
   */
  async post(ctx: RequestContext, profileId: string, asked: AskedPoints): Promise<LoyaltyAccount> {
    const kind = asked.points < 0 ? LoyaltyEntryKind.REDEEM : LoyaltyEntryKind.EARN;
    return this.write(ctx, profileId, asked, kind);
  }

  /** The same for what was posted wrongly: it counts for no level. */
  adjust(ctx: RequestContext, profileId: string, asked: AskedPoints): Promise<LoyaltyAccount> {
    return this.write(ctx, profileId, asked, LoyaltyEntryKind.ADJUST);
  }

  /** Records that a customer came with another's code; `ReferralService.record` tells what refuses it. */
  async refer(ctx: RequestContext, profileId: string, code: string): Promise<LoyaltyAccount> {
    const person = await this.usable(ctx, profileId);
    await this.parts.referrals.record(ctx, person, code);
    await this.join(ctx, person);
    return this.standing(ctx, person);
  }

  private async write(ctx: RequestContext, profileId: string, asked: AskedPoints, kind: LoyaltyEntryKind) {
    check(asked);
    const person = await this.usable(ctx, profileId);
    if (ctx.settings.loyalty === null) await this.parts.open(ctx);
    const posted = await this.parts.ledger.post(ctx, this.posting(ctx, person, asked, kind));
    if (posted && !posted.isNew) await this.checkSame(ctx, posted.entry, person, { ...asked, kind });
    const others = posted?.entry.wallets.map(({ accountId }) => accountId) ?? [];
    if (others.length > 1) await this.parts.settling.settle(ctx, others); // some may have left the person meanwhile
    return this.standing(ctx, person);
  }

  private posting(ctx: RequestContext, person: Person, asked: AskedPoints, kind: LoyaltyEntryKind): Posting {
    const { founder: accountId } = person;
    const points = Math.abs(asked.points);
    const isGiven = asked.points > 0;
    const isAdjusted = kind === LoyaltyEntryKind.ADJUST;
    const expiresAt = expiryOf(programmeOf(ctx.settings.loyalty), ctx.now(), monthEndOf(ctx.settings.timeZone));
    const give = (wallets: readonly Wallet[]) =>
      given(
        wallets,
        accountId,
        { points, expiresAt },
        { from: isAdjusted ? 'adjusted' : 'issued', counts: !isAdjusted },
      );
    const take = (wallets: readonly Wallet[], at: Date): Planned =>
      taken(wallets, accountId, points, { into: isAdjusted ? 'adjusted' : 'redeemed', at }) ?? tooFew(wallets, at);
    return {
      key: `posted ${asked.reference}`,
      kind,
      accountId,
      points: asked.points,
      reason: asked.reason,
      reference: asked.reference,
      actor: ctx.principal.subject,
      members: async () => (isGiven ? [accountId] : (await this.again(ctx, person)).accountIds),
      plan: (wallets, at) => (isGiven ? give(wallets) : take(wallets, at)),
    };
  }

  /** Gives a wallet to who has none. */
  private async join(ctx: RequestContext, { founder, accountIds }: Person): Promise<void> {
    if ((await this.parts.wallets.find(ctx, accountIds)).length > 0) return;
    await this.parts.ledger.post(ctx, {
      key: `join ${founder}`,
      kind: LoyaltyEntryKind.JOIN,
      accountId: founder,
      points: 0,
      actor: ctx.principal.subject,
      members: async () => [founder],
      plan: ([wallet = emptyWallet(founder)]) => {
        const wallets = [{ ...wallet, position: wallet.position + 1 }];
        return wallet.position > 0 ? undefined : { lines: [], wallets, flagged: false };
      },
    });
  }

  private async standing(ctx: RequestContext, person: Person): Promise<LoyaltyAccount> {
    const { accountIds } = await this.again(ctx, person);
    ctx.loaders.forget('loyalty wallets');
    const wallets = await this.parts.wallets.find(ctx, accountIds);
    return standingFor(ctx, wallets, accountIds);
  }

  /** A person as they are now. */
  private async again(ctx: TenantContext, { id }: Person): Promise<Person> {
    const person = (await this.parts.persons.ofProfiles(ctx, [id])).get(id);
    if (!person) throw notFound(`The profile ${id}`);
    return person;
  }

  /** The person of a profile that this caller may see, and whose data may be used. */
  private async usable(ctx: RequestContext, profileId: string): Promise<Person> {
    const profile = await this.parts.profiles.get(ctx, profileId);
    const person = await this.again(ctx, { id: profile.id } as Person);
    if (!person.mayBeUsed)
      throw new AppError('CONFLICT', 'profileId: the use of what is known of this customer is restricted.', {
        path: 'profileId',
        reason: 'RESTRICTED',
      });
    if (isClosed(profile, 'loyalty'))
      throw new AppError(
        'CONSENT_REQUIRED',
        'profileId: the customer has not consented to the purposes of this request.',
      );
    return person;
  }

  private async checkSame(
    ctx: RequestContext,
    entry: LedgerEntry,
    person: Person,
    asked: AskedPoints & { kind: string },
  ) {
    const isAlike = entry.points === asked.points && entry.kind === asked.kind;
    const owner = (await this.parts.persons.ofAccounts(ctx, [entry.accountId])).get(entry.accountId);
    const isTheirs = entry.accountId === person.founder || owner?.id === (await this.again(ctx, person)).id;
    if (isAlike && isTheirs) return;
    throw new AppError('CONFLICT', 'reference: was posted before, with other points or for another customer.', {
      path: 'reference',
    });
  }

  private async accountsOf(ctx: RequestContext, profile: Profile): Promise<readonly string[]> {
    if (profile.accounts.length > 0 && !profile.truncated) return profile.accounts.map(({ id }) => id);
    return (await this.parts.persons.ofProfiles(ctx, [profile.id])).get(profile.id)?.accountIds ?? [];
  }
}

function isWallet(found: Wallet | Error | null): found is Wallet {
  if (found instanceof Error) throw found;
  return found !== null;
}

function tooFew(wallets: readonly Wallet[], at: Date): never {
  const balance = wallets.reduce((sum, wallet) => sum + balanceAt(wallet, at), 0);
  throw new AppError('CONFLICT', `points: the balance is ${balance}, and never falls below 0.`, {
    path: 'points',
    reason: 'TOO_FEW_POINTS',
  });
}

function check({ points, reason, reference }: AskedPoints): void {
  if (points === 0 || Math.abs(points) > MOST_POINTS)
    throw badInput('points', `must be a whole number other than 0, at most ${MOST_POINTS}`);
  if (reason.trim() === '' || reason.length > LONGEST_REASON)
    throw badInput('reason', `must be text of 1 to ${LONGEST_REASON} characters`);
  if (reference.trim() === '' || reference.length > LONGEST_REFERENCE)
    throw badInput('reference', `must be text of 1 to ${LONGEST_REFERENCE} characters`);
}
