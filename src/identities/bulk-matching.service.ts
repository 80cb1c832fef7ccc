import type { CandidateService } from '../likeness/candidate.service.js';
import type { LikenessService } from '../likeness/likeness.service.js';
import type { MatchModelService } from '../likeness/match-model.service.js';
import type { TenantContext } from '../platform/context.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileAccountsService } from '../profiles/profile-accounts.service.js';

/** Puts a version of the match model in force, or none. */
export type PutModelInForce = (ctx: TenantContext, version: number | null) => Promise<void>;

/** Matches all accounts of profiles, for jobs that go through a whole tenant. */
export class BulkMatchingService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly accounts: ProfileAccountsService,
    private readonly likeness: LikenessService,
    private readonly candidates: CandidateService,
    private readonly models: MatchModelService,
    readonly putInForce: PutModelInForce,
  ) {}

  /** BAD_USER_INPUT where there is no such version of the match model. */
  async checkVersion(ctx: TenantContext, version: number | null | undefined): Promise<void> {
    await this.models.checkVersion(ctx, 'parameters.model', version);
  }

  /** Drops the candidates of all versions but the one in force, save those that people have reviewed. */
  async dropOthers(ctx: TenantContext): Promise<void> {
    const newest = await this.models.newestVersion(ctx);
    for (let version = 1; version <= newest; version += 1) {
      if (version !== ctx.settings.matchModel) await this.candidates.dropUnreviewed(ctx, version);
    }
  }

  /**
   * Compares the accounts of these profiles, save those whose use is restricted, by the model in force, with all whom
   * they meet; `areEntered` says that most
   * have been compared before. Returns the accounts of pairs of which something is other than before; none where no model
   * is in force. CONFLICT where there is no such model.
   */
  async renew(ctx: TenantContext, profileIds: readonly string[], areEntered: boolean): Promise<string[]> {
    const { matchModel } = ctx.settings;
    if (matchModel === null) return [];
    const all = new Set((await this.profiles.resolve(ctx, profileIds)).values());
    const roots = [...all].filter((root) => mayBeUsed(root));
    const accounts = await Promise.all(roots.map((root) => this.accounts.allIn(ctx, root)));
    return this.likeness.renew(ctx, matchModel, accounts.flat(), areEntered);
  }
}
