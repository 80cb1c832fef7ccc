import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { hashedUlid, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { openBytes, placeOf, sealBytes } from '../platform/seal.js';
import { IdempotencyRecord } from './idempotency.entity.js';

/** A mutation's place in the collection, held by one request. */
export interface Hold {
  readonly _id: string;
  readonly owner: string;
}

/** Mutations by their keys; each change applies only while its request still holds the key. */
export class IdempotencyStore {
  constructor(private readonly database: Database) {}

  /** The stored key of a caller's key. */
  keyOf({ tenantId }: TenantContext, ...parts: readonly string[]): string {
    return keyOf(tenantId, `idk_${hashedUlid(...parts)}`);
  }

  /** Takes a key that nobody has; false where somebody has. One command. */
  async take({ tenantId, now }: TenantContext, hold: Hold, fingerprint: string): Promise<boolean> {
    const record = { ...hold, tenantId, fingerprint, isDone: false, sealed: null, at: now() };
    return (await this.database.insertNew(IdempotencyRecord, [record])).size === 0;
  }

  async find(_ctx: TenantContext, { _id }: Hold): Promise<IdempotencyRecord | undefined> {
    const [record] = await this.database.findByKeys(IdempotencyRecord, [_id]);
    return record;
  }

  /** Takes over from a request that has not ended; false where it has, or another one was first. */
  async takeOver({ now }: TenantContext, from: Hold, hold: Hold): Promise<boolean> {
    return this.update(from, { owner: hold.owner, isDone: false, sealed: null, at: now() });
  }

  /** Keeps the answer, or that it is too large to keep. */
  async finish({ keys }: TenantContext, hold: Hold, answer: Buffer | null): Promise<void> {
    const sealed = answer && sealBytes(keys.data, placeOf('idempotency_keys', hold._id), answer);
    await this.update(hold, { isDone: true, sealed });
  }

  /** Gives the key back, as if it had never been used. */
  async release(_ctx: TenantContext, { _id, owner }: Hold): Promise<void> {
    await this.database.collection(IdempotencyRecord).deleteOne({ _id, owner });
  }

  /** The answer that `finish` kept. */
  answerOf({ keys }: TenantContext, _id: string, sealed: Buffer): string {
    return openBytes(keys.data, placeOf('idempotency_keys', _id), sealed).toString('utf8');
  }

  /** All answers that are kept, in pieces: one cursor over a day. */
  answers(ctx: TenantContext, size: number): AsyncGenerator<(IdempotencyRecord & Stored)[]> {
    const filter = { _id: { $gt: keyOf(ctx.tenantId, 'idk_'), $lt: keyOf(ctx.tenantId, 'idl') } };
    const found = this.database.collection(IdempotencyRecord).find(filter as object, { batchSize: size });
    return piecesOf(found as unknown as AsyncIterable<IdempotencyRecord & Stored>, size);
  }

  /** Drops answers, as if they had been too large to keep: the mutations are not run again. One command. */
  async dropAnswers(_ctx: TenantContext, keys: readonly string[]): Promise<void> {
    const operations = keys.map((_id) => ({ filter: { _id }, update: { $set: { sealed: null } } }));
    await this.database.updateMany(IdempotencyRecord, operations);
  }

  private async update({ _id, owner }: Hold, values: Partial<IdempotencyRecord>): Promise<boolean> {
    return (
      (await this.database.updateMany(IdempotencyRecord, [{ filter: { _id, owner }, update: { $set: values } }])) > 0
    );
  }
}
