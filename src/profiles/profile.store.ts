import { LRUCache } from 'lru-cache';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { randomBytesOf } from '../platform/random.js';
import { blindIndex, type TenantKeys } from '../platform/seal.js';
import { openDocument, type SealedDocument, sealDocument, unpack } from '../platform/sealed-store.js';
import { upTo } from '../platform/span.rules.js';
import { Profile } from './profile.entity.js';
import { accountIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import { type SearchTerm, termsOf } from './search.rules.js';
import type { ProfileTraits } from './traits.entity.js';

const LONGEST_CHAIN = 32;

/** A profile document: one that lives, or a redirect. */
export type StoredProfile = Profile & Stored & SealedDocument;

/** What a writer needs of the state it read, so that nobody's write is lost. */
export interface ReadProfile {
  readonly state: ProfileState;
  readonly stored: StoredProfile;
}

const REDIRECT_FIELDS = ['_id', 'id', 'tenantId', 'mergedInto', 'wasProfile', 'revision'];

function isLive(document: StoredProfile): boolean {
  return document.mergedInto === undefined;
}

function newRevision(): string {
  return randomBytesOf(9).toString('base64url');
}

/** Starts of names and of phones are shared by many: their blinded forms are kept, for each tenant's keys. */
const SHARED_TERMS_KEPT = 20_000;
const SHARED_KINDS = new Set<SearchTerm[0]>(['name', 'initial', 'phone3']);
const sharedTokens = new WeakMap<TenantKeys, LRUCache<string, string>>();

function sharedTokensOf(keys: TenantKeys): LRUCache<string, string> {
  const known = sharedTokens.get(keys) ?? new LRUCache<string, string>({ max: SHARED_TERMS_KEPT });
  sharedTokens.set(keys, known);
  return known;
}

/** The blinded form of a search term. */
export function searchToken(ctx: TenantContext, [kind, value]: SearchTerm): string {
  if (!SHARED_KINDS.has(kind)) return blindIndex(ctx.keys, 'search', kind, value);
  const kept = sharedTokensOf(ctx.keys);
  const token = kept.get(`${kind}:${value}`) ?? blindIndex(ctx.keys, 'search', kind, value);
  kept.set(`${kind}:${value}`, token);
  return token;
}

/** The token of the profiles with an account in a channel. */
export function channelToken(channel: string): string {
  return `channel:${channel}`;
}

/** The collection of profiles: those that live, and the redirects that lead to them. */
export class ProfileStore {
  constructor(private readonly database: Database) {}

  /**
   * The living profiles that these ids lead to, masked, by the id asked for; what leads nowhere is left out. One
   * command, and one more where there are redirects.
   */
  async resolve(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredProfile>> {
    const known = new Map<string, StoredProfile>();
    let wanted = ids.map((id) => keyOf(ctx.tenantId, id));
    for (let step = 0; wanted.length > 0 && step < LONGEST_CHAIN; step += 1) {
      for (const document of await this.database.findByKeys(Profile, wanted))
        known.set(document._id, unpack(document) as StoredProfile);
      wanted = [...known.values()].flatMap(({ mergedInto }) =>
        mergedInto && !known.has(mergedInto) ? [mergedInto] : [],
      );
    }
    return new Map(ids.flatMap((id) => withEntry(id, rootOf(known, keyOf(ctx.tenantId, id)))));
  }

  /** A living profile in clear, with what writing it back needs. */
  open(ctx: TenantContext, stored: StoredProfile): ReadProfile {
    const document = openDocument(ctx, Profile, stored);
    return {
      stored,
      state: { ...document, id: idOf(stored._id), absorbing: document.absorbing ?? [] } as unknown as ProfileState,
    };
  }

  /** Founds profiles; returns the ids that were there already, which are left as they are. One command. */
  async found(ctx: TenantContext, states: readonly ProfileState[]): Promise<Set<string>> {
    const documents = states.map((state) => toDocument(ctx, state, newRevision()));
    return new Set([...(await this.database.insertNew(Profile, documents))].map(idOf));
  }

  /** Writes profiles that nobody wrote since they were read; returns the ids that were overtaken. One command, two where some were. */
  async update(
    ctx: TenantContext,
    changes: readonly { readonly before: ReadProfile; readonly state: ProfileState }[],
  ): Promise<Set<string>> {
    const revision = newRevision();
    const operations = changes.map(({ before, state }) => {
      const { _id, key: _key, ...fields } = toDocument(ctx, state, revision, before);
      return {
        filter: { _id, revision: before.stored.revision },
        update: { $set: withoutUnchanged(fields, before.stored) },
      };
    });
    const matched = await this.database.updateMany(Profile, operations);
    return matched === operations.length
      ? new Set()
      : this.notWrittenBy(
          operations.map(({ filter }) => filter._id),
          revision,
        );
  }

  private async notWrittenBy(keys: readonly string[], revision: string): Promise<Set<string>> {
    const now = await this.database.findByKeys(Profile, keys, { revision: 1 });
    return new Set(now.filter((document) => document.revision !== revision).map(({ _id }) => idOf(_id)));
  }

  /** Lets accounts that never had a profile of their own lead to one; returns the ids that were there already. One command. */
  async addRedirects(
    ctx: TenantContext,
    redirects: readonly { readonly id: string; readonly into: string }[],
  ): Promise<Set<string>> {
    const documents = redirects.map(({ id, into }) => ({
      _id: keyOf(ctx.tenantId, id),
      tenantId: ctx.tenantId,
      mergedInto: keyOf(ctx.tenantId, into),
      wasProfile: false,
      revision: newRevision(),
    }));
    return new Set([...(await this.database.insertNew(Profile, documents as unknown as StoredProfile[]))].map(idOf));
  }

  /**
   * Turns profiles that another has absorbed into redirects, where nobody wrote them since, and leads on what led to
   * them; returns the ids that were overtaken. Two commands, three where some were.
   */
  async redirect(
    ctx: TenantContext,
    merges: readonly { readonly absorbed: StoredProfile; readonly into: string }[],
  ): Promise<Set<string>> {
    const revision = newRevision();
    const operations = merges.map(({ absorbed, into }) => ({
      filter: { _id: absorbed._id, revision: absorbed.revision },
      update: {
        $set: { mergedInto: keyOf(ctx.tenantId, into), wasProfile: true, revision },
        $unset: contentOf(absorbed),
      },
    }));
    const matched = await this.database.updateMany(Profile, operations);
    const keys = operations.map(({ filter }) => filter._id);
    const overtaken = matched === keys.length ? new Set<string>() : await this.notWrittenBy(keys, revision);
    for (const [into, own] of groupBy(merges, (merge) => merge.into)) {
      const from = own.map(({ absorbed }) => absorbed._id).filter((key) => !overtaken.has(idOf(key)));
      await this.database
        .collection(Profile)
        .updateMany(
          { tenantId: ctx.tenantId, mergedInto: { $in: from } } as object,
          { $set: { mergedInto: keyOf(ctx.tenantId, into) } } as object,
        );
    }
    return overtaken;
  }

  /** Notes that profiles have finished absorbing. One command. */
  async settle(
    ctx: TenantContext,
    settled: readonly { readonly id: string; readonly absorbed: readonly string[] }[],
  ): Promise<void> {
    const operations = settled.map(({ id, absorbed }) => ({
      filter: { _id: keyOf(ctx.tenantId, id) },
      update: { $pull: { absorbing: { $in: [...absorbed] } } },
    }));
    await this.database.updateMany(Profile, operations);
  }

  /**
   * Ids of the accounts that lead to a profile or to one that it has absorbed, other than its founder's, in the order of
   * their ids; of a span of them or all.
   */
  async accountIdsOf(
    ctx: TenantContext,
    profile: Pick<Profile, 'id' | 'mergedIds'>,
    limit: number,
    span?: { readonly from: string; readonly to: string },
  ): Promise<string[]> {
    const targets = [profile.id, ...profile.mergedIds].map((id) => keyOf(ctx.tenantId, id));
    const within = span && { _id: { $gte: keyOf(ctx.tenantId, span.from), $lt: keyOf(ctx.tenantId, span.to) } };
    const filter = { tenantId: ctx.tenantId, mergedInto: { $in: targets }, ...within };
    const redirects = await this.database
      .collection(Profile)
      .find(filter as object, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
    return redirects.map(({ _id }) => accountIdOf(idOf(_id as unknown as string)));
  }

  /** A page of living profiles, masked, in an order. */
  async findPage(
    ctx: TenantContext,
    conditions: Readonly<Record<string, unknown>>,
    order: 'lastSeenAt' | 'createdAt',
    after: { readonly at: Date; readonly id: string } | undefined,
    limit: number,
  ): Promise<StoredProfile[]> {
    const tenant = conditions._id ? {} : { tenantId: ctx.tenantId }; // ids carry the tenant, and are looked up by their own index
    const filter = { ...tenant, ...conditions, ...placeAfter(ctx, order, after, conditions) };
    return (
      await this.database
        .collection(Profile)
        .find(filter as object)
        .sort({ [order]: -1, _id: -1 })
        .limit(limit)
        .toArray()
    ).map((document) => unpack(document) as unknown as StoredProfile);
  }

  /** How many living profiles there are of a kind, counted up to `most`. */
  count(ctx: TenantContext, conditions: Readonly<Record<string, unknown>>, most: number): Promise<number> {
    const filter = { tenantId: ctx.tenantId, lastSeenAt: { $gt: new Date(0) }, ...conditions };
    return this.database.collection(Profile).countDocuments(filter as object, { limit: most });
  }
}

function withEntry(id: string, root: StoredProfile | undefined): [string, StoredProfile][] {
  return root ? [[id, root]] : [];
}

function rootOf(known: ReadonlyMap<string, StoredProfile>, key: string): StoredProfile | undefined {
  let document = known.get(key);
  while (document && !isLive(document)) document = known.get(document.mergedInto ?? '');
  return document;
}

/** Whether a profile is still found by the same terms: then the many entries of their index stay untouched. */
function isFoundAlike(before: ProfileState, state: ProfileState): boolean {
  const keys = new Set(before.identifiers.map(({ key }) => key));
  const channels = new Set(before.accounts.map(({ channel }) => channel));
  return (
    before.traits.name === state.traits.name &&
    before.identifiers.length === state.identifiers.length &&
    state.identifiers.every(({ key }) => keys.has(key)) &&
    state.accounts.every(({ channel }) => channels.has(channel))
  );
}

function searchTokensOf(ctx: TenantContext, state: ProfileState): string[] {
  const terms = termsOf({ name: state.traits.name, identifiers: state.identifiers });
  const tokens = new Set(terms.map((term) => searchToken(ctx, term)));
  for (const { channel } of state.accounts) tokens.add(channelToken(channel));
  return [...tokens];
}

function toDocument(ctx: TenantContext, state: ProfileState, revision: string, before?: ReadProfile): StoredProfile {
  const { id, ...fields } = state;
  const isAlike = before !== undefined && isFoundAlike(before.state, state);
  const document = {
    _id: keyOf(ctx.tenantId, id),
    tenantId: ctx.tenantId,
    ...fields,
    searchTokens: isAlike ? before.stored.searchTokens : searchTokensOf(ctx, state),
    revision,
    ...(before && { key: before.stored.key }),
  };
  const sealed = sealDocument(ctx, Profile, document) as unknown as StoredProfile;
  return { ...sealed, hiddenTraits: hiddenTraitsOf(state.traits, sealed.traits) };
}

function hiddenTraitsOf(clear: ProfileTraits, masked: ProfileTraits): string[] {
  const hidden = (before: object, after: object) => {
    const shown = new Map<string, unknown>(Object.entries(after));
    return Object.entries(before).flatMap(([name, value]) =>
      value !== null && shown.get(name) === null ? [name] : [],
    );
  };
  return [...hidden(clear, masked), ...hidden(clear.custom, masked.custom).map((name) => `custom.${name}`)];
}

/** What is indexed is written only when it changes. */
function withoutUnchanged(
  { searchTokens, createdAt, ...fields }: Omit<StoredProfile, '_id' | 'key'>,
  stored: StoredProfile,
): object {
  return {
    ...fields,
    ...(searchTokens !== stored.searchTokens && { searchTokens }),
    ...(createdAt.getTime() !== stored.createdAt.getTime() && { createdAt }),
  };
}

/** All that a redirect does not keep, as `$unset` names it. */
function contentOf(profile: StoredProfile): Record<string, ''> {
  const names = Object.keys(profile).filter((name) => !REDIRECT_FIELDS.includes(name));
  return Object.fromEntries([...names, 'packed'].map((name) => [name, '']));
}

function placeAfter(
  ctx: TenantContext,
  order: 'lastSeenAt' | 'createdAt',
  after: { readonly at: Date; readonly id: string } | undefined,
  conditions: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (!after) return conditions[order] ? {} : { [order]: { $gt: new Date(0) } };
  const place = [{ [order]: { $lt: after.at } }, { [order]: after.at, _id: { $lt: keyOf(ctx.tenantId, after.id) } }];
  return { [order]: { ...(conditions[order] as object | undefined), ...upTo(after.at) }, $or: place };
}
