import type { TenantContext } from '../platform/context.js';
import type { Database, UpdateOperation } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { Block } from './block.entity.js';
import { type BlockState, isFull } from './candidate.rules.js';

const MOST_ATTEMPTS = 5;

/** That an account has a blocking key. */
export interface BlockEntry {
  /** The blinded blocking key. */
  readonly key: string;
  /** How many accounts its block may have. */
  readonly most: number;
  readonly accountId: string;
}

/** The collection of blocks. */
export class BlockStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds accounts to blocks, then reads who else is in them: since each writer writes before it reads, of two that enter
   * a block at the same moment at least one sees the other. A full block takes nobody in. Repeating it changes nothing.
   * Two commands; two more where another process made the same block at the same moment.
   */
  async enter(ctx: TenantContext, entries: readonly BlockEntry[]): Promise<Map<string, BlockState>> {
    const blocks = new Map<string, BlockState>();
    let left = entries;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS) throw new Error(`${left.length} blocks could not be entered.`);
      await this.database.upsertEach(
        Block,
        left.map((entry) => entering(ctx, entry)),
      );
      const found = await this.find(ctx, [...new Set(left.map(({ key }) => key))]);
      for (const [key, block] of found) blocks.set(key, block);
      left = left.filter(({ key, accountId }) => {
        const block = found.get(key);
        return !block || !(isFull(block) || block.accountIds.includes(accountId));
      });
    }
    return blocks;
  }

  /** The blocks of these blinded keys; those that nobody entered are left out. One command. */
  async find(ctx: TenantContext, keys: readonly string[]): Promise<Map<string, BlockState>> {
    const blocks = await this.database.findByKeys(
      Block,
      keys.map((key) => keyOf(ctx.tenantId, key)),
    );
    return new Map(blocks.map(({ _id, accountIds, most }) => [idOf(_id), { accountIds, most }]));
  }
}

/** Matches a block that is not full, or none: then it is made. */
function entering(ctx: TenantContext, { key, most, accountId }: BlockEntry): UpdateOperation {
  return {
    filter: { _id: keyOf(ctx.tenantId, key), [`accountIds.${most}`]: { $exists: false } },
    update: { $addToSet: { accountIds: accountId }, $setOnInsert: { tenantId: ctx.tenantId, most } },
  };
}
