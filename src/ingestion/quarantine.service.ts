import type { RequestContext } from '../platform/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import { keepsContent } from './erased-items.js';
import type { IngestionService } from './ingestion.service.js';
import type { QuarantinedItem, QuarantinedItemConnection, ReplayResult } from './ingestion.view.js';
import type { RawItem } from './observation.js';
import type { QuarantineRecord } from './quarantine.entity.js';
import type { Original, QuarantineStore } from './quarantine.store.js';

const MOST_REPLAYED = 1_000;

/** Refused items: listed, and sent through again. */
export class QuarantineService {
  constructor(
    private readonly quarantine: QuarantineStore,
    private readonly ingestion: IngestionService,
  ) {}

  /** A page of refused items, newest first. Originals show only to who may read CORE values in clear. */
  async list(
    ctx: RequestContext,
    code: string | null,
    first: number,
    after: string | null,
  ): Promise<QuarantinedItemConnection> {
    const size = pageSize(first);
    const query = JSON.stringify(['quarantinedItems', code]);
    const place = after === null ? undefined : positionOf(decodeCursor(ctx, query, after));
    const rows = await this.quarantine.findPage(ctx, code, place, size + 1);
    const page = pageOf(
      rows,
      size,
      (row) => encodeCursor(ctx, query, [row.receivedAt.getTime(), idOf(row._id)]),
      place !== undefined,
    );
    return {
      pageInfo: page.pageInfo,
      edges: page.edges.map(({ cursor, node }) => ({ cursor, node: this.view(ctx, node) })),
    };
  }

  /** The refused item of an id, or null. */
  async find(ctx: RequestContext, id: string): Promise<QuarantinedItem | null> {
    const record = (await this.quarantine.findByIds(ctx, [id])).get(id);
    return record ? this.view(ctx, record) : null;
  }

  /** Sends refused items through ingestion again. What is refused again stays as it was; NOT_FOUND names no item's id. */
  async replay(ctx: RequestContext, ids: readonly string[]): Promise<ReplayResult> {
    const distinct = [...new Set(ids)];
    if (distinct.length < 1 || distinct.length > MOST_REPLAYED)
      throw badInput('ids', `must name 1 to ${MOST_REPLAYED} items`);
    const records = await this.quarantine.findByIds(ctx, distinct);
    if (distinct.some((id) => kindOfId(id) !== 'qit' || !records.has(id))) throw notFound('One of these items');
    const originals = distinct.flatMap((id) => {
      const record = records.get(id);
      return record ? [{ id, record, original: this.quarantine.original(ctx, record) }] : [];
    });
    const kept = originals.filter(({ record }) => keepsContent(record.code));
    const counts = { accepted: 0, duplicates: 0, stillRefused: originals.length - kept.length };
    for (const own of groupBy(kept, ({ original }) => original.door.namespace ?? '').values()) {
      const namespace = own[0]?.original.door.namespace ?? null;
      const outcome = await this.ingestion.ingest(ctx, own.map(toItem), { namespace, name: 'REPLAY' });
      const refused = new Set(outcome.rejected.map(({ index }) => index));
      await this.quarantine.markReplayed(
        ctx,
        own.filter((_, index) => !refused.has(index)).map(({ id }) => id),
      );
      counts.accepted += outcome.accepted;
      counts.duplicates += outcome.duplicates;
      counts.stillRefused += outcome.rejected.length;
    }
    return counts;
  }

  private view(ctx: RequestContext, record: QuarantineRecord): QuarantinedItem {
    const { source, code, message, path, receivedAt, replayedAt } = record;
    const id = idOf(record._id);
    const original = ctx.access.unseen.has('CORE') ? null : this.quarantine.original(ctx, record).raw;
    if (original !== null) ctx.trail.show(id, undefined, { 'QuarantinedItem.original': original });
    return { id, source, code, message, path, original, receivedAt, replayedAt };
  }
}

function positionOf([at, id]: unknown[]): { receivedAt: Date; id: string } {
  return { receivedAt: new Date(Number(at)), id: String(id) };
}

function toItem({ record, original }: { record: QuarantineRecord; original: Original }, index: number): RawItem {
  const { source, code, message, path } = record;
  return {
    source,
    index,
    raw: original.raw,
    ...(original.input ? { input: original.input } : { refusal: { code, message, ...(path !== null && { path }) } }),
  };
}
