import type { MatchModel } from '../matching/match-model.js';
import type { TenantContext } from '../platform/context.js';
import type { BlockStore } from './block.store.js';
import { isFull, type KnownCandidate, type PairStanding, statusOf } from './candidate.rules.js';
import type { MatchCandidateStore } from './match-candidate.store.js';
import type { MatchModelStore } from './match-model.store.js';
import type { MatchStatus } from './match-status.js';

/** Pairs of accounts that are alike by the model in force. */
export class CandidateService {
  constructor(
    private readonly candidates: MatchCandidateStore,
    private readonly blocks: BlockStore,
    private readonly models: MatchModelStore,
  ) {}

  /** The model in force; undefined where none is. One command the first time. */
  async modelInForce(ctx: TenantContext): Promise<MatchModel | undefined> {
    const { matchModel } = ctx.settings;
    return matchModel === null ? undefined : this.models.find(ctx, matchModel);
  }

  /** The pairs that name one of these accounts. Two commands, one where there are none; none where no model is in force. */
  async find(ctx: TenantContext, accountIds: readonly string[]): Promise<KnownCandidate[]> {
    const { matchModel } = ctx.settings;
    if (matchModel === null || accountIds.length === 0) return [];
    const found = await this.candidates.findByAccounts(ctx, matchModel, accountIds);
    const blocks = await this.blocks.find(ctx, [...new Set(found.flatMap((candidate) => candidate.blocks))]);
    return found.map((candidate) => {
      const isOpen = candidate.blocks.some((key) => {
        const block = blocks.get(key);
        return block !== undefined && !isFull(block);
      });
      return { ...candidate, isOpen };
    });
  }

  /** Drops the pairs of a version that no person has reviewed. */
  dropUnreviewed(ctx: TenantContext, version: number): Promise<void> {
    return this.candidates.dropUnreviewed(ctx, version);
  }

  /** Notes what became of pairs once it was decided who is one person. At most one command. */
  async note(
    ctx: TenantContext,
    candidates: readonly KnownCandidate[],
    standingOf: (accountIds: readonly [string, string]) => PairStanding,
  ): Promise<void> {
    const turned = candidates.flatMap((candidate): [string, MatchStatus][] => {
      const status = statusOf(candidate, standingOf(candidate.accountIds));
      return status === candidate.status ? [] : [[candidate.id, status]];
    });
    await this.candidates.note(ctx, new Map(turned));
  }
}
