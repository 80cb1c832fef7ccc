import { Channel } from '../channels/channel.js';
import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { Attribute, Collection } from '../platform/entity.js';
import { idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { type ConsentFact, type ConsentFacts, NO_CONSENTS, type PartnerGrant } from './consent-fact.js';
import { consentsBinding, joinConsents, lastWordsOf } from './consent-fold.rules.js';
import { ConsentPurpose } from './consent-purpose.js';
import { removeSpread } from './spread-entry.js';

const PIECE = 200;
/** More than a profile keeps last words: of what is spread over several documents a profile can't weigh all. */
const ACCOUNTS_IN_A_DOCUMENT = 500;

/** What proves a consent, and who stands behind it: kept sealed, and read only when it is asked for. */
export interface ConsentProof {
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly guardian: { readonly name: string; readonly contact: string; readonly relation: string } | null;
  readonly actor: string;
}

const NO_PROOF: ConsentProof = { evidence: null, guardian: null, actor: 'system' };

/**
 * One entry of the ledger of consents: append-only, anchored to the accounts it was said of. What was said of more than
 * 500 accounts is spread over several documents, each of which names the anchor.
 */
@Collection({ collection: 'consents', indexes: [{ keys: { tenantId: 1, accountIds: 1 } }] })
export class ConsentRecord {
  @Attribute(() => String, {
    hidden: true,
    description: 'tenant:con_ULID, and `.n` where there are several of an entry',
  })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => [String], { hidden: true })
  accountIds!: string[];

  @Attribute(() => String, { hidden: true })
  anchorId!: string;

  @Attribute(() => ConsentPurpose, { hidden: true })
  purpose!: ConsentPurpose;

  @Attribute(() => Boolean, { hidden: true })
  granted!: boolean;

  @Attribute(() => Channel, { hidden: true })
  channel!: Channel | null;

  @Attribute(() => String, { hidden: true })
  policyVersion!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date | null;

  @Attribute(() => Boolean, { hidden: true })
  isGuarded!: boolean;

  @Attribute(() => Object, { hidden: true })
  grant!: PartnerGrant | null;

  @Attribute(() => Buffer, { hidden: true, description: 'Evidence, guardian and actor, sealed under the tenant key.' })
  sealed!: Buffer;
}

/** An entry as it is appended. */
export interface ConsentEntry {
  readonly fact: ConsentFact;
  readonly proof: ConsentProof;
}

/** The ledger of consents. */
export class ConsentStore {
  constructor(private readonly database: Database) {}

  /** Appends entries of at most 500 accounts; what was appended before stays as it is. One command, none without entries. */
  async append(ctx: TenantContext, entries: readonly ConsentEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.database.insertNew(
      ConsentRecord,
      entries.map(({ fact, proof }) => toRecord(ctx, fact, proof, keyOf(ctx.tenantId, fact.id))),
    );
  }

  /**
   * Appends an entry that was said of any number of accounts: those of the fact, and `others`. The document with the
   * anchor comes last, and what a process that stopped before left of a withdrawal binds those accounts already.
   */
  async appendSpread(ctx: TenantContext, { fact, proof }: ConsentEntry, others: AsyncIterable<string>): Promise<void> {
    let number = 0;
    for await (const accountIds of piecesOf(others, ACCOUNTS_IN_A_DOCUMENT)) {
      number += 1;
      const key = keyOf(ctx.tenantId, `${fact.id}.${number}`);
      await this.database.insertNew(ConsentRecord, [toRecord(ctx, { ...fact, accountIds }, proof, key)]);
    }
    await this.append(ctx, [{ fact, proof }]);
  }

  /** Takes an entry back that was appended while its person was being erased. A command for each 100 documents. */
  async takeBack(ctx: TenantContext, id: string): Promise<void> {
    await removeSpread(id, (ids) =>
      this.database.deleteMany(ConsentRecord, { _id: { $in: ids.map((one) => keyOf(ctx.tenantId, one)) } }),
    );
  }

  /** What binds a person with these accounts. One command, whose answer is read in pieces. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<ConsentFacts> {
    const own = new Set(accountIds);
    const options = { batchSize: PIECE, projection: { sealed: 0 } };
    const found = this.database.collection(ConsentRecord).find(ofAccounts(ctx, accountIds) as object, options);
    let known = NO_CONSENTS;
    for await (const piece of piecesOf(found, PIECE)) {
      const facts = piece.map((record) => toFact(record as unknown as ConsentRecord));
      known = joinConsents([known, lastWordsOf(consentsBinding(facts, (id) => own.has(id)))]);
    }
    return known;
  }

  /** How many documents name one of these accounts. One command. */
  count(ctx: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(ConsentRecord).countDocuments(ofAccounts(ctx, accountIds) as object);
  }

  /**
   * Takes accounts out of the ledger, and before each step gives the others that entries about them bind: what was said of
   * nobody else is deleted, and of the rest what proves it, since that tells of who is gone. At most three commands for each 200.
   */
  async *erase(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<string[]> {
    const leaving = new Set(accountIds);
    for (;;) {
      const found = await this.database
        .collection(ConsentRecord)
        .find(ofAccounts(ctx, accountIds) as object)
        .limit(PIECE)
        .toArray();
      const left = (found as unknown as (ConsentRecord & Stored)[]).map((record) => withoutAccounts(record, leaving));
      const kept = left.filter(({ accountIds: own }) => own.length > 0);
      yield kept.flatMap(({ accountIds: own }) => own);
      await this.database.updateMany(
        ConsentRecord,
        kept.map(({ _id, accountIds: own, anchorId }) => ({
          filter: { _id },
          update: { $set: { accountIds: own, anchorId, sealed: sealProof(ctx, _id, NO_PROOF) } },
        })),
      );
      const gone = left.filter(({ accountIds: own }) => own.length === 0).map(({ _id }) => _id);
      if (gone.length > 0) await this.database.deleteMany(ConsentRecord, { _id: { $in: gone } });
      if (found.length < PIECE) return;
    }
  }

  /** All entries that name one of these accounts, with what proves them: one cursor. */
  async *entriesOf(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<ConsentEntry> {
    const found = this.database
      .collection(ConsentRecord)
      .find(ofAccounts(ctx, accountIds) as object, { batchSize: PIECE });
    for await (const record of found as unknown as AsyncIterable<ConsentRecord>)
      yield { fact: toFact(record), proof: openProof(ctx, record) };
  }

  /** What proves entries, by their ids. One command. */
  async findProofs(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, ConsentProof>> {
    const keys = ids.map((id) => keyOf(ctx.tenantId, id));
    const found = await this.database.findByKeys(ConsentRecord, keys, { sealed: 1 });
    return new Map(found.map((record) => [idOf(record._id), openProof(ctx, record)]));
  }
}

function toRecord(ctx: TenantContext, fact: ConsentFact, proof: ConsentProof, _id: string): ConsentRecord & Stored {
  const { id: _, accountIds, ...said } = fact;
  return { _id, tenantId: ctx.tenantId, ...said, accountIds: [...accountIds], sealed: sealProof(ctx, _id, proof) };
}

function sealProof(ctx: TenantContext, key: string, proof: ConsentProof): Buffer {
  return sealJson(ctx.keys.data, placeOf('consents', key), proof);
}

function ofAccounts({ tenantId }: TenantContext, accountIds: readonly string[]): Record<string, unknown> {
  return { tenantId, accountIds: { $in: [...new Set(accountIds)] } };
}

/** An entry as it is once accounts have left it: a grant goes with its anchor, a withdrawal binds whoever is left. */
function withoutAccounts({ _id, accountIds, anchorId, granted }: ConsentRecord, leaving: ReadonlySet<string>) {
  const own = granted && leaving.has(anchorId) ? [] : accountIds.filter((id) => !leaving.has(id));
  return { _id, accountIds: own, anchorId: leaving.has(anchorId) ? (own[0] ?? '') : anchorId };
}

function openProof(ctx: TenantContext, { _id, sealed }: ConsentRecord): ConsentProof {
  return openJson(ctx.keys.data, placeOf('consents', _id), sealed) as ConsentProof;
}

function toFact({ _id, tenantId: _, sealed: __, ...fact }: ConsentRecord): ConsentFact {
  const [id = ''] = idOf(_id).split('.');
  return { id, ...fact };
}
