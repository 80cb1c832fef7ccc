import type { MembershipChange } from '../memberships/membership-change.entity.js';
import type { MembershipChangeStore } from '../memberships/membership-change.store.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { SegmentStore } from '../segments/segment.store.js';
import type { ActivationStore } from './activation.store.js';
import type { ActivationFilingService } from './activation-filing.service.js';
import type { SegmentActivation } from './segment-activation.entity.js';

const PIECE = 200;
/** A teller may append its row so long after the time that it bears. */
const LATEST_ROW_MS = 60_000;
/** How often it is looked for such rows. */
const PASS_MS = 30_000;

/** How far a tenant's stream has been read by this process. */
interface Reading {
  front: { readonly id: string; readonly at: Date } | undefined;
  /** Rows filed, with their times: those that a pass may meet again. */
  readonly seen: Map<string, number>;
  /** Since when everything is being read again; undefined between passes. */
  passSince: Date | undefined;
  nextPass: number;
  /** Activations of segments that were gone when the pass began: all that they are told of is in the stream. */
  gone: readonly string[];
}

/**
 * Reads the stream of memberships and files what destinations are to be told. What is new is read each time; every half
 * minute all of the last minute is read again, for rows that came late, and only then the place is noted from where another
 * process would go on. Filing is by the turn's id, so that reading twice tells once.
 */
export class ActivationFeedService {
  private readonly readings = new Map<string, Reading>();

  constructor(
    private readonly activations: ActivationStore,
    private readonly stream: MembershipChangeStore,
    private readonly segments: SegmentStore,
    private readonly filing: ActivationFilingService,
  ) {}

  /** Files a piece; whether there may be more. Two commands where nothing is new, one where nothing is activated. */
  async file(ctx: TenantContext): Promise<boolean> {
    const until = ctx.now();
    const activations = await this.activations.all(ctx);
    if (activations.length === 0) {
      this.readings.delete(ctx.tenantId);
      return false;
    }
    const reading = this.readings.get(ctx.tenantId) ?? newReading();
    this.readings.set(ctx.tenantId, reading);
    if (!reading.passSince && until.getTime() >= reading.nextPass) await this.beginPass(ctx, reading, activations);
    const start = { id: '', at: new Date(Math.min(...activations.map(({ filedTo }) => filedTo.getTime()))) };
    const rows = await this.stream.page(ctx, null, reading.front ?? start, until, PIECE);
    const turns = rows.map(turnOf);
    await this.filing.file(
      ctx,
      activations,
      turns.filter(({ id }) => !reading.seen.has(id)),
    );
    for (const { id, at } of turns) reading.seen.set(id, at.getTime());
    reading.front = turns.at(-1) ?? reading.front;
    if (rows.length === PIECE) return true;
    await this.endPass(ctx, reading, activations);
    return false;
  }

  private async beginPass(ctx: TenantContext, reading: Reading, activations: readonly SegmentActivation[]) {
    const known = await this.segments.find(ctx, [...new Set(activations.map(({ segmentId }) => segmentId))]);
    const ids = new Set(known.map(({ _id }) => idOf(_id)));
    reading.gone = activations.filter(({ segmentId }) => !ids.has(segmentId)).map(({ id }) => id);
    reading.passSince = ctx.now();
    reading.front = undefined;
  }

  private async endPass(ctx: TenantContext, reading: Reading, activations: readonly SegmentActivation[]) {
    if (!reading.passSince) return;
    const to = new Date(reading.passSince.getTime() - LATEST_ROW_MS);
    const ids = activations.map(({ id }) => id).filter((id) => !reading.gone.includes(id));
    await this.activations.filed(ctx, ids, to);
    if (reading.gone.length > 0) await this.activations.remove(ctx, reading.gone);
    for (const [id, at] of reading.seen) if (at < to.getTime()) reading.seen.delete(id);
    reading.passSince = undefined;
    reading.nextPass = ctx.now().getTime() + PASS_MS;
  }
}

function newReading(): Reading {
  return { front: undefined, seen: new Map(), passSince: undefined, nextPass: 0, gone: [] };
}

function turnOf({ _id, segmentId, profileId, entered, reason, at }: MembershipChange) {
  return { id: idOf(_id), segmentId, profileId, entered, reason, at };
}
