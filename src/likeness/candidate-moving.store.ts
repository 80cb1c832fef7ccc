import type { BlindedCollection } from '../platform/blinded.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { coverToken, uncoverTokens } from '../platform/index-token.js';
import type { StoredRow } from '../platform/tenant-documents.js';
import { MatchCandidate } from './match-candidate.entity.js';

/** Stores the keys that candidates share under the version of the index key in force. */
export class CandidateMovingStore implements BlindedCollection {
  readonly type = MatchCandidate;

  constructor(private readonly database: Database) {}

  tokensOf(row: StoredRow): string[] {
    return (row as unknown as MatchCandidate).blocks;
  }

  /** One command. */
  async renew(ctx: TenantContext, rows: readonly StoredRow[]): Promise<void> {
    const operations = (rows as unknown as (MatchCandidate & Stored)[]).map(({ _id, blocks }) => {
      const renewed = uncoverTokens(ctx.keys, blocks).map((key) => coverToken(ctx.keys, key));
      return { filter: { _id, blocks }, update: { $set: { blocks: renewed } } };
    });
    await this.database.updateMany(MatchCandidate, operations);
  }
}
