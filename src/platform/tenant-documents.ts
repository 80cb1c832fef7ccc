import type { TenantContext } from './context.js';
import type { Database, Stored } from './database.js';
import type { EntityClass } from './entity.js';
import { keyOf } from './ids.js';
import { piecesOf } from './pieces.js';

const AFTER_ALL = '~';

/** A stored document, as it is. */
export type StoredRow = Stored & Readonly<Record<string, unknown>>;

/**
 * The condition that a document is a tenant's, and behind one of its keys. It names the tenant twice: SecantusDB goes through
 * the whole collection for a range of keys, and takes an index that begins with the tenant where there is one.
 */
export function ofTenant({ tenantId }: TenantContext, after: string | null = null): object {
  return { tenantId, _id: { $gt: after ?? keyOf(tenantId, ''), $lt: keyOf(tenantId, AFTER_ALL) } };
}

/** All documents of a tenant in a collection behind a key, in the order of their keys and in pieces: one cursor, for jobs. */
export function documentsBehind(
  database: Database,
  type: EntityClass,
  { ctx, after, size }: { readonly ctx: TenantContext; readonly after: string | null; readonly size: number },
): AsyncGenerator<StoredRow[]> {
  const found = database
    .collection(type)
    .find(ofTenant(ctx, after) as object, { batchSize: size })
    .sort({ _id: 1 });
  return piecesOf(found as unknown as AsyncIterable<StoredRow>, size);
}
