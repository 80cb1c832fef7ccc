import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import type { EntityClass } from '../platform/entity.js';
import type { Renewal, SealedRow } from '../platform/renewal.js';
import { documentsBehind, ofTenant } from '../platform/tenant-documents.js';

const PIECE = 100;

/** All documents of a tenant in any collection, in the order of their keys, and the writing of them. */
export class ResealStore {
  constructor(private readonly database: Database) {}

  /** How many there are. One command, which reads an index. */
  count(ctx: TenantContext, type: EntityClass): Promise<number> {
    return this.database.collection(type).countDocuments(ofTenant(ctx));
  }

  /** Those behind a key, in pieces: one cursor. */
  piecesAfter(ctx: TenantContext, type: EntityClass, after: string | null): AsyncGenerator<SealedRow[]> {
    return documentsBehind(this.database, type, { ctx, after, size: PIECE });
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
