import type { TenantContext } from '../platform/context.js';
import type { Database, Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { coverToken, uncoverToken } from '../platform/index-token.js';
import type { IndexVersion } from '../platform/index-versions.js';
import { Block } from './block.entity.js';
import { type BlockState, isFull, unitedBlock } from './candidate.rules.js';

const MOST_ATTEMPTS = 5;
const FEW = 100;
const ERASED_AT_ONCE = 500;
/** Keeps the place of an erased account in a full block. */
const NOBODY = '';

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
   * Two commands, three for more than a hundred entries; as many more where another process made the same block at the
   * same moment.
   */
  async enter(ctx: TenantContext, entries: readonly BlockEntry[]): Promise<Map<string, BlockState>> {
    const blocks = new Map<string, BlockState>();
    const version = ctx.keys.versions.current.id;
    let left = entries;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS) throw new Error(`${left.length} blocks could not be entered.`);
      await this.write(ctx, left);
      const found = await this.find(ctx, [...new Set(left.map(({ key }) => key))]);
      for (const [key, block] of found) blocks.set(key, block);
      left = left.filter((entry) => !isSettled(found.get(entry.key), entry));
    }
    return (await ctx.keys.isInForce(version)) ? blocks : this.enter(ctx, entries);
  }

  /** As `enter`, for accounts most of which are in their blocks already: those are read alone. One command where all are. */
  async reenter(ctx: TenantContext, entries: readonly BlockEntry[]): Promise<Map<string, BlockState>> {
    const known = await this.find(ctx, [...new Set(entries.map(({ key }) => key))]);
    const missing = entries.filter((entry) => !isSettled(known.get(entry.key), entry));
    return new Map([...known, ...(await this.enter(ctx, missing))]);
  }

  /** One command for a few entries; two for many, which on some databases is a commit instead of one for each. */
  private async write(ctx: TenantContext, entries: readonly BlockEntry[]): Promise<void> {
    const joining = (some: readonly BlockEntry[]) => some.map((entry) => entering(ctx, entry));
    if (entries.length <= FEW) return this.database.upsertEach(Block, joining(entries));
    const byKey = [...groupBy(entries, ({ key }) => key)];
    const there = await this.database.insertNew(
      Block,
      byKey.map(([key, own]) => newBlock(ctx, key, own)),
    );
    const known = entries.filter(({ key }) => there.has(storedKey(ctx, key)));
    await this.database.updateMany(Block, joining(known));
  }

  /** How many blocks hold one of these accounts. One command. */
  async countOf(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(Block).countDocuments(holding(ctx, accountIds) as object);
  }

  /**
   * Takes accounts out of their blocks. One that was full stays full: who else would have come in is not known. Three
   * commands for each 500 blocks.
   */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    const leaving = new Set(accountIds);
    for (;;) {
      const found = await this.database
        .collection(Block)
        .find(holding(ctx, accountIds) as object)
        .limit(ERASED_AT_ONCE)
        .toArray();
      const blocks = found as unknown as (Block & Stored)[];
      if (blocks.length > 0) {
        const operations = blocks.map((block) => leavingOf(block, leaving));
        const left = await this.database.updateMany(Block, operations);
        const empty = { _id: { $in: blocks.map(({ _id }) => _id) }, 'accountIds.0': { $exists: false } };
        await this.database.deleteMany(Block, empty);
        if (left < operations.length) continue; // filed elsewhere meanwhile, under another version of the index key
      }
      if (blocks.length < ERASED_AT_ONCE) return;
    }
  }

  /**
   * The blocks of these blinded keys; those that nobody entered are left out. One command for each version of the index
   * key under which they may be stored, the one before first: who moves a block files it anew before it is deleted there.
   */
  async find(ctx: TenantContext, keys: readonly string[]): Promise<Map<string, BlockState>> {
    const blocks = new Map<string, BlockState>();
    for (const version of ctx.keys.versions.asked) {
      const found = await this.database.findByKeys(
        Block,
        keys.map((key) => storedKey(ctx, key, version)),
      );
      for (const { _id, accountIds, most } of found) {
        const key = uncoverToken(ctx.keys, idOf(_id));
        blocks.set(key, unitedBlock(blocks.get(key), { accountIds, most }));
      }
    }
    return blocks;
  }
}

/** The key that a block is stored by under a version of the index key. */
export function storedKey({ tenantId, keys }: TenantContext, key: string, version?: IndexVersion): string {
  return keyOf(tenantId, coverToken(keys, key, version));
}

function holding({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountIds: { $in: [...accountIds] } };
}

function leavingOf(block: Block & Stored, leaving: ReadonlySet<string>): UpdateOperation {
  if (!isFull(block)) return { filter: { _id: block._id }, update: { $pull: { accountIds: { $in: [...leaving] } } } };
  const places = block.accountIds.flatMap((id, at) => (leaving.has(id) ? [[`accountIds.${at}`, id] as const] : []));
  const taken = places.map(([place]) => [place, NOBODY] as const);
  return { filter: { _id: block._id, ...Object.fromEntries(places) }, update: { $set: Object.fromEntries(taken) } };
}

function isSettled(block: BlockState | undefined, { accountId }: BlockEntry): boolean {
  return block !== undefined && (isFull(block) || block.accountIds.includes(accountId));
}

function newBlock(ctx: TenantContext, key: string, entries: readonly BlockEntry[]): Block & Stored {
  const [{ most }] = entries as [BlockEntry];
  const accountIds = [...new Set(entries.map(({ accountId }) => accountId))].slice(0, most + 1);
  return { _id: storedKey(ctx, key), tenantId: ctx.tenantId, most, accountIds };
}

/** Matches a block that is not full, or none: then it is made. */
export function entering(ctx: TenantContext, { key, most, accountId }: BlockEntry): UpdateOperation {
  return {
    filter: { _id: storedKey(ctx, key), [`accountIds.${most}`]: { $exists: false } },
    update: { $addToSet: { accountIds: accountId }, $setOnInsert: { tenantId: ctx.tenantId, most } },
  };
}
