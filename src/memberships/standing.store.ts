import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { upTo } from '../platform/span.rules.js';
import { Standing } from './standing.entity.js';
import type { StandingState } from './standing.rules.js';

/** A standing as it is stored. */
export type StoredStanding = Standing & Stored;

/** A profile's standing as it was written. */
export interface WrittenStanding extends StandingState {
  readonly profileId: string;
  readonly revision: number;
  readonly isShown: boolean;
}

/** A standing to be written where it is still what was read: undefined where there was none. */
export interface StandingWrite {
  readonly profileId: string;
  readonly before: StoredStanding | undefined;
  readonly state: StandingState;
  /** Whether what profiles show of it is another than before. */
  readonly isShown: boolean;
}

/** The collection of standings. */
export class StandingStore {
  constructor(private readonly database: Database) {}

  /** Standings by profile; those that are not there are left out. One command. */
  async find(ctx: TenantContext, profileIds: readonly string[]): Promise<Map<string, StoredStanding>> {
    const found = await this.database.findByKeys(
      Standing,
      profileIds.map((id) => keyOf(ctx.tenantId, id)),
    );
    return new Map(found.map((standing) => [idOf(standing._id), standing]));
  }

  /** Writes standings, and returns those that nobody else was faster with. Two commands at most, three where somebody was. */
  async write(ctx: TenantContext, writes: readonly StandingWrite[]): Promise<WrittenStanding[]> {
    const isNew = ({ before }: StandingWrite) => before === undefined;
    const revision = Math.max(ctx.now().getTime(), ...writes.map(({ before }) => (before?.revision ?? 0) + 1));
    const written = ({ state, isShown }: StandingWrite) => {
      return { ...state, revision, ...(isShown && { shownRevision: revision }) };
    };
    const fresh = writes.filter(isNew).map((one) => {
      return { _id: keyOf(ctx.tenantId, one.profileId), tenantId: ctx.tenantId, ...written(one) };
    });
    const taken = await this.database.insertNew(Standing, fresh as StoredStanding[]);
    const changes = writes.flatMap((one) => {
      const { before } = one;
      if (!before) return [];
      return [{ filter: { _id: before._id, revision: before.revision }, update: { $set: written(one) } }];
    });
    const matched = await this.database.updateEach(Standing, changes);
    const keys = matched === changes.length ? [] : changes.map(({ filter }) => filter._id);
    const stored = keys.length === 0 ? [] : await this.database.findByKeys(Standing, keys, { revision: 1 });
    const own = new Set(stored.flatMap((standing) => (standing.revision === revision ? [standing._id] : [])));
    const overtaken = new Set([...taken, ...keys.filter((key) => !own.has(key))].map(idOf));
    return writes.flatMap(({ profileId, state, isShown }) =>
      overtaken.has(profileId) ? [] : [{ profileId, revision, isShown, ...state }],
    );
  }

  /** How many standings of profiles there are. One command. */
  async countOf(ctx: TenantContext, profileIds: readonly string[]): Promise<number> {
    return (await this.find(ctx, profileIds)).size;
  }

  /** Deletes the standings of profiles. One command. */
  async erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    const keys = profileIds.map((id) => keyOf(ctx.tenantId, id));
    await this.database.deleteMany(Standing, { _id: { $in: keys } });
  }

  /** When a profile is to be looked at again next; undefined where none is. One command. */
  async nextDue(ctx: TenantContext): Promise<Date | undefined> {
    const filter = { tenantId: ctx.tenantId, dueAt: { $gt: new Date(0) } };
    const found = this.database.collection(Standing).find(filter as object, { projection: { _id: 0, dueAt: 1 } });
    const [first] = await found.sort({ dueAt: 1 }).limit(1).toArray();
    return first?.dueAt ?? undefined;
  }

  /** Profiles that are to be looked at again by now, at most so many. One command. */
  async due(ctx: TenantContext, most: number): Promise<string[]> {
    const filter = { tenantId: ctx.tenantId, dueAt: { $gt: new Date(0), ...upTo(ctx.now()) } };
    const found = this.database.collection(Standing).find(filter as object, { projection: { _id: 1 } });
    return (await found.sort({ dueAt: 1 }).limit(most).toArray()).map(({ _id }) => idOf(String(_id)));
  }

  /** Members of a segment, or carriers of a tag, behind one, in the order of their ids. One command. */
  async members(ctx: TenantContext, segmentId: string, after: string | undefined, limit: number): Promise<string[]> {
    const behind = after !== undefined && { _id: { $gt: keyOf(ctx.tenantId, after) } };
    const filter = { tenantId: ctx.tenantId, segmentIds: segmentId, ...behind };
    const found = this.database.collection(Standing).find(filter as object, { projection: { _id: 1 } });
    return (await found.sort({ _id: 1 }).limit(limit).toArray()).map(({ _id }) => idOf(String(_id)));
  }

  /** How many members a segment, or carriers a tag has. One command, which reads the index of them. */
  count(ctx: TenantContext, segmentId: string): Promise<number> {
    return this.database.collection(Standing).countDocuments({ tenantId: ctx.tenantId, segmentIds: segmentId });
  }
}
