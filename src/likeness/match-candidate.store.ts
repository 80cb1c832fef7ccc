import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { hashedUlid, idOf, keyOf } from '../platform/ids.js';
import type { CandidateRecord } from './candidate.rules.js';
import { MatchCandidate } from './match-candidate.entity.js';
import { MatchStatus } from './match-status.js';

const MOST_READ = 20_000;

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
    return found.map(toRecord);
  }

  /** A candidate by its id; undefined where there is none. One command. */
  async find(ctx: TenantContext, id: string): Promise<CandidateRecord | undefined> {
    const [found] = await this.database.findByKeys(MatchCandidate, [keyOf(ctx.tenantId, id)]);
    return found && toRecord(found);
  }

  /** Stores candidates: those that are new whole, of the others how alike they are now. At most two commands. */
  async put(ctx: TenantContext, candidates: readonly CandidateRecord[]): Promise<void> {
    const documents = candidates.map(({ id, ...candidate }) => {
      return { _id: keyOf(ctx.tenantId, id), tenantId: ctx.tenantId, ...candidate };
    });
    const there = await this.database.insertNew(MatchCandidate, documents as unknown as (MatchCandidate & Stored)[]);
    const known = candidates.filter(({ id }) => there.has(keyOf(ctx.tenantId, id)));
    await this.database.updateMany(
      MatchCandidate,
      known.map(({ id, probability, weight, blocks }) => ({
        filter: { _id: keyOf(ctx.tenantId, id) },
        update: { $set: { probability, weight, blocks } },
      })),
    );
  }

  /** Notes what became of candidates that nobody has reviewed. One command. */
  async note(ctx: TenantContext, statuses: ReadonlyMap<string, MatchStatus>): Promise<void> {
    await this.database.updateMany(
      MatchCandidate,
      [...statuses].map(([id, status]) => ({
        filter: { _id: keyOf(ctx.tenantId, id), status: { $in: [MatchStatus.PENDING, MatchStatus.SUPERSEDED] } },
        update: { $set: { status } },
      })),
    );
  }
}

/** The id of a pair's candidate by a version of the model: always the same. */
export function candidateIdOf([low, high]: readonly [string, string], model: number): string {
  return `mtc_${hashedUlid(low, high, String(model))}`;
}

function toRecord(stored: MatchCandidate & Stored): CandidateRecord {
  const { _id, accountIds, model, probability, weight, status, blocks, createdAt } = stored;
  return { id: idOf(_id), accountIds, model, probability, weight, status, blocks, createdAt };
}
