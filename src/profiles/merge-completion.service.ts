import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { Reaction } from '../platform/reaction-runner.js';
import type { ProfileStore } from './profile.store.js';
import { accountIdOf } from './profile-id.rules.js';
import type { StitchService } from './stitch.service.js';

/** A writer that lives has let absorbed profiles lead to the survivor long before. */
const GRACE_MS = 3_000;
const PAGE = 500;

/**
 * Finishes merges that a killed process left half done: the survivor has taken the others in, and some of those do not
 * lead to it yet. Ingestion finishes what it meets by itself; this finds what nobody meets.
 */
export class MergeCompletionService implements Reaction {
  readonly name = 'merge completion';

  constructor(
    private readonly profiles: ProfileStore,
    private readonly stitching: StitchService,
  ) {}

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const merged = changes.filter(({ kind, paths }) => kind !== 'MERGED' && paths.includes('mergedIds'));
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
    for await (const ids of this.profiles.absorbing(ctx, PAGE)) await this.finish(ctx, ids);
  }

  private async unfinished(ctx: TenantContext, profileIds: readonly string[]): Promise<string[]> {
    if (profileIds.length === 0) return [];
    const living = await this.profiles.resolve(ctx, [...new Set(profileIds)]);
    const unfinished = [...living.values()].filter(({ absorbing = [] }) => absorbing.length > 0);
    return [...new Set(unfinished.map(({ _id }) => idOf(_id)))];
  }

  /** Brings each profile up to date with nothing new: that completes what it has begun. */
  private async finish(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    if (profileIds.length === 0) return;
    const pairs = profileIds.map(accountIdOf).map((account) => [account, account] as const);
    await this.stitching.stitch(ctx, { accounts: new Map(), pairs, events: new Map() });
  }
}
