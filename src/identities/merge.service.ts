import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { ulid } from '../platform/ids.js';
import { readReason } from '../profiles/manual-trait.rules.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { AccountPair } from './component.rules.js';
import type { ComponentService } from './component.service.js';
import type { MergePayload } from './identity-graph.view.js';
import { IdentityEdgeKind } from './link.entity.js';
import { type LinkRecord, linkIdOf, linksBetween } from './link.rules.js';
import type { LinkStore } from './link.store.js';
import type { UnmergePayload } from './match-restitch.view.js';
import type { ResolutionService } from './resolution.service.js';

const MOST_AT_ONCE = 50;

/** Joins profiles by hand, and takes them apart. */
export class MergeService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly links: LinkStore,
    private readonly components: ComponentService,
    private readonly resolution: ResolutionService,
  ) {}

  /**
   * Joins profiles into one that survives: a person's decision, kept as links between their founding accounts. It
   * overrides earlier ones to keep them apart. BAD_USER_INPUT where one would merge into itself, NOT_FOUND where one is
   * unknown; then nothing is changed.
   */
  async merge(ctx: RequestContext, into: string, from: readonly string[], reason: string): Promise<MergePayload> {
    const why = readReason(reason);
    if (from.length < 1 || from.length > MOST_AT_ONCE)
      throw badInput('from', `must name 1 to ${MOST_AT_ONCE} profiles`);
    const survivor = await this.profiles.get(ctx, into);
    const others = await Promise.all(from.map((id) => this.profiles.get(ctx, id)));
    const merged = [...new Set(others.map(({ id }) => id))];
    if (merged.includes(survivor.id))
      throw badInput('from', 'names the profile that is to survive, or one that is part of it already');
    const founders = [survivor.id, ...merged].map(accountIdOf);
    const pairs = founders.slice(1).map((id) => pairOf(founders[0] ?? id, id));
    await this.links.add(
      ctx,
      pairs.map((pair) => byHand(ctx, pair, IdentityEdgeKind.MANUAL, 'MERGE', why)),
    );
    await this.closeBetween(ctx, [survivor.id, ...merged], IdentityEdgeKind.CANNOT_LINK);
    await this.resolution.settle(ctx, founders, { accounts: new Map(), events: new Map(), survivor: survivor.id });
    ctx.loaders.forget('profiles');
    return { profile: await this.profiles.get(ctx, survivor.id), mergedIds: merged };
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
    const profile = await this.profiles.get(ctx, profileId);
    const members = await this.components.membersOf(ctx, profile.id);
    const [leaving, staying] = sidesOf(members, accountIds);
    const anchors = pairOf(leaving[0] ?? '', staying[0] ?? '');
    const parted = byHand(ctx, anchors, IdentityEdgeKind.CANNOT_LINK, 'UNMERGE', why);
    await this.links.add(ctx, [{ ...parted, evidence: { leaving, staying } }]);
    const joined = linksBetween(await this.links.findByAccounts(ctx, leaving), [leaving, staying], 'MANUAL');
    await this.links.change(ctx, { added: [], opened: [], closed: joined });
    await this.resolution.settle(ctx, anchors);
    ctx.loaders.forget('profiles');
    return { profiles: await this.profilesOf(ctx, [...staying, ...leaving]) };
  }

  /** Closes what people said between any two of these profiles. */
  private async closeBetween(ctx: RequestContext, ids: readonly string[], kind: IdentityEdgeKind): Promise<void> {
    const members = await Promise.all(ids.map((id) => this.components.membersOf(ctx, id)));
    const links = await this.links.findByAccounts(ctx, members.flat());
    await this.links.change(ctx, { added: [], opened: [], closed: linksBetween(links, members, kind) });
  }

  private async profilesOf(ctx: RequestContext, accountIds: readonly string[]): Promise<Profile[]> {
    const ids = await this.components.profileIdsOf(ctx, accountIds);
    return Promise.all(ids.map((id) => this.profiles.get(ctx, id)));
  }
}

/** The accounts that leave and those that stay, each sorted. */
function sidesOf(members: readonly string[], accountIds: readonly string[]): [string[], string[]] {
  if (accountIds.length < 1 || accountIds.length > MOST_AT_ONCE)
    throw badInput('accountIds', `must name 1 to ${MOST_AT_ONCE} accounts`);
  const stranger = accountIds.findIndex((id) => !members.includes(id));
  if (stranger >= 0) throw badInput(`accountIds[${stranger}]`, 'is no account of this profile');
  const leaving = new Set(accountIds);
  const staying = members.filter((id) => !leaving.has(id));
  if (staying.length === 0) throw badInput('accountIds', 'names all accounts of the profile: one at least must stay');
  return [[...leaving].sort(), [...staying].sort()];
}

function pairOf(a: string, b: string): AccountPair {
  return a < b ? [a, b] : [b, a];
}

function byHand(
  ctx: RequestContext,
  pair: AccountPair,
  kind: IdentityEdgeKind,
  rule: string,
  reason: string,
): LinkRecord {
  const now = ctx.now();
  return {
    id: linkIdOf(pair, kind, rule, ulid(now)),
    accountIds: [...pair],
    kind,
    rule,
    refusal: null,
    reason,
    weight: null,
    evidence: {},
    active: true,
    createdAt: now,
    createdBy: ctx.principal.subject,
  };
}
