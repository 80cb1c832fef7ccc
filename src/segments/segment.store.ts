import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import type { Rule } from '../rules/rule.js';
import type { RuleInput } from './rule.inputs.js';
import { Segment } from './segment.entity.js';

/** A segment as it is stored. */
export type StoredSegment = Segment & Stored;

/** A rule as it was given, and as it was read: it is not read again when what may be named has changed. */
export interface SegmentRule {
  readonly input: RuleInput;
  readonly read: Rule;
}

/** What a change of a definition sets. */
export type SegmentChange = Partial<Pick<Segment, 'name' | 'description' | 'named' | 'deletedAt'>> & {
  readonly rule?: SegmentRule;
};

/** A place in the list of segments: behind this one. */
export interface SegmentPlace {
  readonly createdAt: Date;
  readonly id: string;
}

/** The collection of segments. */
export class SegmentStore {
  constructor(private readonly database: Database) {}

  /** Stores a new definition. One command. */
  async add(
    ctx: TenantContext,
    { id, rule, ...segment }: Omit<Segment, 'tenantId' | 'sealed' | 'rule'> & { rule: SegmentRule | null },
  ): Promise<StoredSegment> {
    const _id = keyOf(ctx.tenantId, id);
    const sealed = rule && sealRule(ctx, _id, rule);
    const stored = { _id, tenantId: ctx.tenantId, ...segment, sealed } as StoredSegment;
    await this.database.insertNew(Segment, [stored]);
    return stored;
  }

  /** Definitions by their ids; those that are not there are left out. One command. */
  async find(ctx: TenantContext, ids: readonly string[]): Promise<StoredSegment[]> {
    return this.database.findByKeys(
      Segment,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
  }

  /** Which of these ids are segments, those being deleted left out. One command. */
  async known(ctx: TenantContext, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await this.find(ctx, ids)).filter(({ deletedAt }) => !deletedAt).map(({ _id }) => idOf(_id)));
  }

  /** All definitions of a tenant, those being deleted among them. One command. */
  all(ctx: Pick<TenantContext, 'tenantId'>, most: number): Promise<StoredSegment[]> {
    return this.read({ tenantId: ctx.tenantId }, most);
  }

  /** The newest definitions behind a place, without those being deleted. One command. */
  page(ctx: TenantContext, after: SegmentPlace | undefined, limit: number): Promise<StoredSegment[]> {
    const behind = after && {
      $or: [
        { createdAt: { $lt: after.createdAt } },
        { createdAt: after.createdAt, _id: { $lt: keyOf(ctx.tenantId, after.id) } },
      ],
    };
    return this.read({ tenantId: ctx.tenantId, deletedAt: null, ...behind }, limit);
  }

  /** Changes a definition that is still of this version; false where it is not. One command. */
  async change(
    ctx: TenantContext,
    { _id, version }: StoredSegment,
    { rule, ...values }: SegmentChange,
  ): Promise<boolean> {
    const sealed = rule && { sealed: sealRule(ctx, _id, rule) };
    const set = { ...values, ...sealed, version: version + 1, updatedAt: ctx.now() };
    return (await this.database.updateMany(Segment, [{ filter: { _id, version }, update: { $set: set } }])) === 1;
  }

  /** Notes for which version, and as of when, everybody was evaluated; where it is still of that version. One command. */
  async evaluated(
    ctx: TenantContext,
    segments: readonly { readonly id: string; readonly version: number }[],
    at: Date,
  ): Promise<void> {
    await this.database.updateMany(
      Segment,
      segments.map(({ id, version }) => ({
        filter: { _id: keyOf(ctx.tenantId, id), version },
        update: { $set: { evaluatedVersion: version, evaluatedAt: at } },
      })),
    );
  }

  /** Deletes definitions. One command. */
  async remove(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await this.database.deleteMany(Segment, { _id: { $in: ids.map((id) => keyOf(ctx.tenantId, id)) } });
  }

  /** The rule of a definition; null where it has none. */
  ruleOf(ctx: TenantContext, { _id, sealed }: StoredSegment): SegmentRule | null {
    return sealed ? (openJson(ctx.keys.data, placeOf('segments', _id), sealed) as SegmentRule) : null;
  }

  private async read(filter: object, limit: number): Promise<StoredSegment[]> {
    const found = this.database.collection(Segment).find(filter as object);
    return (await found.sort({ createdAt: -1, _id: -1 }).limit(limit).toArray()) as unknown as StoredSegment[];
  }
}

function sealRule(ctx: TenantContext, _id: string, rule: SegmentRule): Buffer {
  return sealJson(ctx.keys.data, placeOf('segments', _id), rule);
}
