import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { Reaction } from '../platform/reaction-runner.js';
import { accountsOfMark } from './parting.rules.js';
import type { PartingService } from './parting.service.js';
import type { ProfileStore } from './profile.store.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { StitchService } from './stitch.service.js';
import type { StitchInput } from './stitch-plan.js';

/** A writer that lives has let absorbed profiles lead to the survivor, or parts to theirs, long before. */
const GRACE_MS = 3_000;
const PAGE = 500;

/** Decides once more which of these accounts are one person, and sees to it that each person has one profile. */
export type DecideAgain = (ctx: TenantContext, accountIds: readonly string[]) => Promise<void>;

/**
 * Finishes what a killed process left half done. A merge: the survivor has taken the others in, and some of those do not
 * lead to it yet. A parting: the profile names the parts that leave it, and holds them still. Ingestion finishes the
 * merges it meets by itself; this finds what nobody meets. Where a parting was found unfinished, the accounts it named
 * are decided again: others may have come to link them since.
 */
export class MergeCompletionService implements Reaction {
  readonly name = 'merge completion';

  constructor(
    private readonly profiles: ProfileStore,
    private readonly stitching: StitchService,
    private readonly partings: PartingService,
    private readonly decideAgain?: DecideAgain,
  ) {}

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const merged = changes.filter(
      ({ kind, paths }) => kind === 'SPLIT' || (kind !== 'MERGED' && paths.includes('mergedIds')),
    );
    const unfinished = await this.unfinished(
      ctx,
      merged.map(({ profileId }) => profileId),
    );
    if (unfinished.length === 0) return;
    const newest = Math.max(...merged.map(({ at }) => at.getTime()));
    await delay(Math.min(GRACE_MS, Math.max(0, newest + GRACE_MS - ctx.now().getTime())));
    await this.finish(ctx, await this.unfinished(ctx, unfinished));
  }

  async recompute(ctx: TenantContext): Promise<void> {
    for await (const ids of this.profiles.unfinished(ctx, PAGE)) await this.finish(ctx, ids);
  }

  private async unfinished(ctx: TenantContext, profileIds: readonly string[]): Promise<string[]> {
    if (profileIds.length === 0) return [];
    const living = await this.profiles.resolve(ctx, [...new Set(profileIds)]);
    const unfinished = [...living.values()].filter(
      ({ absorbing = [], parting = [] }) => absorbing.length > 0 || parting.length > 0,
    );
    return [...new Set(unfinished.map(({ _id }) => idOf(_id)))];
  }

  /** Completes what these profiles have begun: merges by bringing each up to date with nothing new, then partings. */
  async finish(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    if (profileIds.length === 0) return;
    const living = [...(await this.profiles.resolve(ctx, profileIds)).values()];
    const pairs = living.flatMap(({ _id, absorbing = [] }) =>
      absorbing.map((id) => [accountIdOf(idOf(_id)), accountIdOf(id)] as const),
    );
    if (pairs.length > 0) await this.merge(ctx, pairs);
    for (const { _id, parting = [] } of living) {
      if (parting.length === 0) continue;
      await this.partings.finish(ctx, idOf(_id));
      await this.decideAgain?.(ctx, [accountIdOf(idOf(_id)), ...parting.flatMap(accountsOfMark)]);
    }
  }

  /**
   * Carries merges on. Those to which others have added what nobody has decided on with both are decided again; what that
   * does not finish is given up.
   */
  private async merge(ctx: TenantContext, pairs: StitchInput['pairs']): Promise<void> {
    const { undecided } = await this.stitching.stitch(ctx, { accounts: new Map(), pairs, events: new Map() });
    if (undecided.size === 0) return;
    await this.decideAgain?.(ctx, [...undecided]);
    const survivors = new Set(pairs.flatMap(([founder]) => (undecided.has(founder) ? [profileIdOf(founder)] : [])));
    for (const id of survivors) await this.partings.finish(ctx, id);
  }
}
