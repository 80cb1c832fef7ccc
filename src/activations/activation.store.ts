import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { hashedUlid, idOf, keyOf } from '../platform/ids.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import { SegmentActivation } from './segment-activation.entity.js';

const READ_AT_MOST = 1_000;

/** What is bound to what. */
export type ActivationPair = Pick<SegmentActivation, 'segmentId' | 'destinationId'>;

/** The collection of activations. */
export class ActivationStore {
  constructor(private readonly database: Database) {}

  /** All of a tenant, or of one segment. One command. */
  async all({ tenantId }: Pick<TenantContext, 'tenantId'>, segmentId?: string): Promise<SegmentActivation[]> {
    const filter = { tenantId, ...(segmentId !== undefined && { segmentId }) };
    const found = this.database.collection(SegmentActivation).find(filter as object);
    return (await found.limit(READ_AT_MOST).toArray()).map((stored) => shown(stored as SegmentActivation & Stored));
  }

  /** By id; undefined where there is none. One command. */
  async find(ctx: TenantContext, id: string): Promise<SegmentActivation | undefined> {
    const [found] = await this.database.findByKeys(SegmentActivation, [keyOf(ctx.tenantId, id)]);
    return found && shown(found);
  }

  /** Binds a segment to a destination; where it is bound already, for this purpose from now on. Two commands. */
  async put(ctx: TenantContext, pair: ActivationPair, purpose: ConsentPurpose): Promise<SegmentActivation> {
    const id = `act_${hashedUlid(pair.segmentId, pair.destinationId)}`;
    const _id = keyOf(ctx.tenantId, id);
    const made = { tenantId: ctx.tenantId, ...pair, createdAt: ctx.now(), filedTo: ctx.now() };
    await this.database.upsertEach(SegmentActivation, [
      { filter: { _id }, update: { $setOnInsert: made, $set: { purpose } } },
    ]);
    return (await this.find(ctx, id)) ?? ({ ...made, id, purpose } as SegmentActivation);
  }

  /** Deletes some; how many there were. One command. */
  remove(ctx: TenantContext, ids: readonly string[]): Promise<number> {
    return this.database.deleteMany(SegmentActivation, { _id: { $in: ids.map((id) => keyOf(ctx.tenantId, id)) } });
  }

  /** Notes up to when all that happened has been filed. One command. */
  async filed(ctx: TenantContext, ids: readonly string[], to: Date): Promise<void> {
    await this.database.updateEach(
      SegmentActivation,
      ids.map((id) => ({ filter: { _id: keyOf(ctx.tenantId, id) }, update: { $max: { filedTo: to } } })),
    );
  }
}

function shown(stored: SegmentActivation & Stored): SegmentActivation {
  return { ...stored, id: idOf(stored._id) };
}
