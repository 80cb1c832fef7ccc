import { isClosed } from '../access/closed-fields.js';
import { isConfined } from '../access/principal.js';
import type { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput, notFound, notImplemented } from '../platform/errors.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { blindForGood } from '../platform/index-token.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';

import { within } from '../platform/span.rules.js';
import { needsConsent } from '../privacy/opening.rules.js';
import { type Choose, chosen, chosenFor } from './chosen-profiles.js';
import { consentCondition, UNRESTRICTED } from './consent-index.js';
import type { Profile } from './profile.entity.js';
import { type ProfileFilter, ProfileOrder } from './profile.inputs.js';
import type { ProfileStore } from './profile.store.js';
import type { ProfileConnection } from './profile.view.js';
import type { StoredProfile } from './profile-document.js';
import { profileIdOf } from './profile-id.rules.js';
import { isWithinReach, viewOf } from './profile-view.js';
import { termsOfQuery } from './search.rules.js';
import { channelToken, soughtTokens } from './search-token.js';

const MOST_COUNTED = 10_000;
const MOST_VALUES_IN_A_FILTER = 100;

/** What a list of profiles is asked for. */
export interface ProfileListing {
  readonly filter?: ProfileFilter | null;
  readonly orderBy: ProfileOrder;
  readonly first: number;
  readonly after?: string | null;
}

/** Reads profiles, as their callers may see them. */
export class ProfileService {
  constructor(private readonly profiles: ProfileStore) {}

  /** The profile an id leads to, also one that merged since; null for what is unknown, foreign or no profile's id. */
  async find(ctx: RequestContext, id: string): Promise<Profile | null> {
    if (kindOfId(id) !== 'prf') return null;
    const loader = ctx.loaders.of<Profile>('profiles', async (ids) => {
      const found = await this.profiles.resolve(ctx, ids);
      const shown = [...found].filter(([, stored]) => isWithinReach(ctx, stored));
      return new Map(shown.map(([asked, stored]) => [asked, viewOf(ctx, stored)]));
    });
    return loader.load(id);
  }

  /** As `find`, for a mutation: what is unknown is NOT_FOUND. */
  async get(ctx: RequestContext, id: string): Promise<Profile> {
    const profile = await this.find(ctx, id);
    if (!profile) throw notFound(`The profile ${kindOfId(id) === 'prf' ? id : 'named'}`);
    return profile;
  }

  /** The profile that an account is in now; null where it is in none that the caller may see. */
  withAccount(ctx: RequestContext, accountId: string): Promise<Profile | null> {
    return this.find(ctx, profileIdOf(accountId));
  }

  /**
   * What `read` gives of an account, where this part of the account's profile is one that the caller may see; else null.
   * One command for all accounts of a request, unless their profiles are asked for anyway.
   */
  async ofAccount<T>(
    ctx: RequestContext,
    accountId: string,
    part: 'events' | 'channelAccounts',
    read: () => Promise<T | null>,
  ): Promise<T | null> {
    const profile = await this.withAccount(ctx, accountId);
    const mayHaveNone = !isConfined(ctx.principal) && !needsConsent(ctx.principal);
    if (!profile) return mayHaveNone ? read() : null;
    return isClosed(profile, part) ? null : read();
  }

  /**
   * A page of profiles. Cursors stay in place when others are added: they hold a position, not a number. Where `choose`
   * takes a part of them alone, 2,000 are looked at for a page, which may end before it is full.
   */
  async list(
    ctx: RequestContext,
    { filter, orderBy, first, after }: ProfileListing,
    choose?: Choose,
  ): Promise<ProfileConnection> {
    const size = pageSize(first);
    if (orderBy === ProfileOrder.VALUE_DESC) throw notImplemented('profiles(orderBy: VALUE_DESC)');
    const order = orderBy === ProfileOrder.CREATED_DESC ? 'createdAt' : 'lastSeenAt';
    const query = JSON.stringify(['profiles', order, filter ?? null]);
    const place = after ? positionOf(decodeCursor(ctx, query, after)) : undefined;
    if (filter?.tags && !ctx.access.may('segments:read'))
      throw new AppError('FORBIDDEN', 'filter.tags: needs segments:read.', { path: 'filter.tags' });
    const conditions = this.conditionsOf(ctx, filter ?? {}, await this.profilesWithin(ctx, filter?.ids));
    const read = (from: typeof place, most: number) =>
      conditions ? this.profiles.findPage(ctx, conditions, order, from, most) : Promise.resolve([]);
    const placeOf = (row: StoredProfile) => ({ at: row[order], id: idOf(row._id) });
    const choosing = chosenFor(ctx, filter ?? {}, choose);
    const { rows, last } = await chosen({ read, placeOf, choose: choosing }, place, size + 1);
    const cursorOf = (row: StoredProfile) => encodeCursor(ctx, query, [row[order].getTime(), idOf(row._id)]);
    const page = pageOf(rows, size, cursorOf, place !== undefined);
    return {
      pageInfo: last ? { ...page.pageInfo, hasNextPage: true, endCursor: cursorOf(last) } : page.pageInfo,
      edges: page.edges.map(({ cursor, node }) => ({ cursor, node: viewOf(ctx, node) })),
      ...(!choosing && {
        count: () => (conditions ? this.profiles.count(ctx, conditions, MOST_COUNTED + 1) : Promise.resolve(0)),
      }),
    };
  }

  /** The profiles asked for, of those that the caller is confined to, or of what they merged into. */
  private async profilesWithin(ctx: RequestContext, wanted: readonly string[] | null | undefined) {
    const { profileIds } = ctx.principal;
    if (!profileIds) return wanted;
    const living = [...(await this.profiles.resolve(ctx, profileIds)).values()].map(({ _id }) => idOf(_id));
    return wanted ? wanted.filter((id) => living.includes(id)) : [...new Set(living)];
  }

  /** What the store must look for, or null where nothing can match. */
  private conditionsOf(
    ctx: RequestContext,
    filter: ProfileFilter,
    ids: readonly string[] | null | undefined,
  ): Record<string, unknown> | null {
    const tokens = this.tokensOf(ctx, filter.search);
    if (tokens?.length === 0) return null;
    return {
      ...idCondition(ctx, ids),
      ...listCondition('segmentIds', segmentsWithin(ctx, filter.segmentIds)),
      ...listCondition('tagKeys', filter.tags),
      ...listCondition('customer.stage', filter.lifecycle, 'lifecycle'),
      ...(filter.seenIn && { lastSeenAt: within(filter.seenIn) }),
      ...this.listConditions(tokens, filter.channels, consentCondition(ctx, isPersonal(filter))),
      // behind what an index leads to
      ...(ctx.access.may('privacy:manage') ? {} : UNRESTRICTED),
    };
  }

  /** A search, channels, or both, on the one index of tokens; and what the caller may find. */
  private listConditions(
    tokens: readonly (string | RegExp)[] | undefined,
    channels: readonly Channel[] | null | undefined,
    findable: readonly Record<string, unknown>[],
  ): Record<string, unknown> {
    const sets = [tokens, channels?.map(channelToken)].filter((set) => set !== undefined);
    const conditions = [...sets.map((set) => this.profiles.withTokens(set)), ...findable];
    const [only, ...others] = conditions;
    return others.length > 0 || findable.length > 0 ? { $and: conditions } : { ...only };
  }

  private tokensOf(ctx: RequestContext, search: string | null | undefined): (string | RegExp)[] | undefined {
    if (search === null || search === undefined) return undefined;
    const { access, settings } = ctx;
    const [core, important] = [!access.unseen.has('CORE'), !access.unseen.has('IMPORTANT')];
    const rights = { lookUp: access.may('profiles:lookup'), core, important };
    if (rights.lookUp && !core) noteLookUp(ctx, search);
    return termsOfQuery(search, settings.defaultRegion, rights).flatMap((term) => soughtTokens(ctx, term));
  }
}

/** Who sees masks and searches by the look-up right looks somebody up: what was typed is kept as a keyed hash. */
function noteLookUp({ keys, trail }: RequestContext, search: string): void {
  const given = blindForGood(keys, 'audit-identifier', 'search', search.trim().toLowerCase());
  trail.acts.push({ action: 'searchByLookUp', subject: null, outcome: 'OK', details: { search: given } });
}

/** Whether a filter asks for what tells of the person: ids and times don't. */
function isPersonal({ search, channels, tags, segmentIds, lifecycle, rule }: ProfileFilter): boolean {
  return [search, channels, tags, segmentIds, lifecycle, rule].some((part) => part !== null && part !== undefined);
}

function positionOf([at, id]: unknown[]): { at: Date; id: string } {
  return { at: new Date(Number(at)), id: String(id) };
}

function checkedList<T>(values: readonly T[], path: string): readonly T[] {
  if (values.length > MOST_VALUES_IN_A_FILTER)
    throw badInput(`filter.${path}`, `may hold at most ${MOST_VALUES_IN_A_FILTER} values`);
  return values;
}

function idCondition(ctx: RequestContext, ids: readonly string[] | null | undefined): Record<string, unknown> {
  return ids ? { _id: { $in: checkedList(ids, 'ids').map((id) => `${ctx.tenantId}:${id}`) } } : {};
}

/** The segments asked for, of those that the caller is confined to. */
function segmentsWithin(ctx: RequestContext, wanted: readonly string[] | null | undefined) {
  const { segmentIds } = ctx.principal;
  return segmentIds && wanted ? wanted.filter((id) => segmentIds.includes(id)) : (segmentIds ?? wanted);
}

function listCondition(
  field: string,
  values: readonly string[] | null | undefined,
  path = field,
): Record<string, unknown> {
  return values ? { [field]: { $in: checkedList(values, path) } } : {};
}
