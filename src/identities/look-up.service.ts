import { isClosed } from '../access/closed-fields.js';
import type { AccountViewService } from '../channels/account-view.service.js';
import { CHANNELS } from '../channels/channel-definitions.js';
import type { IdentifierInput } from '../channels/identifier.entity.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import { identifierKey } from '../ingestion/identifier-key.js';
import { readIdentifiers } from '../ingestion/identifiers.rules.js';
import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { isPartner } from '../privacy/opening.rules.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { profileIdOf } from '../profiles/profile-id.rules.js';
import type { Holding } from './claim.entity.js';
import { type ClaimState, isShared } from './claim.rules.js';
import type { ClaimStore } from './claim.store.js';
import type { IdentityEdge, IdentityGraph } from './identity-graph.view.js';
import type { LinkRecord } from './link.rules.js';
import type { LinkStore } from './link.store.js';

const MOST_EDGES = 1_000;
const MOST_NODES_BEYOND = 200;

/** Finds people by what they are known by, and tells why accounts are one person. */
export class LookUpService {
  constructor(
    private readonly claims: ClaimStore,
    private readonly links: LinkStore,
    private readonly profiles: ProfileService,
    private readonly accounts: AccountViewService,
  ) {}

  /**
   * The profile that holds a whole identifier, in whatever spelling: of several the one seen with it last, as a number
   * that was given to somebody else is theirs now. Null where nobody holds it, or too many; a partner is told of those alone
   * who share their identifiers with it.
   */
  async profileByIdentifier(ctx: RequestContext, identifier: IdentifierInput): Promise<Profile | null> {
    const rules = { region: ctx.settings.defaultRegion, blocked: blockedBy(ctx.settings), defaultNamespace: null };
    const read = readIdentifiers([identifier], rules);
    if (!Array.isArray(read)) throw badInput((read.path ?? '').replace('identifiers[0]', 'identifier'), read.message);
    const [only] = read;
    if (!only?.linking) return null;
    const keys = [...new Set(CHANNELS.map((channel) => identifierKey(ctx, channel, only)))];
    const claims = [...(await this.claims.find(ctx, keys)).values()];
    const linking = claims.filter((claim) => !isShared(claim, ctx.settings.sharedByMost));
    const [owner, ...others] = linking
      .flatMap(ownersOf)
      .sort(ownerFirst)
      .map(([accountId]) => accountId);
    const profile = owner ? await this.profiles.find(ctx, profileIdOf(owner)) : null;
    const found = profile ?? (await this.firstOf(ctx, others));
    return isPartner(ctx.principal) && isClosed(found, 'identifiers') ? null : found;
  }

  /** The profile of any of these accounts: one may have none, where a process stopped after it had claimed for it. */
  private async firstOf(ctx: RequestContext, accountIds: readonly string[]): Promise<Profile | null> {
    const profiles = await Promise.all(accountIds.map((id) => this.profiles.find(ctx, profileIdOf(id))));
    return profiles.find((profile) => profile !== null) ?? null;
  }

  /** The accounts of a profile, what holds them together, and what keeps others apart from them. */
  async identityGraph(ctx: RequestContext, profileId: string): Promise<IdentityGraph> {
    const profile = await this.profiles.get(ctx, profileId);
    if (isClosed(profile, 'channelAccounts')) return { profileId: profile.id, nodes: [], edges: [] };
    const own = profile.accounts.map(({ id }) => id);
    const links = (await this.links.findByAccounts(ctx, own)).slice(0, MOST_EDGES);
    const inside = new Set(own);
    const beyond = [...new Set(links.flatMap(({ accountIds }) => accountIds))].filter((id) => !inside.has(id));
    const others = await Promise.all(
      beyond
        .slice(0, MOST_NODES_BEYOND)
        .map((id) => this.profiles.ofAccount(ctx, id, 'channelAccounts', () => this.accounts.find(ctx, id))),
    );
    const nodes = [...profile.accounts, ...others.filter((account) => account !== null)].map(
      ({ id, channel, externalId }) => {
        return { accountId: id, channel, externalId };
      },
    );
    const shown = new Set(nodes.map(({ accountId }) => accountId));
    const edges = links.filter(({ accountIds }) => accountIds.every((id) => shown.has(id)));
    const told = edges.map((link) => toEdge(ctx, link));
    const reason = edges.find((link, n) => link.refusal == null && told[n]?.reason != null)?.reason;
    if (reason != null) ctx.trail.show(profile.id, undefined, { 'IdentityEdge.reason': reason });
    return { profileId: profile.id, nodes, edges: told };
  }
}

function ownersOf({ holders }: ClaimState): [string, Holding][] {
  return Object.entries(holders);
}

function ownerFirst([idA, a]: [string, Holding], [idB, b]: [string, Holding]): number {
  return b.to.getTime() - a.to.getTime() || (idA < idB ? -1 : 1);
}

/** What people gave as a reason may name others: it shows to who may read CORE values in clear. */
function toEdge(ctx: RequestContext, { accountIds: [from, to], ...link }: LinkRecord): IdentityEdge {
  const { kind, rule, weight, evidence, active, createdAt, createdBy } = link;
  const reason = link.refusal ?? (ctx.access.unseen.has('CORE') ? null : link.reason);
  return { from, to, kind, rule, reason, weight, evidence, active, createdAt, createdBy };
}
