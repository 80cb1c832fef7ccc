import type { BlindedCollection } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf } from '../platform/ids.js';
import { uncoverToken } from '../platform/index-token.js';
import type { StoredRow } from '../platform/tenant-documents.js';
import { Block } from './block.entity.js';
import { entering, storedKey } from './block.store.js';
import { isFull } from './candidate.rules.js';

/** Moves blocks to the version of the index key in force: filed anew before they are deleted where they were. */
export class BlockMovingStore implements BlindedCollection {
  readonly type = Block;

  constructor(private readonly database: Database) {}

  tokensOf({ _id }: StoredRow): string[] {
    return [idOf(_id)];
  }

  /** Four commands at most. One that is full stays full, whoever is in it. */
  async renew(ctx: TenantContext, rows: readonly StoredRow[]): Promise<void> {
    const blocks = (rows as unknown as (Block & Stored)[]).map((block) => {
      const key = uncoverToken(ctx.keys, idOf(block._id));
      return { before: block._id, key, block: { ...block, _id: storedKey(ctx, key) } };
    });
    const there = await this.database.insertNew(
      Block,
      blocks.map(({ block }) => block),
    );
    const known = blocks.filter(({ block }) => there.has(block._id));
    const full = known.filter(({ block }) => isFull(block));
    await this.database.updateMany(
      Block,
      full.map(({ block: { _id, accountIds } }) => ({ filter: { _id }, update: { $set: { accountIds } } })),
    );
    const entries = known
      .filter(({ block }) => !isFull(block))
      .flatMap(({ key, block: { most, accountIds } }) => accountIds.map((accountId) => ({ key, most, accountId })));
    await this.database.updateMany(
      Block,
      entries.map((entry) => entering(ctx, entry)),
    );
    await this.database.deleteMany(Block, { _id: { $in: blocks.map(({ before }) => before) } });
  }
}
