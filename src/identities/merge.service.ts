import type { RequestContext } from '../platform/context.js';
import { readReason } from '../profiles/manual-trait.rules.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ComponentService } from './component.service.js';
import type { MergePayload } from './identity-graph.view.js';
import type { LinkStore } from './link.store.js';
import type { UnmergePayload } from './match-restitch.view.js';
import type { ResolutionService } from './resolution.service.js';
import type { Restitching, RestitchingService } from './restitching.service.js';

/** Joins profiles by hand, and takes them apart. */
export class MergeService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly links: LinkStore,
    private readonly components: ComponentService,
    private readonly resolution: ResolutionService,
    private readonly restitchings: RestitchingService,
  ) {}

  /**
   * Joins profiles into one that survives: a person's decision, kept as links between their founding accounts. It
   * overrides earlier ones to keep them apart. BAD_USER_INPUT where one would merge into itself, NOT_FOUND where one is
   * unknown; then nothing is changed.
   */
  async merge(ctx: RequestContext, into: string, from: readonly string[], reason: string): Promise<MergePayload> {
    const why = readReason(reason);
    const restitching = await this.restitchings.merging(ctx, into, from, why);
    await this.carryOut(ctx, restitching);
    const [survivor = into, ...mergedIds] = restitching.profileIds;
    return { profile: await this.profiles.get(ctx, survivor), mergedIds };
  }

  /**
   * Takes accounts out of a profile: a person's decision, kept as one link that bars every account named from every
   * account left. Who came in later goes with the side it is bound to more strongly. BAD_USER_INPUT where an account is
   * not in the profile or none would be left; NOT_FOUND where the profile is unknown; then nothing is changed.
   */
  async unmerge(
    ctx: RequestContext,
    profileId: string,
    accountIds: readonly string[],
    reason: string,
  ): Promise<UnmergePayload> {
    const why = readReason(reason);
    const restitching = await this.restitchings.parting(ctx, profileId, accountIds, why);
    await this.carryOut(ctx, restitching);
    const [leaving = [], staying = []] = restitching.groups;
    return { profiles: await this.profilesOf(ctx, [...staying, ...leaving]) };
  }

  /** Writes what a person said, closes what they said before to the contrary, and brings profiles in line. */
  async carryOut(ctx: RequestContext, restitching: Restitching): Promise<void> {
    const { accountIds, survivor } = restitching;
    await this.links.change(ctx, await this.restitchings.changes(ctx, restitching));
    await this.resolution.settle(ctx, accountIds, { survivor });
    ctx.loaders.forget('profiles');
  }

  private async profilesOf(ctx: RequestContext, accountIds: readonly string[]): Promise<Profile[]> {
    const ids = await this.components.profileIdsOf(ctx, accountIds);
    return Promise.all(ids.map((id) => this.profiles.get(ctx, id)));
  }
}
