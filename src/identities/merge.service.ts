import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { readReason } from '../profiles/manual-trait.rules.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { StitchService } from '../profiles/stitch.service.js';
import type { MergePayload } from './identity-graph.view.js';
import { IdentityEdgeKind } from './link.entity.js';
import type { LinkStore } from './link.store.js';

const MOST_MERGED_AT_ONCE = 50;

/** Joins profiles by hand. */
export class MergeService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly links: LinkStore,
    private readonly stitching: StitchService,
  ) {}

  /**
   * Joins profiles into one that survives: a person's decision, kept as a link between their founding accounts.
   * BAD_USER_INPUT where one would merge into itself, NOT_FOUND where one is unknown; then nothing is changed.
   */
  async merge(ctx: RequestContext, into: string, from: readonly string[], reason: string): Promise<MergePayload> {
    const why = readReason(reason);
    if (from.length < 1 || from.length > MOST_MERGED_AT_ONCE)
      throw badInput('from', `must name 1 to ${MOST_MERGED_AT_ONCE} profiles`);
    const survivor = await this.profiles.get(ctx, into);
    const others = await Promise.all(from.map((id) => this.profiles.get(ctx, id)));
    const merged = [...new Set(others.map(({ id }) => id))];
    if (merged.includes(survivor.id))
      throw badInput('from', 'names the profile that is to survive, or one that is part of it already');
    const pairs = merged.map((id) => [accountIdOf(survivor.id), accountIdOf(id)] as const);
    await this.links.add(
      ctx,
      pairs.map((pair) => manualLink(ctx, pair, why)),
    );
    await this.stitching.stitch(ctx, { accounts: new Map(), pairs, events: new Map(), survivor: survivor.id });
    ctx.loaders.forget('profiles');
    return { profile: await this.profiles.get(ctx, survivor.id), mergedIds: merged };
  }
}

function manualLink(ctx: RequestContext, [a, b]: readonly [string, string], reason: string) {
  return {
    accountIds: (a < b ? [a, b] : [b, a]) as [string, string],
    kind: IdentityEdgeKind.MANUAL,
    rule: 'MERGE',
    reason,
    weight: null,
    evidence: {},
    active: true,
    createdAt: ctx.now(),
    createdBy: ctx.principal.subject,
  };
}
