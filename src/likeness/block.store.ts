import type { TenantContext } from '../platform/context.js';
import type { Database, Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { Block } from './block.entity.js';
import { type BlockState, isFull } from './candidate.rules.js';

const MOST_ATTEMPTS = 5;
const FEW = 100;

/** An account, and the blinded blocking keys that it has now, each with how many accounts its block may have. */
export interface Entrant {
  readonly accountId: string;
  readonly keys: ReadonlyMap<string, number>;
}

/** That an account is in a block. */
export interface Stay {
  /** The blinded blocking key. */
  readonly key: string;
  readonly accountId: string;
}

/** What entrants found. */
export interface Entered {
  readonly blocks: ReadonlyMap<string, BlockState>;
  /** Where they are by what they said before and say no longer: they are to leave. */
  readonly stale: readonly Stay[];
}

interface Entry extends Stay {
  readonly most: number;
}

/** Blocks and accounts as they are stored: by blinded key, and by account the keys of the blocks that it is in. */
interface Found {
  readonly blocks: ReadonlyMap<string, BlockState>;
  readonly keysOf: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The collection of blocks. */
export class BlockStore {
  constructor(private readonly database: Database) {}

  /**
   * Adds accounts to their blocks, then reads who else is in them: since each writer writes before it reads, of two that
   * enter a block at the same moment at least one sees the other. A full block takes nobody in. Repeating it changes
   * nothing. Two commands, three for more than a hundred entries; as many more where another process made the same block
   * at the same moment.
   */
  async enter(ctx: TenantContext, entrants: readonly Entrant[]): Promise<Entered> {
    return this.enterRest(ctx, entrants, undefined);
  }

  /** As `enter`, for accounts most of which are in their blocks already: those are read alone. One command where all are. */
  async reenter(ctx: TenantContext, entrants: readonly Entrant[]): Promise<Entered> {
    return this.enterRest(ctx, entrants, await this.read(ctx, entrants));
  }

  private async enterRest(
    ctx: TenantContext,
    entrants: readonly Entrant[],
    known: Found | undefined,
  ): Promise<Entered> {
    const blocks = new Map(known?.blocks);
    const keysOf = new Map(known?.keysOf);
    const isLeft = (one: Entrant) =>
      entriesOf(one).some((entry) => !isSettled(blocks.get(entry.key), keysOf.get(one.accountId), entry));
    let left = known ? entrants.filter(isLeft) : entrants;
    for (let attempt = 0; left.length > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS) throw new Error(`${left.length} accounts could not enter their blocks.`);
      await this.write(ctx, left);
      const found = await this.read(ctx, left);
      for (const [key, block] of found.blocks) blocks.set(key, block);
      for (const [id, keys] of found.keysOf) keysOf.set(id, keys);
      left = left.filter(isLeft);
    }
    return { blocks, stale: entrants.flatMap((one) => staleOf(one, keysOf.get(one.accountId))) };
  }

  /**
   * Takes accounts out of blocks. Of a full one, those take the place who had come too late. Returns who is in blocks that
   * were full and are so no longer: they are to be compared with each other. Repeating it tells of them again. Two
   * commands, and two more for each block that was full.
   */
  async leave(ctx: TenantContext, stays: readonly Stay[]): Promise<string[]> {
    if (stays.length === 0) return [];
    const byKey = groupBy(stays, ({ key }) => key);
    const before = await this.find(ctx, [...byKey.keys()]);
    const leaving = [...byKey].map(([key, own]) => ({ key, ids: own.map(({ accountId }) => accountId) }));
    await this.database.updateMany(
      Block,
      leaving.map(({ key, ids }) => ({
        filter: { _id: keyOf(ctx.tenantId, key) },
        update: { $pull: { accountIds: { $in: ids } } },
      })),
    );
    const together = leaving.map(async ({ key, ids }) => {
      const block = before.get(key);
      if (!block) return [];
      const isListed = ids.some((id) => block.accountIds.includes(id));
      if (isFull(block)) return isListed ? this.refill(ctx, key, block, ids) : [];
      return isListed ? [] : block.accountIds; // whoever left it may have stopped before these were compared
    });
    return [...new Set((await Promise.all(together)).flat())];
  }

  /** Notes that accounts have left blocks, and all that follows from it is done. One command. */
  async forget(ctx: TenantContext, stays: readonly Stay[]): Promise<void> {
    const operations = [...groupBy(stays, ({ accountId }) => accountId)].map(([accountId, own]) => ({
      filter: { _id: keyOf(ctx.tenantId, accountId) },
      update: { $pull: { keys: { $in: own.map(({ key }) => key) } } },
    }));
    await this.database.updateMany(Block, operations);
  }

  /** Lets who came too late into a block that some have left; returns who is in it then, nobody where it is full again. */
  private async refill(
    ctx: TenantContext,
    key: string,
    block: BlockState,
    leaving: readonly string[],
  ): Promise<string[]> {
    const most = block.most + 1 + leaving.length;
    const entrants = await this.database.findByList(Block, { tenantId: ctx.tenantId }, ['keys', [key]], most);
    const staying = entrants.map(({ _id }) => idOf(_id)).filter((id) => !leaving.includes(id));
    const entries = staying.slice(0, block.most + 1).map((accountId) => ({ key, most: block.most, accountId }));
    for (const entry of entries) await this.database.upsertEach(Block, [entering(ctx, entry)]);
    return entries.length > block.most ? [] : staying;
  }

  /** One command for a few entries; two for many, which on some databases is a commit instead of one for each. */
  private async write(ctx: TenantContext, entrants: readonly Entrant[]): Promise<void> {
    const entries = entrants.flatMap(entriesOf);
    // first where accounts are, then who is in blocks: whoever looks for those that came too late finds them
    const comparable = entrants.filter(({ keys }) => keys.size > 0);
    const noting = (some: readonly Entrant[]) => some.map((entrant) => notingKeys(ctx, entrant));
    const joining = (some: readonly Entry[]) => some.map((entry) => entering(ctx, entry));
    if (entries.length <= FEW) return this.database.upsertEach(Block, [...noting(comparable), ...joining(entries)]);
    const accounts = comparable.map(({ accountId, keys }) => ({ ...own(ctx, accountId), keys: [...keys.keys()] }));
    const byKey = [...groupBy(entries, ({ key }) => key)];
    const there = await this.database.insertNew(Block, [
      ...accounts,
      ...byKey.map(([key, some]) => newBlock(ctx, key, some)),
    ]);
    const isThere = (id: string) => there.has(keyOf(ctx.tenantId, id));
    await this.database.updateMany(Block, [
      ...noting(comparable.filter(({ accountId }) => isThere(accountId))),
      ...joining(entries.filter(({ key }) => isThere(key))),
    ]);
  }

  /** The blocks of these blinded keys; those that nobody entered are left out. One command. */
  async find(ctx: TenantContext, keys: readonly string[]): Promise<ReadonlyMap<string, BlockState>> {
    return (await this.readByIds(ctx, keys)).blocks;
  }

  private read(ctx: TenantContext, entrants: readonly Entrant[]): Promise<Found> {
    return this.readByIds(
      ctx,
      entrants.flatMap(({ accountId, keys }) => [accountId, ...keys.keys()]),
    );
  }

  private async readByIds(ctx: TenantContext, ids: readonly string[]): Promise<Found> {
    const found = await this.database.findByKeys(
      Block,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
    const blocks = found.flatMap(({ _id, accountIds, most }) =>
      most === undefined || !accountIds ? [] : [[idOf(_id), { accountIds, most }] as const],
    );
    const accounts = found.flatMap(({ _id, keys }) => (keys ? [[idOf(_id), new Set(keys)] as const] : []));
    return { blocks: new Map(blocks), keysOf: new Map(accounts) };
  }
}

function entriesOf({ accountId, keys }: Entrant): Entry[] {
  return [...keys].map(([key, most]) => ({ key, most, accountId }));
}

function isSettled(
  block: BlockState | undefined,
  keys: ReadonlySet<string> | undefined,
  { key, accountId }: Stay,
): boolean {
  return block !== undefined && (keys?.has(key) ?? false) && (isFull(block) || block.accountIds.includes(accountId));
}

function staleOf({ accountId, keys }: Entrant, noted: ReadonlySet<string> | undefined): Stay[] {
  return [...(noted ?? [])].filter((key) => !keys.has(key)).map((key) => ({ key, accountId }));
}

function own({ tenantId }: TenantContext, id: string) {
  return { _id: keyOf(tenantId, id), tenantId };
}

function newBlock(ctx: TenantContext, key: string, entries: readonly Entry[]): Block & Stored {
  const [{ most }] = entries as [Entry];
  const accountIds = [...new Set(entries.map(({ accountId }) => accountId))].slice(0, most + 1);
  return { ...own(ctx, key), most, accountIds };
}

function notingKeys(ctx: TenantContext, { accountId, keys }: Entrant): UpdateOperation {
  return {
    filter: { _id: keyOf(ctx.tenantId, accountId) },
    update: { $addToSet: { keys: { $each: [...keys.keys()] } }, $setOnInsert: { tenantId: ctx.tenantId } },
  };
}

/** Matches a block that is not full, or none: then it is made. */
function entering(ctx: TenantContext, { key, most, accountId }: Entry): UpdateOperation {
  return {
    filter: { _id: keyOf(ctx.tenantId, key), [`accountIds.${most}`]: { $exists: false } },
    update: { $addToSet: { accountIds: accountId }, $setOnInsert: { tenantId: ctx.tenantId, most } },
  };
}
