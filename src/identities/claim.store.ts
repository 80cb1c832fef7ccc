import type { TenantContext } from '../platform/context.js';
import type { Database, Stored, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { untilWritten } from '../platform/retry.js';
import { Claim, type Holding } from './claim.entity.js';
import { type ClaimState, MOST_HOLDERS } from './claim.rules.js';
import { releaseOf } from './claim-release.rules.js';
import { ErasedIdentifiers } from './erased-identifiers.js';

const RELEASED_AT_ONCE = 200;

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
   * Throws `ErasedIdentifiers` where one belongs to somebody who was erased; what was claimed with it is to be released.
   */
  async claim(ctx: TenantContext, holdings: readonly ClaimedHolding[]): Promise<Map<string, ClaimState>> {
    if (holdings.length === 0) return new Map();
    const byKey = groupBy(holdings, ({ key }) => key);
    const documents = [...byKey].map(([key, own]) => toClaim(ctx, key, own));
    const there = await this.database.insertNew(Claim, documents);
    const known = holdings.filter(({ key }) => there.has(keyOf(ctx.tenantId, key)));
    await this.database.updateMany(Claim, [...joining(ctx, known), ...extending(ctx, known)]);
    const joined = await this.read(ctx, [...new Set(known.map(({ key }) => key))]);
    const erased = joined.filter(({ erasedAt }) => erasedAt).map(({ _id }) => idOf(_id));
    if (erased.length > 0) throw new ErasedIdentifiers(new Set(erased));
    const made = documents
      .filter(({ _id }) => !there.has(_id))
      .map((claim) => [idOf(claim._id), toState(claim)] as const);
    return new Map([...joined.map((claim) => [idOf(claim._id), toState(claim)] as const), ...made]);
  }

  /** What is known of these blinded identifiers; one that nobody holds is left out. One command. */
  async find(ctx: TenantContext, keys: readonly string[]): Promise<Map<string, ClaimState>> {
    const claims = (await this.read(ctx, keys)).filter(({ erasedAt }) => !erasedAt);
    return new Map(claims.map((claim) => [idOf(claim._id), toState(claim)]));
  }

  /**
   * Lets claims go of erased holders, as `release` does, and before each step gives the accounts that hold them besides.
   * Three commands for each 200 claims.
   */
  async *erase(ctx: TenantContext, leaving: ReadonlyMap<string, ReadonlySet<string>>): AsyncGenerator<string[]> {
    for await (const piece of piecesOf(leaving, RELEASED_AT_ONCE)) {
      const part = new Map(piece);
      const claims = await this.read(ctx, [...part.keys()]);
      yield claims.flatMap((claim) => releaseOf(claim, part.get(idOf(claim._id)) ?? new Set(), null)?.survivors ?? []);
      yield [...(await this.release(ctx, part, ctx.now()))];
    }
  }

  /**
   * Lets claims go of holders, and returns the accounts that hold them still. Of erased holders, whom `erasedAt` tells, a
   * tombstone stays where nobody else is left. Two commands, some more where others write the same claims.
   */
  async release(
    ctx: TenantContext,
    leaving: ReadonlyMap<string, ReadonlySet<string>>,
    erasedAt: Date | null,
  ): Promise<Set<string>> {
    const survivors = new Set<string>();
    await untilWritten('claims', async () => {
      const operations = (await this.read(ctx, [...leaving.keys()])).flatMap((claim): UpdateOperation[] => {
        const release = releaseOf(claim, leaving.get(idOf(claim._id)) ?? new Set(), erasedAt);
        for (const id of release?.survivors ?? []) survivors.add(id);
        // a holder who comes in between makes it larger, save where it is full and takes in nobody
        return release ? [{ filter: { _id: claim._id, size: claim.size }, update: { $set: release.set } }] : [];
      });
      return (await this.database.updateMany(Claim, operations)) === operations.length;
    });
    return survivors;
  }

  /** How many claims of these blinded identifiers name one of the accounts. One command. */
  async countHeld(ctx: TenantContext, leaving: ReadonlyMap<string, ReadonlySet<string>>): Promise<number> {
    const claims = await this.read(ctx, [...leaving.keys()]);
    return claims.filter((claim) => releaseOf(claim, leaving.get(idOf(claim._id)) ?? new Set(), null)).length;
  }

  private read(ctx: TenantContext, keys: readonly string[]): Promise<(Claim & Stored)[]> {
    return this.database.findByKeys(
      Claim,
      keys.map((key) => keyOf(ctx.tenantId, key)),
    );
  }

  /** Notes with what the holders of identifiers were decided on. One command. */
  async noteShared(ctx: TenantContext, decided: ReadonlyMap<string, boolean>): Promise<void> {
    const operations = [...decided].map(([key, isShared]) => ({
      filter: { _id: keyOf(ctx.tenantId, key) },
      update: { $set: { isShared } },
    }));
    await this.database.updateMany(Claim, operations);
  }
}

function toState({ holders, size, isShared }: Claim): ClaimState {
  return { holders, size, wasShared: isShared };
}

function toClaim(ctx: TenantContext, key: string, holdings: readonly ClaimedHolding[]): Claim & Stored {
  const holders: Record<string, Holding> = {};
  for (const { accountId, key: _key, ...holding } of holdings.slice(0, MOST_HOLDERS)) holders[accountId] = holding;
  const size = Object.keys(holders).length;
  return { _id: keyOf(ctx.tenantId, key), tenantId: ctx.tenantId, holders, size, isShared: false };
}

/** New holders of claims that were there; a claim that is full takes none. */
function joining(ctx: TenantContext, holdings: readonly ClaimedHolding[]): UpdateOperation[] {
  const perKey = [...groupBy(holdings, ({ key }) => key).values()].flatMap((own) => own.slice(0, MOST_HOLDERS));
  return perKey.map(({ key, accountId, ...holding }) => ({
    filter: {
      _id: keyOf(ctx.tenantId, key),
      size: { $lt: MOST_HOLDERS },
      [`holders.${accountId}`]: { $exists: false },
    },
    update: { $set: { [`holders.${accountId}`]: holding }, $inc: { size: 1 } },
  }));
}

function extending(ctx: TenantContext, holdings: readonly ClaimedHolding[]): UpdateOperation[] {
  return holdings.map(({ key, accountId, from, to, name, birthday, unionId }) => {
    const place = `holders.${accountId}`;
    return {
      filter: { _id: keyOf(ctx.tenantId, key), [place]: { $exists: true } },
      update: {
        $min: { [`${place}.from`]: from },
        $max: { [`${place}.to`]: to },
        $set: { [`${place}.name`]: name, [`${place}.birthday`]: birthday, [`${place}.unionId`]: unionId },
      },
    };
  });
}
