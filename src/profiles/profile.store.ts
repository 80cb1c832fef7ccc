import { copiedFacts } from '../customers/copied-facts.js';
import type { CustomerNote } from '../customers/customer-note.js';
import { standingOf } from '../customers/customer-standing.rules.js';
import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { unpack } from '../platform/packed.js';
import { piecesOf } from '../platform/pieces.js';
import { changedFields, openDocument } from '../platform/sealed-store.js';
import { upTo } from '../platform/span.rules.js';
import { NO_CONSENTS } from '../privacy/consent-fact.js';
import { type LimitKind, NO_LIMITS } from '../privacy/processing-limit.rules.js';
import { Profile } from './profile.entity.js';
import { contentOf, newRevision, type ReadProfile, type StoredProfile, toDocument } from './profile-document.js';
import { accountIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import type { StandingNote } from './standing-note.js';

const LONGEST_CHAIN = 32;

function isLive(document: StoredProfile): boolean {
  return document.mergedInto === undefined;
}

/** Where ids lead. */
interface Led {
  /** Living profiles by the id asked for. */
  readonly living: Map<string, StoredProfile>;
  /** The ids that lead to somebody who was erased. */
  readonly erased: Set<string>;
}

/** Where a new customer stands, so that nobody need write it beside: without scores, which take the cuts in force. */
function firstNote(ctx: TenantContext, { recentEvents }: ProfileState): CustomerNote {
  const facts = copiedFacts(recentEvents, ctx.settings);
  return { ...standingOf(facts, ctx.settings, undefined, ctx.now().getTime()), revision: newRevision(), untold: [] };
}

/** The profile that a redirect is to lead to, and the life in which it was seen. */
interface Destination {
  readonly into: string;
  readonly life: string | undefined;
}

/** The collection of profiles: those that live, and the redirects that lead to them. */
export class ProfileStore {
  constructor(private readonly database: Database) {}

  /**
   * The living profiles that these ids lead to, masked, by the id asked for; what leads nowhere is left out. One
   * command, and one more where there are redirects.
   */
  async resolve(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredProfile>> {
    return (await this.lead(ctx, ids)).living;
  }

  /** The limits that hold for the living profiles that these ids lead to, by the id asked for. As many commands. */
  async limitsOf(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, readonly LimitKind[]>> {
    const { living } = await this.lead(ctx, ids, { limitKinds: 1, mergedInto: 1, erasedAt: 1 });
    return new Map([...living].map(([id, { limitKinds = [] }]) => [id, limitKinds]));
  }

  /** As `resolve`, and which ids lead to somebody who was erased. */
  async lead(ctx: TenantContext, ids: readonly string[], projection?: Record<string, 1>): Promise<Led> {
    const known = new Map<string, StoredProfile>();
    let wanted = ids.map((id) => keyOf(ctx.tenantId, id));
    for (let step = 0; wanted.length > 0 && step < LONGEST_CHAIN; step += 1) {
      for (const document of await this.database.findByKeys(Profile, wanted, projection))
        known.set(document._id, unpack(ctx.keys, Profile, document) as StoredProfile);
      wanted = [...known.values()].flatMap(({ mergedInto }) =>
        mergedInto && !known.has(mergedInto) ? [mergedInto] : [],
      );
    }
    const roots = ids.flatMap((id) => withEntry(id, rootOf(known, keyOf(ctx.tenantId, id))));
    return {
      living: new Map(roots.filter(([, { erasedAt }]) => !erasedAt)),
      erased: new Set(roots.filter(([, { erasedAt }]) => erasedAt).map(([id]) => id)),
    };
  }

  /** A living profile in clear, with what writing it back needs. */
  open(ctx: TenantContext, stored: StoredProfile): ReadProfile {
    // what others note in it by themselves is no part of the state that is written back
    const { segmentIds, segmentsSince, segmentsNoted, tagKeys, tagNotes, customer, ...document } = openDocument(
      ctx,
      Profile,
      stored,
    );
    const { absorbing = [], parting = [], parted = false, accountsLeftOut = document.truncated } = document;
    const { consents = NO_CONSENTS, limits = NO_LIMITS } = document;
    const facts = { consents, limits };
    const state = { ...document, id: idOf(stored._id), absorbing, parting, parted, accountsLeftOut, ...facts };
    return { stored, state: state as unknown as ProfileState };
  }

  /** Founds profiles; returns the ids that were there already, which are left as they are. One command. */
  async found(ctx: TenantContext, states: readonly ProfileState[]): Promise<Set<string>> {
    const documents = states.map((state) => {
      return { ...toDocument(ctx, state, newRevision()), customer: firstNote(ctx, state) };
    });
    return new Set([...(await this.database.insertNew(Profile, documents))].map(idOf));
  }

  /** Writes profiles that nobody wrote since they were read; returns the ids that were overtaken. One command, two where some were. */
  async update(
    ctx: TenantContext,
    changes: readonly { readonly before: ReadProfile; readonly state: ProfileState }[],
    revision = newRevision(),
  ): Promise<Set<string>> {
    const operations = changes.map(({ before, state }) => {
      const document = toDocument(ctx, state, revision, before);
      return {
        filter: { _id: document._id, revision: before.stored.revision },
        update: { $set: changedFields(document, state, before.stored) },
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
    redirects: readonly ({ readonly id: string } & Destination)[],
  ): Promise<Set<string>> {
    const documents = redirects.map(({ id, into, life }) => ({
      _id: keyOf(ctx.tenantId, id),
      tenantId: ctx.tenantId,
      mergedInto: keyOf(ctx.tenantId, into),
      ...(life !== undefined && { intoLife: life }),
      wasProfile: false,
      revision: newRevision(),
    }));
    return new Set([...(await this.database.insertNew(Profile, documents as unknown as StoredProfile[]))].map(idOf));
  }

  /**
   * Turns profiles that another has absorbed into redirects, where nobody wrote them since, and leads on what led to
   * them in that life; returns the ids that were overtaken. Two commands, three where some were.
   */
  async redirect(
    ctx: TenantContext,
    merges: readonly ({ readonly absorbed: StoredProfile } & Destination)[],
  ): Promise<Set<string>> {
    const revision = newRevision();
    const operations = merges.map(({ absorbed, ...destination }) => ({
      filter: { _id: absorbed._id, revision: absorbed.revision },
      update: {
        $set: { ...leadingTo(ctx, destination), wasProfile: true, revision },
        $unset: contentOf(absorbed),
      },
    }));
    const matched = await this.database.updateMany(Profile, operations);
    const keys = operations.map(({ filter }) => filter._id);
    const overtaken = matched === keys.length ? new Set<string>() : await this.notWrittenBy(keys, revision);
    for (const own of groupBy(merges, ({ absorbed, into }) => `${into} ${absorbed.life}`).values()) {
      const from = own.map(({ absorbed }) => absorbed._id).filter((key) => !overtaken.has(idOf(key)));
      const [{ absorbed, ...destination }] = own as [(typeof own)[0]];
      await this.database
        .collection(Profile)
        .updateMany(
          { tenantId: ctx.tenantId, mergedInto: { $in: from }, intoLife: absorbed.life ?? null } as object,
          { $set: leadingTo(ctx, destination) } as object,
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

  /** Notes which segments profiles are in and which tags they carry; a note is never put back by an older one. One command. */
  async noteStandings(ctx: TenantContext, notes: readonly StandingNote[]): Promise<void> {
    const operations = notes.map(({ profileId, segmentIds, enteredAt, tagKeys, tags, revision }) => ({
      filter: { _id: keyOf(ctx.tenantId, profileId), segmentsNoted: { $not: { $gte: revision } }, mergedInto: null },
      update: {
        $set: {
          segmentIds: [...segmentIds],
          segmentsSince: enteredAt,
          tagKeys: [...tagKeys],
          tagNotes: [...tags],
          segmentsNoted: revision,
        },
      },
    }));
    await this.database.updateEach(Profile, operations);
  }

  /**
   * Ids of the accounts that lead to a profile or to one that it has absorbed, other than its founder's, in the order of
   * their ids; of a span of them or all.
   */
  async accountIdsOf(
    ctx: TenantContext,
    profile: { readonly id: string; readonly mergedIds: readonly string[] },
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

  /** The condition that a profile has one of these search tokens, or one that begins so. */
  withTokens(tokens: readonly (string | RegExp)[]): Record<string, unknown> {
    return this.database.holdsAny('searchTokens', tokens);
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
    ).map((document) => unpack(ctx.keys, Profile, document) as unknown as StoredProfile);
  }

  /** Ids of the profiles that have not finished absorbing or parting, in pieces: one cursor over the tenant's profiles. */
  async *unfinished(ctx: TenantContext, size: number): AsyncGenerator<string[]> {
    const kinds = ['absorbing.0', 'parting.0'].map((first) => ({ [first]: { $exists: true } }));
    const filter = { tenantId: ctx.tenantId, lastSeenAt: { $gt: new Date(0) }, $or: kinds };
    const found = this.database.collection(Profile).find(filter as object, { projection: { _id: 1 }, batchSize: size });
    for await (const piece of piecesOf(found, size)) yield piece.map(({ _id }) => idOf(_id as unknown as string));
  }

  /** How many living profiles there are of a kind, counted up to `most`. */
  count(ctx: TenantContext, conditions: Readonly<Record<string, unknown>>, most: number): Promise<number> {
    const filter = { tenantId: ctx.tenantId, lastSeenAt: { $gt: new Date(0) }, ...conditions };
    return this.database.collection(Profile).countDocuments(filter as object, { limit: most });
  }
}

function leadingTo(ctx: TenantContext, { into, life }: Destination) {
  return { mergedInto: keyOf(ctx.tenantId, into), intoLife: life ?? null };
}

function withEntry(id: string, root: StoredProfile | undefined): [string, StoredProfile][] {
  return root ? [[id, root]] : [];
}

function rootOf(known: ReadonlyMap<string, StoredProfile>, key: string): StoredProfile | undefined {
  let document = known.get(key);
  while (document && !isLive(document)) document = known.get(document.mergedInto ?? '');
  return document;
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
