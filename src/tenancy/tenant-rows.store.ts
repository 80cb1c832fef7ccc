import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import type { EntityClass } from '../platform/entity.js';
import { keyOf, PLATFORM } from '../platform/ids.js';
import { documentsBehind, type StoredRow } from '../platform/tenant-documents.js';

const PIECE = 100;

/** All that is stored of a tenant, collection by collection. */
export class TenantRowsStore {
  constructor(
    private readonly database: Database,
    /** The class of tenants' own records: they are filed under the platform. */
    private readonly records: EntityClass,
  ) {}

  /** The documents of a collection behind a key, in the order of their keys and in pieces: one cursor. */
  piecesBehind(ctx: TenantContext, type: EntityClass, after: string | null): AsyncGenerator<StoredRow[]> {
    if (type === this.records) return this.own(ctx, after);
    return documentsBehind(this.database, type, { ctx, after, size: PIECE });
  }

  private async *own({ tenantId }: TenantContext, after: string | null): AsyncGenerator<StoredRow[]> {
    if (after !== null) return;
    const found = await this.database.findByKeys(this.records, [keyOf(PLATFORM, tenantId)]);
    yield found as unknown as StoredRow[];
  }
}
