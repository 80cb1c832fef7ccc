import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import type { DefinitionShelf, ShelvedDefinition } from '../segments/definition-shelf.js';
import type { SegmentRule } from '../segments/segment.store.js';
import { MOST_TAGS } from './tag.rules.js';
import { TagDefinition } from './tag-definition.entity.js';

/** A definition as it is stored. */
export type StoredTag = TagDefinition & Stored;

/** What defining a tag sets. */
export type TagChange = Pick<TagDefinition, 'name' | 'category' | 'kind' | 'ttlDays' | 'named'> & {
  readonly rule: SegmentRule | null;
};

const COLLECTION = 'tag_definitions';
const LIVING = ['KEPT', 'LEAVING'] as const;

/** The collection of tag definitions. */
export class TagDefinitionStore implements DefinitionShelf {
  constructor(private readonly database: Database) {}

  /** Stores a new definition; false where there is one with its key, in whatever state. One command. */
  async add(ctx: TenantContext, id: string, key: string, { rule, ...values }: TagChange): Promise<boolean> {
    const _id = keyOf(ctx.tenantId, id);
    const version = 1;
    const stored = {
      _id,
      tenantId: ctx.tenantId,
      key,
      ...values,
      state: 'KEPT',
      version,
      evaluatedVersion: rule ? 0 : version,
      sealed: rule && sealRule(ctx, _id, rule),
      updatedAt: ctx.now(),
    };
    return (await this.database.insertNew(TagDefinition, [stored as unknown as StoredTag])).size === 0;
  }

  /** Definitions by their ids, in whatever state; those that are not there are left out. One command. */
  find(ctx: TenantContext, ids: readonly string[]): Promise<StoredTag[]> {
    return this.database.findByKeys(
      TagDefinition,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
  }

  async shelved(ctx: TenantContext): Promise<ShelvedDefinition[]> {
    const stored = await this.database.findByList(
      TagDefinition,
      { tenantId: ctx.tenantId },
      ['state', LIVING],
      MOST_TAGS * 2,
    );
    return stored.map((tag) => {
      const { _id, key, name, kind, version, evaluatedVersion, named, state } = tag;
      const readRule = () => this.ruleOf(ctx, tag)?.read ?? null;
      const about = { version, evaluatedVersion, named, isKept: state === 'KEPT', readRule };
      return { id: idOf(_id), tag: { key, name, kind }, ...about };
    });
  }

  /** The definitions of the catalogue behind a key, in the order of their keys. One command. */
  async page(ctx: TenantContext, after: string | undefined, limit: number): Promise<StoredTag[]> {
    const filter = { tenantId: ctx.tenantId, state: 'KEPT', ...(after !== undefined && { key: { $gt: after } }) };
    const found = this.database.collection(TagDefinition).find(filter as object);
    return (await found.sort({ key: 1 }).limit(limit).toArray()) as unknown as StoredTag[];
  }

  /** Changes a definition that is still of this version, or revives one that was deleted; false where it is not. One command. */
  change(ctx: TenantContext, { _id, version }: StoredTag, { rule, ...values }: TagChange): Promise<boolean> {
    const next = version + 1;
    const sealed = rule && sealRule(ctx, _id, rule);
    const evaluated = rule ? {} : { evaluatedVersion: next };
    return this.set(ctx, { _id, version }, { ...values, ...evaluated, sealed, state: 'KEPT' });
  }

  /** Lets a definition that is still of this version leave the catalogue; false where it is not. One command. */
  leave(ctx: TenantContext, stored: StoredTag): Promise<boolean> {
    return this.set(ctx, stored, { state: 'LEAVING' });
  }

  async evaluated(
    ctx: TenantContext,
    tags: readonly { readonly id: string; readonly version: number }[],
  ): Promise<void> {
    await this.database.updateMany(
      TagDefinition,
      tags.map(({ id, version }) => ({
        filter: { _id: keyOf(ctx.tenantId, id), version },
        update: { $set: { evaluatedVersion: version } },
      })),
    );
  }

  /** Nobody carries these any more: their documents alone stay, for the history. */
  async remove(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    const operations = ids.map((id) => ({
      filter: { _id: keyOf(ctx.tenantId, id), state: 'LEAVING' },
      update: { $set: { state: 'GONE', sealed: null, named: [] } },
    }));
    await this.database.updateMany(TagDefinition, operations);
  }

  /** The rule of a definition; null where it has none. */
  ruleOf(ctx: TenantContext, { _id, sealed }: StoredTag): SegmentRule | null {
    return sealed ? (openJson(ctx.keys.data, placeOf(COLLECTION, _id), sealed) as SegmentRule) : null;
  }

  private async set(
    ctx: TenantContext,
    { _id, version }: Pick<StoredTag, '_id' | 'version'>,
    values: Partial<TagDefinition>,
  ): Promise<boolean> {
    const update = { $set: { ...values, version: version + 1, updatedAt: ctx.now() } };
    return (await this.database.updateEach(TagDefinition, [{ filter: { _id, version }, update }])) === 1;
  }
}

function sealRule(ctx: TenantContext, _id: string, rule: SegmentRule): Buffer {
  return sealJson(ctx.keys.data, placeOf(COLLECTION, _id), rule);
}
