import type { TenantContext } from '../platform/context.js';
import type { Database, Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { Claim, type Holding } from './claim.entity.js';

/** How many holders a claim names: what more accounts hold is shared by too many to tell people by. */
export const MOST_HOLDERS = 128;

/** That an account holds an identifier, from the first to the last time it was seen with it. */
export interface ClaimedHolding extends Holding {
  /** The blinded identifier. */
  readonly key: string;
  readonly accountId: string;
}

/** The collection of claims. */
export class ClaimStore {
  constructor(private readonly database: Database) {}

  /**
   * Records holdings, then reads who else holds these identifiers: since each writer writes before it reads, of two
   * that claim one identifier at the same moment at least one sees the other. Who made a claim need not read it: whoever
   * joins it later sees its maker. Repeating it changes nothing. At most three commands, one where all claims are new.
   */
  async claim(ctx: TenantContext, holdings: readonly ClaimedHolding[]): Promise<Map<string, string[]>> {
    if (holdings.length === 0) return new Map();
    const byKey = groupBy(holdings, ({ key }) => key);
    const documents = [...byKey].map(([key, own]) => toClaim(ctx, key, own));
    const there = await this.database.insertNew(Claim, documents);
    const known = holdings.filter(({ key }) => there.has(keyOf(ctx.tenantId, key)));
    await this.database.updateMany(Claim, [...joining(ctx, known), ...extending(ctx, known)]);
    const joined = await this.holdersOf(ctx, [...new Set(known.map(({ key }) => key))]);
    const made = documents
      .filter(({ _id }) => !there.has(_id))
      .map(({ _id, holders }) => [idOf(_id), holders] as const);
    return new Map([...joined, ...made.map(([key, holders]) => [key, Object.keys(holders).sort()] as const)]);
  }

  /** The accounts that hold each of these identifiers, by blinded identifier; at most 128 each. */
  async holdersOf(ctx: TenantContext, keys: readonly string[]): Promise<Map<string, string[]>> {
    const claims = await this.database.findByKeys(
      Claim,
      keys.map((key) => keyOf(ctx.tenantId, key)),
    );
    return new Map(claims.map((claim) => [idOf(claim._id), Object.keys(claim.holders).sort()]));
  }
}

function toClaim(ctx: TenantContext, key: string, holdings: readonly ClaimedHolding[]): Claim & Stored {
  const holders: Record<string, Holding> = {};
  for (const { accountId, from, to } of holdings.slice(0, MOST_HOLDERS)) holders[accountId] = { from, to };
  return { _id: keyOf(ctx.tenantId, key), tenantId: ctx.tenantId, holders, size: Object.keys(holders).length };
}

/** New holders of claims that were there; a claim that is full takes none. */
function joining(ctx: TenantContext, holdings: readonly ClaimedHolding[]): UpdateOperation[] {
  const perKey = [...groupBy(holdings, ({ key }) => key).values()].flatMap((own) => own.slice(0, MOST_HOLDERS));
  return perKey.map(({ key, accountId, from, to }) => ({
    filter: {
      _id: keyOf(ctx.tenantId, key),
      size: { $lt: MOST_HOLDERS },
      [`holders.${accountId}`]: { $exists: false },
    },
    update: { $set: { [`holders.${accountId}`]: { from, to } }, $inc: { size: 1 } },
  }));
}

function extending(ctx: TenantContext, holdings: readonly ClaimedHolding[]): UpdateOperation[] {
  return holdings.map(({ key, accountId, from, to }) => ({
    filter: { _id: keyOf(ctx.tenantId, key), [`holders.${accountId}`]: { $exists: true } },
    update: { $min: { [`holders.${accountId}.from`]: from }, $max: { [`holders.${accountId}.to`]: to } },
  }));
}
