import type { AccountRecord } from '../channels/account.rules.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { MatchModel } from '../matching/match-model.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { piecesOf } from '../platform/pieces.js';
import { untilWritten } from '../platform/retry.js';
import { type AccountValues, valuesOf } from './account-values.rules.js';
import type { BlockStore } from './block.store.js';
import {
  type BlockState,
  type CandidateRecord,
  isFull,
  type MeetingPair,
  mayBeUndecided,
  meetingPairs,
  renewalOf,
  type Weighed,
} from './candidate.rules.js';
import { type ComparedAccount, comparedAccount, entriesOf } from './compared-account.js';
import { candidateIdOf, type MatchCandidateStore } from './match-candidate.store.js';
import type { MatchModelStore } from './match-model.store.js';
import { MatchStatus } from './match-status.js';

const ACCOUNTS_AT_ONCE = 100;

/** Reads accounts as their profiles show them. */
export interface AccountReader {
  byIds(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, AccountRecord>>;
}

/** Says of pairs of accounts how alike they are by a model, in the order of the pairs. */
export type WeighPairs = (
  model: MatchModel,
  records: ReadonlyMap<string, AccountValues>,
  pairs: readonly (readonly [string, string])[],
) => Promise<Weighed[]>;

/** What accounts are compared by, and whether most of them were compared before. */
interface UsedModel {
  readonly version: number;
  readonly model: MatchModel;
  readonly areEntered: boolean;
}

interface WeighedPair {
  readonly pair: MeetingPair;
  readonly weighed: Weighed;
}

/** Finds accounts that are alike by a version of the model, and keeps their pairs. */
export class LikenessService {
  constructor(
    private readonly blocks: BlockStore,
    private readonly candidates: MatchCandidateStore,
    private readonly models: MatchModelStore,
    private readonly accounts: AccountReader,
    private readonly weigh: WeighPairs,
  ) {}

  /**
   * Compares accounts, as they are stored, with all whom they meet in a block, and keeps the pairs that are alike.
   * Returns the accounts of pairs of which something is other than before, or that may not have been decided on since:
   * for these it is to be decided anew who is one person. What is examined is bounded by the blocks, whatever the number
   * of accounts. Three commands to find who is alike, one more where there are redirects; then one to read what was
   * known, three at most to store what is new and two to see that it holds still: for each hundred accounts. CONFLICT
   * where the tenant has no such model. `areEntered` says that most of them were compared before.
   */
  async renew(
    ctx: TenantContext,
    version: number,
    accounts: readonly AccountRecord[],
    areEntered = false,
  ): Promise<string[]> {
    const model = await this.modelOf(ctx, version);
    const concerned = new Set<string>();
    for await (const piece of piecesOf(accounts, ACCOUNTS_AT_ONCE)) {
      for (const id of await this.renewPiece(ctx, { version, model, areEntered }, piece)) concerned.add(id);
    }
    return [...concerned];
  }

  /**
   * Pairs are written, then their accounts are read again: where one says something else by now, all is done anew. So of
   * two writers who compare one pair, the one who ends last has seen what both accounts say.
   */
  private async renewPiece(
    ctx: TenantContext,
    model: UsedModel,
    accounts: readonly AccountRecord[],
  ): Promise<string[]> {
    const concerned = new Set<string>();
    let current = accounts;
    await untilWritten('accounts', async () => {
      const { compared, stored, undecided } = await this.renewOnce(ctx, model, current);
      for (const id of undecided) concerned.add(id);
      if (stored.length === 0 || (await this.isAsCompared(ctx, stored, compared))) return true;
      const again = await this.accounts.byIds(
        ctx,
        accounts.map(({ id }) => id),
      );
      current = accounts.map((account) => again.get(account.id) ?? account);
      return false;
    });
    return [...concerned];
  }

  private async renewOnce(
    ctx: TenantContext,
    { version, model, areEntered }: UsedModel,
    accounts: readonly AccountRecord[],
  ) {
    const own = accounts.map(({ id }) => id);
    const compared = new Map(accounts.map((account) => [account.id, comparedAccount(ctx, account)]));
    const entries = [...compared].flatMap(entriesOf);
    const blocks = await (areEntered ? this.blocks.reenter(ctx, entries) : this.blocks.enter(ctx, entries));
    const met = [...blocks.values()].filter((block) => !isFull(block)).flatMap(({ accountIds }) => accountIds);
    const others = await this.accounts.byIds(
      ctx,
      [...new Set(met)].filter((id) => !compared.has(id)),
    );
    for (const [id, account] of others) compared.set(id, comparedAccount(ctx, account));
    const pairs = meetingPairs(own, blocks, (id) => compared.get(id)?.keys);
    const weighed = await this.weighPairs(model, compared, pairs);
    const { stored, undecided } = await this.keep(ctx, version, own, weighed);
    const inFull = await this.metInFull(ctx, version, own, blocks);
    return { compared, stored, undecided: [...stored, ...undecided, ...inFull] };
  }

  /** Whether these accounts say what they were compared by; those that met nobody were not read. */
  private async isAsCompared(
    ctx: TenantContext,
    accountIds: readonly string[],
    compared: ReadonlyMap<string, ComparedAccount>,
  ): Promise<boolean> {
    const again = await this.accounts.byIds(ctx, [...new Set(accountIds)]);
    const blocked = blockedBy(ctx.settings);
    return [...again].every(([id, account]) => {
      const before = compared.get(id);
      return !before || JSON.stringify(valuesOf(account, blocked)) === JSON.stringify(before.values);
    });
  }

  private async modelOf(ctx: TenantContext, version: number): Promise<MatchModel> {
    const model = await this.models.find(ctx, version);
    if (!model) throw new AppError('CONFLICT', `There is no match model ${version}: learn one first, by a job.`);
    return model;
  }

  private async weighPairs(
    model: MatchModel,
    compared: ReadonlyMap<string, ComparedAccount>,
    pairs: readonly MeetingPair[],
  ): Promise<WeighedPair[]> {
    if (pairs.length === 0) return [];
    const ids = new Set(pairs.flatMap(({ accountIds }) => accountIds));
    const records = new Map([...ids].map((id) => [id, compared.get(id)?.values ?? {}]));
    const weighed = await this.weigh(
      model,
      records,
      pairs.map(({ accountIds }) => accountIds),
    );
    return pairs.map((pair, at) => ({ pair, weighed: weighed[at] as Weighed }));
  }

  /** Stores what is other than before of the pairs of these accounts: returns their accounts, and those of pairs that may be undecided. */
  private async keep(
    ctx: TenantContext,
    version: number,
    own: readonly string[],
    weighed: readonly WeighedPair[],
  ): Promise<{ stored: string[]; undecided: string[] }> {
    const before = new Map(
      (await this.candidates.findByAccounts(ctx, version, own)).map((candidate) => [candidate.id, candidate]),
    );
    const now = new Map(weighed.map((one) => [candidateIdOf(one.pair.accountIds, version), one]));
    const status = MatchStatus.PENDING;
    const changed = [...new Set([...before.keys(), ...now.keys()])].flatMap((id): CandidateRecord[] => {
      const [known, found] = [before.get(id), now.get(id)];
      const renewal = renewalOf(known, found, ctx.settings.matchThresholds.review);
      const [low = '', high = ''] = known?.accountIds ?? found?.pair.accountIds ?? [];
      return renewal
        ? [{ id, accountIds: [low, high], model: version, status, createdAt: ctx.now(), ...known, ...renewal }]
        : [];
    });
    await this.candidates.put(ctx, changed);
    const kept = [...before.values()].filter((known) => mayBeUndecided(known));
    const named = (some: readonly CandidateRecord[]) => some.flatMap(({ accountIds }) => accountIds);
    return { stored: named(changed), undecided: named(kept) };
  }

  /** The accounts of pairs that met in a block which these accounts have made full, where it tells nothing from now on. */
  private async metInFull(
    ctx: TenantContext,
    version: number,
    own: readonly string[],
    blocks: ReadonlyMap<string, BlockState>,
  ): Promise<string[]> {
    const filled = [...blocks].filter(([, block]) => isFull(block) && own.includes(block.accountIds.at(-1) ?? ''));
    if (filled.length === 0) return [];
    const keys = new Set(filled.map(([key]) => key));
    const holders = [...new Set(filled.flatMap(([, { accountIds }]) => accountIds))];
    const known = await this.candidates.findByAccounts(ctx, version, holders);
    return known.filter((pair) => pair.blocks.some((key) => keys.has(key))).flatMap(({ accountIds }) => accountIds);
  }
}
