import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { Attribute, Collection } from '../platform/entity.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import {
  joinLimits,
  type LimitFact,
  type LimitFacts,
  type LimitKind,
  lastLimits,
  limitsBinding,
  NO_LIMITS,
} from './processing-limit.rules.js';
import { removeSpread } from './spread-entry.js';

const PIECE = 200;
/** More than a profile keeps last words: of what is spread over several documents a profile can't weigh all. */
const ACCOUNTS_IN_A_DOCUMENT = 500;

/**
 * That the use of what is known of a person was limited, or no longer is: append-only, anchored to the accounts it was
 * said of. What was said of more than 500 accounts is spread over several documents.
 */
@Collection({ collection: 'processing_limits', indexes: [{ keys: { tenantId: 1, accountIds: 1 } }] })
export class ProcessingLimit {
  @Attribute(() => String, {
    hidden: true,
    description: 'tenant:lim_ULID, and `.n` where there are several of an entry',
  })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], { hidden: true })
  accountIds!: string[];

  @Attribute(() => String, { hidden: true })
  kind!: LimitKind;

  @Attribute(() => Boolean, { hidden: true, description: 'Whether the limit was lifted.' })
  granted!: boolean;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}

/** The ledger of what people's data must not be used for. */
export class ProcessingLimitStore {
  constructor(private readonly database: Database) {}

  /** Appends an entry that was said of any number of accounts. One command for each 500. */
  async append(ctx: TenantContext, fact: Omit<LimitFact, 'accountIds'>, all: AsyncIterable<string>): Promise<void> {
    let number = 0;
    for await (const accountIds of piecesOf(all, ACCOUNTS_IN_A_DOCUMENT)) {
      const { id, ...said } = fact;
      const _id = keyOf(ctx.tenantId, number === 0 ? id : `${id}.${number}`);
      const record = { _id, tenantId: ctx.tenantId, ...said, accountIds } as ProcessingLimit & Stored;
      await this.database.insertNew(ProcessingLimit, [record]);
      number += 1;
    }
  }

  /** Takes an entry back that was appended while its person was being erased. A command for each 100 documents. */
  async takeBack(ctx: TenantContext, id: string): Promise<void> {
    await removeSpread(id, (ids) =>
      this.database.deleteMany(ProcessingLimit, { _id: { $in: ids.map((one) => keyOf(ctx.tenantId, one)) } }),
    );
  }

  /** What binds a person with these accounts. One command, whose answer is read in pieces. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<LimitFacts> {
    const own = new Set(accountIds);
    let known = NO_LIMITS;
    for await (const piece of piecesOf(this.entriesOf(ctx, accountIds), PIECE))
      known = joinLimits([known, lastLimits(limitsBinding(piece, (id) => own.has(id)))]);
    return known;
  }

  /** All entries that name one of these accounts: one cursor. */
  async *entriesOf(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<LimitFact> {
    const found = this.database
      .collection(ProcessingLimit)
      .find(ofAccounts(ctx, accountIds) as object, { batchSize: PIECE });
    for await (const record of found as unknown as AsyncIterable<ProcessingLimit>) yield toFact(record);
  }

  /** How many documents name one of these accounts. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(ProcessingLimit).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /** Takes accounts out of the ledger; what was said of nobody else is deleted. At most three commands for each 200. */
  async erase(ctx: TenantContext, accountIds: readonly string[]): Promise<void> {
    const leaving = new Set(accountIds);
    for (;;) {
      const query = this.database.collection(ProcessingLimit).find(ofAccounts(ctx, accountIds) as object);
      const found = (await query.limit(PIECE).toArray()) as unknown as ProcessingLimit[];
      const left = found.map(({ _id, accountIds: all }) => ({ _id, own: all.filter((id) => !leaving.has(id)) }));
      await this.database.updateMany(
        ProcessingLimit,
        left
          .filter(({ own }) => own.length > 0)
          .map(({ _id, own }) => ({ filter: { _id }, update: { $set: { accountIds: own } } })),
      );
      const gone = left.filter(({ own }) => own.length === 0).map(({ _id }) => _id);
      if (gone.length > 0) await this.database.deleteMany(ProcessingLimit, { _id: { $in: gone } });
      if (found.length < PIECE) return;
    }
  }
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountIds: { $in: [...new Set(accountIds)] } };
}

function toFact({ _id, kind, granted, at, accountIds }: ProcessingLimit): LimitFact {
  const [id = ''] = idOf(_id).split('.');
  return { id, kind, granted, at, accountIds };
}
