import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import type { EntityClass } from '../platform/entity.js';
import { keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import type { Renewal, SealedRow } from '../platform/renewal.js';

const PIECE = 100;
const AFTER_ALL = '~';

/** All documents of a tenant in any collection, in the order of their keys, and the writing of them. */
export class ResealStore {
  constructor(private readonly database: Database) {}

  /** How many there are. One command, which reads an index. */
  count(ctx: TenantContext, type: EntityClass): Promise<number> {
    return this.database.collection(type).countDocuments(ofTenant(ctx) as object);
  }

  /** Those behind a key, in pieces: one cursor. */
  piecesAfter(ctx: TenantContext, type: EntityClass, after: string | null): AsyncGenerator<SealedRow[]> {
    const found = this.database
      .collection(type)
      .find(ofTenant(ctx, after) as object, { batchSize: PIECE })
      .sort({ _id: 1 });
    return piecesOf(found as unknown as AsyncIterable<SealedRow>, PIECE);
  }

  /** Writes those that nobody wrote since they were read; returns the others as they are now. Two commands at most. */
  async write(type: EntityClass, renewals: readonly Renewal[]): Promise<SealedRow[]> {
    const operations = renewals.map(({ operation }) => operation);
    if ((await this.database.updateMany(type, operations)) === operations.length) return [];
    const renewalOf = new Map(renewals.map((renewal) => [renewal.operation.filter._id, renewal]));
    const now = (await this.database.findByKeys(type, [...renewalOf.keys()])) as unknown as SealedRow[];
    return now.filter((row) => !renewalOf.get(row._id)?.isDone(row));
  }
}

function ofTenant({ tenantId }: TenantContext, after: string | null = null) {
  return { _id: { $gt: after ?? keyOf(tenantId, ''), $lt: keyOf(tenantId, AFTER_ALL) } };
}
