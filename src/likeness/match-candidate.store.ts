import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { justBelow } from '../platform/doubles.rules.js';
import { hashedUlid, idOf, keyOf } from '../platform/ids.js';
import { coverToken, uncoverTokens } from '../platform/index-token.js';
import { piecesOf } from '../platform/pieces.js';
import type { CandidateRecord } from './candidate.rules.js';
import { MatchCandidate } from './match-candidate.entity.js';
import { MatchStatus } from './match-status.js';

const MOST_READ = 20_000;
const DROPPED_AT_ONCE = 200;
const UNDECIDED = [MatchStatus.PENDING, MatchStatus.SUPERSEDED];

/** Candidates of one version of the model and one status, of at least a probability. */
export interface CandidateKind {
  readonly model: number;
  readonly status: MatchStatus;
  /** 0: any. */
  readonly least: number;
}

/** A place in the list of candidates. */
export interface CandidatePosition {
  readonly probability: number;
  readonly id: string;
}

/** The collection of candidates: pairs of accounts that are alike. */
export class MatchCandidateStore {
  constructor(private readonly database: Database) {}

  /** Candidates by a version of the model that name one of these accounts, at most 20,000. One command, save on the Python build. */
  async findByAccounts(ctx: TenantContext, model: number, accountIds: readonly string[]): Promise<CandidateRecord[]> {
    const found = await this.database.findByList(
      MatchCandidate,
      { tenantId: ctx.tenantId, model },
      ['accountIds', accountIds],
      MOST_READ,
    );
    return found.map((stored) => toRecord(ctx, stored));
  }

  /** A candidate by its id; undefined where there is none. One command. */
  async find(ctx: TenantContext, id: string): Promise<CandidateRecord | undefined> {
    const [found] = await this.database.findByKeys(MatchCandidate, [keyOf(ctx.tenantId, id)]);
    return found && toRecord(ctx, found);
  }

  /** Candidates of a kind, the most probable first, ties by id. One command, at most two behind a place. */
  async findPage(
    ctx: TenantContext,
    kind: CandidateKind,
    after: CandidatePosition | undefined,
    limit: number,
  ): Promise<CandidateRecord[]> {
    // An `$or` of the two would be read to the end by SecantusDB.
    const ties = after ? await this.findInOrder(ctx, tiesBehind(ctx, kind, after), limit) : [];
    if (ties.length === limit) return ties;
    return [
      ...ties,
      ...(await this.findInOrder(ctx, conditionsOf(ctx, kind, after?.probability), limit - ties.length)),
    ];
  }

  private async findInOrder(ctx: TenantContext, filter: object, limit: number): Promise<CandidateRecord[]> {
    const found = await this.database
      .collection(MatchCandidate)
      .find(filter)
      .sort({ probability: -1, _id: 1 })
      .limit(limit)
      .toArray();
    return found.map((stored) => toRecord(ctx, stored as unknown as MatchCandidate & Stored));
  }

  /** How many candidates there are of a kind, counted up to `most`. */
  count(ctx: TenantContext, kind: CandidateKind, most: number): Promise<number> {
    return this.database.collection(MatchCandidate).countDocuments(conditionsOf(ctx, kind) as object, { limit: most });
  }

  /** Stores candidates: those that are new whole, of the others how alike they are now. At most two commands. */
  async put(ctx: TenantContext, candidates: readonly CandidateRecord[]): Promise<void> {
    const stored = (blocks: readonly string[]) => blocks.map((key) => coverToken(ctx.keys, key));
    const documents = candidates.map(({ id, ...candidate }) => {
      return { _id: keyOf(ctx.tenantId, id), tenantId: ctx.tenantId, ...candidate, blocks: stored(candidate.blocks) };
    });
    const there = await this.database.insertNew(MatchCandidate, documents as unknown as (MatchCandidate & Stored)[]);
    const known = candidates.filter(({ id }) => there.has(keyOf(ctx.tenantId, id)));
    await this.database.updateMany(
      MatchCandidate,
      known.map(({ id, probability, weight, blocks }) => ({
        filter: { _id: keyOf(ctx.tenantId, id) },
        update: { $set: { probability, weight, blocks: stored(blocks) } },
      })),
    );
  }

  /** Notes what became of candidates that nobody has reviewed. One command. */
  async note(ctx: TenantContext, statuses: ReadonlyMap<string, MatchStatus>): Promise<void> {
    await this.database.updateMany(
      MatchCandidate,
      [...statuses].map(([id, status]) => ({
        filter: { _id: keyOf(ctx.tenantId, id), status: { $in: UNDECIDED } },
        update: { $set: { status } },
      })),
    );
  }

  /** How many candidates by any version up to the newest name one of these accounts. A command a version. */
  async countOf(ctx: TenantContext, newest: number, accountIds: readonly string[]): Promise<number> {
    let count = 0;
    for (const filter of namingOf(ctx, newest, accountIds)) {
      count += await this.database.collection(MatchCandidate).countDocuments(filter as object);
    }
    return count;
  }

  /** Deletes the candidates by any version up to the newest that name one of these accounts. A command a version. */
  async erase(ctx: TenantContext, newest: number, accountIds: readonly string[]): Promise<void> {
    for (const filter of namingOf(ctx, newest, accountIds)) await this.database.deleteMany(MatchCandidate, filter);
  }

  /** Drops the candidates of a version that nobody has reviewed. Two commands. */
  async dropUnreviewed(ctx: TenantContext, model: number): Promise<void> {
    for (const status of UNDECIDED) {
      await this.database.collection(MatchCandidate).deleteMany({ tenantId: ctx.tenantId, model, status });
    }
  }

  /**
   * The candidates that people reviewed before an instant, by any version up to the newest, in pieces: two cursors a
   * version, over all that were reviewed. What was said of them stands in links.
   */
  async *reviewedBefore(ctx: TenantContext, newest: number, before: Date): AsyncGenerator<string[]> {
    for (let model = 1; model <= newest; model += 1) {
      for (const status of [MatchStatus.ACCEPTED, MatchStatus.REJECTED]) {
        const found = this.database
          .collection(MatchCandidate)
          .find({ tenantId: ctx.tenantId, model, status }, { projection: { reviewedAt: 1, createdAt: 1 } });
        const all = found as unknown as AsyncIterable<MatchCandidate & Stored>;
        for await (const piece of piecesOf(all, DROPPED_AT_ONCE))
          yield piece.filter((one) => (one.reviewedAt ?? one.createdAt) < before).map(({ _id }) => idOf(_id));
      }
    }
  }

  /** Deletes candidates. One command. */
  async drop(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.deleteMany(MatchCandidate, { _id: { $in: ids.map((id) => keyOf(ctx.tenantId, id)) } });
  }

  /**
   * Stores what a person said of a candidate, unless somebody has said it before; false then. What was noted of it
   * meanwhile gives way. One command.
   */
  async decide(ctx: TenantContext, id: string, status: MatchStatus.ACCEPTED | MatchStatus.REJECTED): Promise<boolean> {
    const filter = { _id: keyOf(ctx.tenantId, id), status: { $in: UNDECIDED } };
    return (
      (await this.database.updateMany(MatchCandidate, [
        { filter, update: { $set: { status, reviewedAt: ctx.now() } } },
      ])) === 1
    );
  }
}

/** The id of a pair's candidate by a version of the model: always the same. */
export function candidateIdOf([low, high]: readonly [string, string], model: number): string {
  return `mtc_${hashedUlid(low, high, String(model))}`;
}

function namingOf({ tenantId }: TenantContext, newest: number, accountIds: readonly string[]) {
  const names = { accountIds: { $in: [...accountIds] } };
  return Array.from({ length: newest }, (_, n) => ({ tenantId, model: n + 1, ...names }));
}

function toRecord({ keys }: TenantContext, stored: MatchCandidate & Stored): CandidateRecord {
  const { _id, accountIds, model, probability, weight, status, blocks, createdAt } = stored;
  const record = { id: idOf(_id), accountIds, model, probability, weight, status, createdAt };
  return { ...record, blocks: uncoverTokens(keys, blocks) };
}

/** Written without `$gte`, for the reason that `span.rules.ts` gives. */
function conditionsOf({ tenantId }: TenantContext, { model, status, least }: CandidateKind, below?: number) {
  const bounds = { ...(least > 0 && { $gt: justBelow(least) }), ...(below !== undefined && { $lt: below }) };
  return { tenantId, model, status, ...(Object.keys(bounds).length > 0 && { probability: bounds }) };
}

function tiesBehind({ tenantId }: TenantContext, { model, status }: CandidateKind, after: CandidatePosition) {
  return { tenantId, model, status, probability: after.probability, _id: { $gt: keyOf(tenantId, after.id) } };
}
