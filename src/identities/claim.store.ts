import type { TenantContext } from '../platform/context.js';
import type { Database, UpdateOperation } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { isGivingWay } from '../platform/index-token.js';
import { piecesOf } from '../platform/pieces.js';
import { untilWritten } from '../platform/retry.js';
import { Claim } from './claim.entity.js';
import type { ClaimState } from './claim.rules.js';
import { type ClaimedHolding, ClaimForm, type StoredPart } from './claim-form.js';
import { type ClaimPart, unitedClaim } from './claim-forms.rules.js';
import { releaseOf } from './claim-release.rules.js';
import { ErasedIdentifiers } from './erased-identifiers.js';

const RELEASED_AT_ONCE = 200;

/** The collection of claims. */
export class ClaimStore {
  constructor(private readonly database: Database) {}

  /**
   * Records holdings, then reads who else holds these identifiers: since each writer writes before it reads, of two
   * that claim one identifier at the same moment at least one sees the other. Who made a claim need not read it: whoever
   * joins it later sees its maker. Repeating it changes nothing. At most three commands, one where all claims are new;
   * while the index key gives way, one more for each version before, and all are read.
   * Throws `ErasedIdentifiers` where one belongs to somebody who was erased; what was claimed with it is to be released.
   */
  async claim(ctx: TenantContext, holdings: readonly ClaimedHolding[]): Promise<Map<string, ClaimState>> {
    if (holdings.length === 0) return new Map();
    const version = ctx.keys.versions.current.id;
    const claimed = await this.write(ctx, holdings);
    return (await ctx.keys.isInForce(version)) ? claimed : this.claim(ctx, holdings);
  }

  private async write(ctx: TenantContext, holdings: readonly ClaimedHolding[]): Promise<Map<string, ClaimState>> {
    const form = new ClaimForm(ctx);
    const documents = [...groupBy(holdings, ({ key }) => key)].map(([key, own]) => form.made(key, own));
    const there = await this.database.insertNew(
      Claim,
      documents.map((claim) => form.stored(claim)),
    );
    const known = holdings.filter(({ key }) => there.has(form.keyOf(key)));
    await this.database.updateMany(Claim, [...form.joining(known), ...form.extending(known)]);
    const isAlone = !isGivingWay(ctx.keys);
    const joined = await this.read(ctx, [...new Set((isAlone ? known : holdings).map(({ key }) => key))]);
    const erased = joined.filter(({ erasedAt }) => erasedAt).map(({ key }) => key);
    if (erased.length > 0) throw new ErasedIdentifiers(new Set(erased));
    const made = isAlone ? documents.filter(({ key }) => !there.has(form.keyOf(key))) : [];
    return new Map([...joined, ...made].map((claim) => [claim.key, toState(claim)] as const));
  }

  /** What is known of these blinded identifiers; one that nobody holds is left out. One command. */
  async find(ctx: TenantContext, keys: readonly string[]): Promise<Map<string, ClaimState>> {
    const claims = (await this.read(ctx, keys)).filter(({ erasedAt }) => !erasedAt);
    return new Map(claims.map((claim) => [claim.key, toState(claim)]));
  }

  /**
   * Lets claims go of erased holders, as `release` does, and before each step gives the accounts that hold them besides.
   * Three commands for each 200 claims.
   */
  async *erase(ctx: TenantContext, leaving: ReadonlyMap<string, ReadonlySet<string>>): AsyncGenerator<string[]> {
    for await (const piece of piecesOf(leaving, RELEASED_AT_ONCE)) {
      const part = new Map(piece);
      const claims = await this.read(ctx, [...part.keys()]);
      yield claims.flatMap((claim) => releaseOf(claim, part.get(claim.key) ?? new Set(), null)?.survivors ?? []);
      yield [...(await this.release(ctx, part, ctx.now()))];
    }
  }

  /**
   * Lets claims go of holders, and returns the accounts that hold them still. Of erased holders, whom `erasedAt` tells, a
   * tombstone stays where nobody else is left. Two commands, some more where others write the same claims or the index
   * key gives way.
   */
  async release(
    ctx: TenantContext,
    leaving: ReadonlyMap<string, ReadonlySet<string>>,
    erasedAt: Date | null,
  ): Promise<Set<string>> {
    const survivors = new Set<string>();
    const form = new ClaimForm(ctx);
    if (isGivingWay(ctx.keys)) await this.database.upsertEach(Claim, form.barring(leaving));
    await untilWritten('claims', async () => {
      const found = await this.read(ctx, [...leaving.keys()]);
      const operations = found.flatMap((claim): UpdateOperation[] => {
        const left = releaseOf(claim, leaving.get(claim.key) ?? new Set(), erasedAt);
        for (const id of left?.survivors ?? []) survivors.add(id);
        const until = left?.survivors.length === 0 ? erasedAt : null;
        return claim.parts.flatMap((part) => form.releasing(part, leaving.get(claim.key) ?? new Set(), until));
      });
      return (await this.database.updateMany(Claim, operations)) === operations.length;
    });
    return survivors;
  }

  /** How many claims of these blinded identifiers name one of the accounts. One command. */
  async countHeld(ctx: TenantContext, leaving: ReadonlyMap<string, ReadonlySet<string>>): Promise<number> {
    const claims = await this.read(ctx, [...leaving.keys()]);
    return claims.filter((claim) => releaseOf(claim, leaving.get(claim.key) ?? new Set(), null)).length;
  }

  /** Under the version before first: who moves a claim files it anew before it is deleted there, so that one of both shows it. */
  private async read(ctx: TenantContext, keys: readonly string[]): Promise<UnitedClaim[]> {
    const parts: StoredPart[] = [];
    for (const version of ctx.keys.versions.asked) {
      const form = new ClaimForm(ctx, version);
      const found = await this.database.findByKeys(
        Claim,
        keys.map((key) => form.keyOf(key)),
      );
      parts.push(...found.map((stored) => form.read(stored)));
    }
    return [...groupBy(parts, ({ key }) => key)].map(([key, own]) => ({ ...unitedClaim(own), key, parts: own }));
  }

  /** Notes with what the holders of identifiers were decided on. One command. */
  async noteShared(ctx: TenantContext, decided: ReadonlyMap<string, boolean>): Promise<void> {
    const operations = ctx.keys.versions.asked.flatMap((version) => {
      const form = new ClaimForm(ctx, version);
      return [...decided].map(([key, isShared]) => ({
        filter: { _id: form.keyOf(key) },
        update: { $set: { isShared } },
      }));
    });
    await this.database.updateMany(Claim, operations);
  }
}

/** What is stored of one identifier, under one version of the index key or more. */
interface UnitedClaim extends ClaimPart {
  readonly key: string;
  readonly parts: readonly StoredPart[];
}

function toState({ holders, size, isShared }: ClaimPart): ClaimState {
  return { holders, size, wasShared: isShared };
}
