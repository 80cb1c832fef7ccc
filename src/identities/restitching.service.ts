import type { MatchCandidate } from '../likeness/match-candidate.entity.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput } from '../platform/errors.js';
import { ulid } from '../platform/ids.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { AccountPair } from './alike.rules.js';
import { pairOf } from './component.rules.js';
import type { ComponentService } from './component.service.js';
import { IdentityEdgeKind } from './link.entity.js';
import {
  keptTogether,
  type LinkChanges,
  type LinkRecord,
  linkIdOf,
  linksBetween,
  narrowedBy,
  reviewLinkIdOf,
} from './link.rules.js';
import type { LinkStore } from './link.store.js';

const MOST_AT_ONCE = 50;

/** What a person wants of profiles, checked: the links that say so, and what must be decided anew. */
export interface Restitching {
  /** The living profiles it is about; the one that is to survive, or that accounts leave, comes first. */
  readonly profileIds: readonly string[];
  /** Accounts: one group for each profile that is merged, or those that leave and those that stay. */
  readonly groups: readonly (readonly string[])[];
  readonly added: readonly LinkRecord[];
  /** What people said before between any two of the groups, which holds no longer. */
  readonly overrides: IdentityEdgeKind;
  /** The accounts to decide on. */
  readonly accountIds: readonly string[];
  readonly survivor?: string;
}

/** Works out what a merge or an unmerge by hand comes to in links; whoever carries it out or shows it begins here. */
export class RestitchingService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly links: LinkStore,
    private readonly components: ComponentService,
  ) {}

  /** Joins profiles. BAD_USER_INPUT where one would merge into itself, NOT_FOUND where one is unknown. */
  async merging(ctx: RequestContext, into: string, from: readonly string[], why: string): Promise<Restitching> {
    if (from.length < 1 || from.length > MOST_AT_ONCE)
      throw badInput('from', `must name 1 to ${MOST_AT_ONCE} profiles`);
    const survivor = await this.profiles.get(ctx, into);
    const others = await Promise.all(from.map((id) => this.profiles.get(ctx, id)));
    const merged = [...new Set(others.map(({ id }) => id))];
    if (merged.includes(survivor.id))
      throw badInput('from', 'names the profile that is to survive, or one that is part of it already');
    const profileIds = [survivor.id, ...merged];
    const [first = '', ...founders] = profileIds.map(accountIdOf);
    return {
      profileIds,
      groups: await Promise.all(profileIds.map((id) => this.components.membersOf(ctx, id))),
      added: founders.map((id) => byHand(ctx, pairOf(first, id), IdentityEdgeKind.MANUAL, 'MERGE', why)),
      overrides: IdentityEdgeKind.CANNOT_LINK,
      accountIds: [first, ...founders],
      survivor: survivor.id,
    };
  }

  /**
   * Takes accounts out of a profile. BAD_USER_INPUT where an account is not in the profile or none would be left;
   * NOT_FOUND where the profile is unknown.
   */
  async parting(
    ctx: RequestContext,
    profileId: string,
    accountIds: readonly string[],
    why: string,
  ): Promise<Restitching> {
    const profile = await this.profiles.get(ctx, profileId);
    const members = await this.components.membersOf(ctx, profile.id);
    const [leaving, staying] = sidesOf(members, accountIds);
    const anchors = pairOf(leaving[0] ?? '', staying[0] ?? '');
    const parted = byHand(ctx, anchors, IdentityEdgeKind.CANNOT_LINK, 'UNMERGE', why);
    return {
      profileIds: [profile.id],
      groups: [leaving, staying],
      added: [{ ...parted, evidence: { leaving, staying } }],
      overrides: IdentityEdgeKind.MANUAL,
      accountIds: anchors,
    };
  }

  /**
   * Says of the two accounts of a candidate that they are one person, which joins their profiles, or that they are not.
   * CONFLICT where one is in no profile any more.
   */
  async reviewing(
    ctx: RequestContext,
    { id, accountIds, model }: Pick<MatchCandidate, 'id' | 'accountIds' | 'model'>,
    accept: boolean,
    why: string | null,
  ): Promise<Restitching> {
    const [left, right] = accountIds;
    const [ofLeft, ofRight] = await Promise.all(accountIds.map((one) => this.components.profileIdsOf(ctx, [one])));
    const profileIds = [...new Set([...(ofLeft ?? []), ...(ofRight ?? [])])];
    if (!ofLeft?.[0] || !ofRight?.[0])
      throw new AppError('CONFLICT', `The candidate ${id} names an account that is in no profile any more.`);
    const kind = accept ? IdentityEdgeKind.MANUAL : IdentityEdgeKind.CANNOT_LINK;
    const sides = accept ? {} : { leaving: [left], staying: [right] };
    const said = byHand(ctx, accountIds, kind, 'REVIEW', why);
    return {
      profileIds,
      groups: accept
        ? await Promise.all(profileIds.map((one) => this.components.membersOf(ctx, one)))
        : [[left], [right]],
      added: [{ ...said, id: reviewLinkIdOf(accountIds, id), evidence: { ...sides, candidate: id, model } }],
      overrides: accept ? IdentityEdgeKind.CANNOT_LINK : IdentityEdgeKind.MANUAL,
      accountIds,
    };
  }

  /**
   * What changes of what people said: what is new, and what is overridden, of which that stays which is not concerned. A
   * merge leaves accounts that it doesn't name parted; an unmerge leaves each side as it was made one. One command.
   */
  async changes(
    ctx: RequestContext,
    { added, groups, overrides }: Restitching,
  ): Promise<LinkChanges & { overridden: LinkRecord[] }> {
    const isParting = overrides === IdentityEdgeKind.MANUAL;
    const links = await this.links.findByAccounts(ctx, isParting ? (groups[0] ?? []) : groups.flat());
    const overridden = linksBetween(links, groups, overrides);
    const merged = new Set(groups.flat());
    const rest = isParting ? keptTogether(overridden, groups) : overridden.flatMap((link) => narrowedBy(link, merged));
    return { added: [...added, ...rest], opened: [], closed: overridden.map(({ id }) => id), overridden };
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

function byHand(
  ctx: RequestContext,
  pair: AccountPair,
  kind: IdentityEdgeKind,
  rule: string,
  reason: string | null,
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
