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

const PIECE = 200;
/** More than a profile keeps last words: of what is spread over several documents a profile can't weigh all. */
const ACCOUNTS_IN_A_DOCUMENT = 500;

/** What proves a consent, and who stands behind it: kept sealed, and read only when it is asked for. */
export interface ConsentProof {
  readonly evidence: Readonly<Record<string, unknown>> | null;
  readonly guardian: { readonly name: string; readonly contact: string; readonly relation: string } | null;
  readonly actor: string;
}

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

  /** What binds a person with these accounts. One command, whose answer is read in pieces. */
  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<ConsentFacts> {
    const own = new Set(accountIds);
    const filter = { tenantId: ctx.tenantId, accountIds: { $in: [...own] } };
    const options = { batchSize: PIECE, projection: { sealed: 0 } };
    const found = this.database.collection(ConsentRecord).find(filter as object, options);
    let known = NO_CONSENTS;
    for await (const piece of piecesOf(found, PIECE)) {
      const facts = piece.map((record) => toFact(record as unknown as ConsentRecord));
      known = joinConsents([known, lastWordsOf(consentsBinding(facts, (id) => own.has(id)))]);
    }
    return known;
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
  const sealed = sealJson(ctx.keys.data, placeOf('consents', _id), proof);
  return { _id, tenantId: ctx.tenantId, ...said, accountIds: [...accountIds], sealed };
}

function openProof(ctx: TenantContext, { _id, sealed }: ConsentRecord): ConsentProof {
  return openJson(ctx.keys.data, placeOf('consents', _id), sealed) as ConsentProof;
}

function toFact({ _id, tenantId: _, sealed: __, ...fact }: ConsentRecord): ConsentFact {
  const [id = ''] = idOf(_id).split('.');
  return { id, ...fact };
}
