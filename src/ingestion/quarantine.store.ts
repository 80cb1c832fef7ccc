import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { hashedUlid, idOf, keyOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { derivedUlid, openJson, placeOf, sealJson } from '../platform/seal.js';
import { upTo } from '../platform/span.rules.js';
import type { RefusedItem } from './batch.rules.js';
import { keepsContent } from './erased-items.js';
import type { EventInputLike } from './observation.js';
import { QuarantineRecord } from './quarantine.entity.js';

const LARGEST_ORIGINAL_BYTES = 65_536;
const DROPPED_AT_ONCE = 500;

/** What a refused item was: as it arrived, and as its door decoded it. */
export interface Original {
  readonly raw: unknown;
  readonly input: EventInputLike | null;
  readonly door: { readonly namespace: string | null };
}

/** A place in the list of refused items. */
export interface QuarantinePosition {
  readonly receivedAt: Date;
  readonly id: string;
}

/** The collection of refused items. */
export class QuarantineStore {
  constructor(private readonly database: Database) {}

  /** Keeps refused items; one that was refused before for the same reason is there already. One command. */
  async keep(ctx: TenantContext, refused: readonly RefusedItem[], namespace: string | null): Promise<void> {
    const documents = new Map(
      refused.map((one) => toDocument(ctx, one, namespace)).map((document) => [document._id, document]),
    );
    await this.database.insertNew(QuarantineRecord, [...documents.values()]);
  }

  /** The refused items, newest first, of one code or of all. One command. */
  async findPage(
    ctx: TenantContext,
    code: string | null,
    after: QuarantinePosition | undefined,
    limit: number,
  ): Promise<QuarantineRecord[]> {
    const place = after && {
      receivedAt: upTo(after.receivedAt),
      $or: [{ receivedAt: { $lt: after.receivedAt } }, { _id: { $lt: keyOf(ctx.tenantId, after.id) } }],
    };
    return (await this.database
      .collection(QuarantineRecord)
      .find({ tenantId: ctx.tenantId, ...(code !== null && { code }), ...place } as object)
      .sort({ receivedAt: -1, _id: -1 })
      .limit(limit)
      .toArray()) as unknown as QuarantineRecord[];
  }

  /** The refused items of these ids. One command. */
  async findByIds(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, QuarantineRecord>> {
    const found = await this.database.findByKeys(
      QuarantineRecord,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
    return new Map(found.map((record) => [idOf(record._id), record]));
  }

  /** All refused items in pieces, behind one of them: one cursor. */
  piecesAfter(ctx: TenantContext, after: string | null, size: number): AsyncGenerator<(QuarantineRecord & Stored)[]> {
    const span = { $gt: after === null ? keyOf(ctx.tenantId, 'qit_') : keyOf(ctx.tenantId, after) };
    const filter = { _id: { ...span, $lt: keyOf(ctx.tenantId, 'qiu') } };
    const found = this.database
      .collection(QuarantineRecord)
      .find(filter as object, { batchSize: size })
      .sort({ _id: 1 });
    return piecesOf(found as unknown as AsyncIterable<QuarantineRecord & Stored>, size);
  }

  /** Deletes refused items. One command. */
  async drop(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.database.deleteMany(QuarantineRecord, { _id: { $in: ids.map((id) => keyOf(ctx.tenantId, id)) } });
  }

  /** How many refused items arrived before an instant. One command by the index of the list. */
  countBefore(ctx: TenantContext, before: Date): Promise<number> {
    const filter = { tenantId: ctx.tenantId, receivedAt: { $lt: before } };
    return this.database.collection(QuarantineRecord).countDocuments(filter as object);
  }

  /** Deletes about 500 of the refused items that arrived before an instant; false where there are no more. Two commands. */
  async dropBefore(ctx: TenantContext, before: Date): Promise<boolean> {
    const found = await this.database
      .collection(QuarantineRecord)
      .find({ tenantId: ctx.tenantId, receivedAt: { $lt: before } } as object, { projection: { receivedAt: 1 } })
      .sort({ receivedAt: -1, _id: -1 })
      .limit(DROPPED_AT_ONCE)
      .toArray();
    const last = found.at(-1);
    if (!last) return false;
    const span = { $gt: new Date(last.receivedAt.getTime() - 1), $lt: before }; // as `within` says it
    await this.database.deleteMany(QuarantineRecord, { tenantId: ctx.tenantId, receivedAt: span });
    return found.length === DROPPED_AT_ONCE;
  }

  /** The original of a refused item. */
  original(ctx: TenantContext, record: QuarantineRecord): Original {
    return openJson(ctx.keys.data, placeOf('quarantine', record._id), record.sealed) as Original;
  }

  /** Notes that items were accepted on replay. One command. */
  async markReplayed(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    const operations = ids.map((id) => ({
      filter: { _id: keyOf(ctx.tenantId, id) },
      update: { $set: { replayedAt: ctx.now() } },
    }));
    await this.database.updateMany(QuarantineRecord, operations);
  }
}

/** A value as JSON; undefined where it is nested too deeply to be written at all. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function bounded(raw: unknown, text: string | undefined): unknown {
  if (text === undefined) return '[nested too deeply to keep]';
  if (Buffer.byteLength(text) <= LARGEST_ORIGINAL_BYTES) return raw;
  return { truncated: true, bytes: Buffer.byteLength(text), start: text.slice(0, LARGEST_ORIGINAL_BYTES) };
}

function toDocument(
  ctx: TenantContext,
  { item, refusal }: RefusedItem,
  namespace: string | null,
): QuarantineRecord & Stored {
  const text = textOf(item.raw);
  const isKept = keepsContent(refusal.code);
  const raw = isKept ? bounded(item.raw, text) : null;
  const original: Original = { raw, input: raw === item.raw ? (item.input ?? null) : null, door: { namespace } };
  const told = [item.source, refusal.code, refusal.path ?? '', text ?? String(item.input?.messageId)];
  // of what is not kept nobody may find out by trying what it was
  const id = isKept ? hashedUlid(ctx.tenantId, ...told) : derivedUlid(ctx.keys, 0, 'quarantine', ...told);
  const _id = keyOf(ctx.tenantId, `qit_${id}`);
  return {
    _id,
    tenantId: ctx.tenantId,
    source: item.source,
    code: refusal.code,
    message: refusal.message,
    path: refusal.path ?? null,
    sealed: sealJson(ctx.keys.data, placeOf('quarantine', _id), original),
    receivedAt: ctx.now(),
    replayedAt: null,
  };
}
