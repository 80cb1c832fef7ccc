import { setImmediate } from 'node:timers/promises';
import { isClosed } from '../access/closed-fields.js';
import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountService } from '../channels/account.service.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { PairExplanation } from '../matching/match-explanation.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput } from '../platform/errors.js';
import { maskUnseen } from '../platform/protect.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { explainAccounts, preparedAccount } from './account-pairs.js';
import { type AccountValues, valuesOf } from './account-values.rules.js';
import { type MatchCandidate, MatchExplanation } from './match-candidate.entity.js';
import type { MatchModelStore } from './match-model.store.js';
import { shownExplanation } from './shown-explanation.rules.js';

const MOST_ACCOUNTS = 64;

/** Tells how likely accounts are one person, and why, from what is known of them now. */
export class MatchExplanationService {
  constructor(
    private readonly models: MatchModelStore,
    private readonly accounts: AccountService,
    private readonly profiles: ProfileService,
  ) {}

  /**
   * Why the two accounts of a candidate may be one person, by the model that proposed them. Of an account that is gone
   * nothing is compared. One command a channel for all candidates of a request, and one a model the first time.
   */
  async ofCandidate(
    ctx: RequestContext,
    { accountIds, model }: Pick<MatchCandidate, 'accountIds' | 'model'>,
  ): Promise<MatchExplanation> {
    const [learned, left, right] = await Promise.all([
      this.modelOf(ctx, model),
      this.valuesOf(ctx, accountIds[0]),
      this.valuesOf(ctx, accountIds[1]),
    ]);
    return shownTo(ctx, accountIds, await strongestOf(learned, [left], [right]));
  }

  /**
   * Why two profiles may be one person: of the 64 accounts of each that were seen last, the pair that speaks for it most.
   * NOT_FOUND where one is unknown, BAD_USER_INPUT where both are one, CONFLICT where no model is in force.
   */
  async ofProfiles(ctx: RequestContext, leftId: string, rightId: string): Promise<MatchExplanation> {
    const [left, right] = await Promise.all([this.profiles.get(ctx, leftId), this.profiles.get(ctx, rightId)]);
    if (left.id === right.id) throw badInput('rightProfileId', 'leads to the same profile as leftProfileId');
    const { matchModel } = ctx.settings;
    if (matchModel === null) throw noModel('No model is in force');
    const [model, ...sides] = await Promise.all([
      this.modelOf(ctx, matchModel),
      this.valuesOfAccountsIn(ctx, left),
      this.valuesOfAccountsIn(ctx, right),
    ]);
    return shownTo(ctx, [left.id, right.id], await strongestOf(model, ...sides));
  }

  private valuesOfAccountsIn(ctx: RequestContext, profile: Profile): Promise<AccountValues[]> {
    if (isClosed(profile, 'channelAccounts')) throw withoutConsent(profile.id);
    const { accounts } = profile;
    return Promise.all(accounts.slice(0, MOST_ACCOUNTS).map(({ id }) => this.valuesOf(ctx, id)));
  }

  /** What is compared of an account, in clear, whoever asks: what is shown of it is masked. */
  private async valuesOf(ctx: RequestContext, accountId: string): Promise<AccountValues> {
    const loader = ctx.loaders.of<AccountRecord>('account records', (ids) => this.accounts.find(ctx, ids));
    const account = await this.profiles.ofAccount(ctx, accountId, 'channelAccounts', () => loader.load(accountId));
    return account ? valuesOf(account, blockedBy(ctx.settings)) : {};
  }

  private async modelOf(ctx: RequestContext, version: number): Promise<MatchModel> {
    const loader = ctx.loaders.of<MatchModel>('match models', async (versions) => {
      const found = await Promise.all(versions.map((one) => this.models.find(ctx, Number(one))));
      return new Map(versions.flatMap((one, at) => (found[at] ? [[one, found[at]] as const] : [])));
    });
    const model = await loader.load(String(version));
    if (!model) throw noModel(`There is no model ${version}`);
    return model;
  }
}

/** Two accounts compared: their values, and what speaks for them. */
interface ComparedPair {
  readonly left: AccountValues;
  readonly right: AccountValues;
  readonly why: PairExplanation;
}

/** The pair of accounts, one of each side, that speaks most for a match, the first of several. Others are served in between. */
async function strongestOf(
  model: MatchModel,
  lefts: readonly AccountValues[],
  rights: readonly AccountValues[],
): Promise<ComparedPair> {
  const others = rights.map((values) => ({ values, record: preparedAccount(values) }));
  let best: ComparedPair | undefined;
  for (const left of lefts) {
    if (best) await setImmediate();
    const record = preparedAccount(left);
    for (const right of others) {
      const why = explainAccounts(model, record, right.record);
      if (!best || why.matchWeight > best.why.matchWeight) best = { left, right: right.values, why };
    }
  }
  if (!best) throw new Error('A profile without accounts.');
  return best;
}

/** An explanation as this caller may see it. */
function shownTo(
  ctx: RequestContext,
  [leftId, rightId]: readonly [string, string],
  { left, right, why }: ComparedPair,
): MatchExplanation {
  const shown = shownExplanation(why, left, right);
  if (!ctx.access.unseen.has('CORE')) {
    const valuesOfSide = (side: 'leftValue' | 'rightValue') =>
      shown.comparisons.find((one) => one[side] !== null)?.[side];
    for (const [id, side] of [[leftId, 'leftValue'] as const, [rightId, 'rightValue'] as const]) {
      const value = valuesOfSide(side);
      if (value !== undefined) ctx.trail.show(id, undefined, { [`MatchComparison.${side}`]: value });
    }
  }
  if (ctx.access.unseen.size > 0) maskUnseen(MatchExplanation, shown, ctx.access.unseen);
  return shown;
}

function withoutConsent(profileId: string): AppError {
  return new AppError(
    'CONSENT_REQUIRED',
    `The profile ${profileId} may not be compared for the purposes of this request.`,
  );
}

function noModel(what: string): AppError {
  const learn = 'startJob(kind: "learn-matching") learns one';
  const use = 'startJob(kind: "restitch", parameters: { model: N }) puts its version N in force';
  return new AppError('CONFLICT', `${what}: ${learn}, and ${use}.`);
}
