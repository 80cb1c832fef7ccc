import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { hashedUlid, keyOf } from '../platform/ids.js';
import { TrustedDocument } from './trusted-document.entity.js';

/** What names a document: whose it is, and its hash. */
export type DocumentName = Pick<TrustedDocument, 'partner' | 'sha256'>;

/** The documents that partners may run. */
export class TrustedDocumentStore {
  constructor(private readonly database: Database) {}

  /** Files documents; those that are there stay as they are. One command. */
  async insert(ctx: TenantContext, documents: readonly Omit<TrustedDocument, '_id' | 'tenantId'>[]): Promise<void> {
    const { tenantId } = ctx;
    await this.database.insertNew(
      TrustedDocument,
      documents.map((document) => ({ ...document, tenantId, _id: keyOfDocument(ctx, document) })),
    );
  }

  /** Documents of these hashes. */
  find(ctx: TenantContext, names: readonly DocumentName[]): Promise<TrustedDocument[]> {
    return this.database.findByKeys(
      TrustedDocument,
      names.map((name) => keyOfDocument(ctx, name)),
    );
  }

  /** A partner's documents in the order of their hashes, those behind `after`. */
  list(ctx: TenantContext, partner: string, after: string, first: number): Promise<TrustedDocument[]> {
    const filter = { tenantId: ctx.tenantId, partner, sha256: { $gt: after } };
    return this.database.collection(TrustedDocument).find(filter).sort({ sha256: 1 }).limit(first).toArray();
  }

  /** The hashes of a partner's documents. One command. */
  async hashesOf(ctx: Pick<TenantContext, 'tenantId'>, partner: string, most: number): Promise<string[]> {
    const found = await this.database
      .collection(TrustedDocument)
      .find({ tenantId: ctx.tenantId, partner }, { projection: { _id: 0, sha256: 1 }, limit: most })
      .toArray();
    return found.map(({ sha256 }) => sha256);
  }

  /** Takes documents away; returns how many there were. */
  async remove(ctx: TenantContext, names: readonly DocumentName[]): Promise<number> {
    const keys = names.map((name) => keyOfDocument(ctx, name));
    const { deletedCount } = await this.database.collection(TrustedDocument).deleteMany({ _id: { $in: keys } });
    return deletedCount;
  }
}

function keyOfDocument({ tenantId }: TenantContext, { partner, sha256 }: DocumentName): string {
  return keyOf(tenantId, `tdc_${hashedUlid(partner, sha256)}`);
}
