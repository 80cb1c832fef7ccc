import type { Database } from '../platform/database.js';
import { collectionOf, type EntityClass } from '../platform/entity.js';
import { keyOf, PLATFORM } from '../platform/ids.js';

const PIECE = 1_000;
/** One database takes quadratic time in the keys that a command names. */
const KEYS_NAMED = 200;

/** Where a tenant's documents lie: under keys that begin with it, or, known before it is, filed under `platform:`. */
export interface RemovableCollection {
  readonly type: EntityClass;
  /** Of documents whose keys don't name the tenant: the field that does. */
  readonly tenantField?: string;
  /** Documents that stay: keys of theirs, whole. */
  readonly kept?: (tenantId: string, jobId: string) => readonly string[];
}

/** A span of keys: from the first on, before the second. */
type Span = readonly [string, string];

/** Deletes what is stored of a tenant, in pieces. */
export class RemovalStore {
  constructor(
    private readonly database: Database,
    private readonly collections: readonly RemovableCollection[],
  ) {}

  /** How many collections there are. */
  get size(): number {
    return this.collections.length;
  }

  /** The name of a collection, by its place. */
  nameOf(place: number): string {
    return collectionOf(this.at(place).type).collection;
  }

  /** Deletes all of a tenant's documents in the collection of a place, and tells of each piece how many they were. */
  async *remove(place: number, tenantId: string, jobId: string): AsyncGenerator<number> {
    const removable = this.at(place);
    const kept = removable.kept?.(tenantId, jobId) ?? [];
    for (const span of spansOf(tenantId)) yield* this.removeSpan(removable, span, kept);
    if (removable.tenantField !== undefined) yield* this.removeFiled(removable, removable.tenantField, tenantId);
  }

  private async *removeSpan(
    { type }: RemovableCollection,
    [first, end]: Span,
    kept: readonly string[],
  ): AsyncGenerator<number> {
    for (let from = first; ; ) {
      const keys = await this.keys(type, { _id: { $gte: from, $lt: end } }, { sort: { _id: 1 }, limit: PIECE + 1 });
      const next = keys.length > PIECE ? keys.at(-1) : undefined;
      const doomed = { _id: { $gte: from, $lt: next ?? end, ...(kept.length > 0 && { $nin: [...kept] }) } };
      if (keys.length > 0) yield await this.delete(type, doomed);
      if (next === undefined) return;
      from = next;
    }
  }

  private async *removeFiled({ type }: RemovableCollection, field: string, tenantId: string): AsyncGenerator<number> {
    for (;;) {
      const keys = await this.keys(type, { [field]: tenantId }, { limit: KEYS_NAMED });
      if (keys.length === 0) return;
      yield await this.delete(type, { _id: { $in: keys } });
    }
  }

  private async keys(
    type: EntityClass,
    filter: object,
    piece: { limit: number; sort?: { _id: 1 } },
  ): Promise<string[]> {
    const options = { projection: { _id: 1 }, ...piece } as const;
    const found = await this.database.collection(type).find(filter, options).toArray();
    return found.map(({ _id }) => String(_id));
  }

  private async delete(type: EntityClass, filter: object): Promise<number> {
    return (await this.database.collection(type).deleteMany(filter)).deletedCount;
  }

  private at(place: number): RemovableCollection {
    const found = this.collections[place];
    if (!found) throw new Error(`There is no collection ${place} to delete from.`);
    return found;
  }
}

/** A tenant's own keys, and those filed under `platform:`; no tenant's id holds a colon. */
function spansOf(tenantId: string): readonly Span[] {
  return [tenantId, keyOf(PLATFORM, tenantId)].map((prefix) => [`${prefix}:`, `${prefix};`] as const);
}
