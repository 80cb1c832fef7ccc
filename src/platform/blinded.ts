import type { TenantContext } from './context.js';
import type { Database, UpdateOperation } from './database.js';
import type { EntityClass } from './entity.js';
import { repacked, tokensPacked } from './packed.js';
import { randomBytesOf } from './random.js';
import type { StoredRow } from './tenant-documents.js';

/** A collection that stores tokens of the index key. */
export interface BlindedCollection {
  readonly type: EntityClass;
  /** The tokens in a document, as they are stored. */
  tokensOf(row: StoredRow): readonly string[];
  /**
   * Stores documents under the version in force. It can be repeated, also after it was broken off in the middle; one that
   * somebody else writes meanwhile may stay as it was.
   */
  renew(ctx: TenantContext, rows: readonly StoredRow[]): Promise<void>;
  /** Takes away what was only needed while tokens were stored under several versions. */
  settle?(ctx: TenantContext): Promise<void>;
}

/** Tokens of a document besides the packed ones. */
export interface OtherTokens {
  of(row: StoredRow): readonly string[];
  /** The fields that are stored under another version, under the one in force. */
  renewed(ctx: TenantContext, row: StoredRow): Record<string, unknown>;
}

const NO_OTHERS: OtherTokens = { of: () => [], renewed: () => ({}) };

/** A collection of `sealDocument`'s making, with tokens in packed attributes: each document is renewed where it is still what was read. */
export function blindedByPacking(
  database: Database,
  type: EntityClass,
  others: OtherTokens = NO_OTHERS,
): BlindedCollection {
  const renewal = (ctx: TenantContext, row: StoredRow): UpdateOperation => {
    const blob = row.packed as Buffer | undefined;
    const revision = randomBytesOf(9).toString('base64url');
    const renewed = {
      ...(blob && { packed: repacked(ctx.keys, type, blob) }),
      ...others.renewed(ctx, row),
      revision,
    };
    return { filter: { _id: row._id, revision: row.revision }, update: { $set: renewed } };
  };
  return {
    type,
    tokensOf: (row) => [...(row.packed ? tokensPacked(type, row.packed as Buffer) : []), ...others.of(row)],
    renew: async (ctx, rows) => {
      await database.updateMany(
        type,
        rows.map((row) => renewal(ctx, row)),
      );
    },
  };
}
