import type { RequestContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { SegmentKind } from '../segments/segment.entity.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { WebhookDestinationService } from '../webhooks/webhook-destination.service.js';
import type { ActivationStore } from './activation.store.js';
import type { SegmentActivation } from './segment-activation.entity.js';

const MOST_A_TENANT = 200;

/** Binds segments to destinations of webhooks. */
export class ActivationService {
  constructor(
    private readonly activations: ActivationStore,
    private readonly segments: Pick<SegmentService, 'find'>,
    private readonly destinations: Pick<WebhookDestinationService, 'find'>,
  ) {}

  /** Null where there is none. */
  async find(ctx: RequestContext, id: string): Promise<SegmentActivation | null> {
    return kindOfId(id) === 'act' ? ((await this.activations.find(ctx, id)) ?? null) : null;
  }

  /** Of a segment, at most as many as there are destinations; NOT_FOUND where there is no such segment. */
  async list(ctx: RequestContext, segmentId: string): Promise<SegmentActivation[]> {
    if (!(await this.segments.find(ctx, segmentId))) throw notFound('The segment');
    return this.activations.all(ctx, segmentId);
  }

  /** Tells a destination from now on who enters and leaves a segment; CONFLICT where the tenant has 200 activations. */
  async activate(
    ctx: RequestContext,
    segmentId: string,
    destinationId: string,
    purpose: ConsentPurpose,
  ): Promise<SegmentActivation> {
    if (purpose === ConsentPurpose.PARTNER_SHARING)
      throw badInput('purpose', 'must be another: what is shared with partners is read by their tokens');
    const [segment, destination] = await Promise.all([
      this.segments.find(ctx, segmentId),
      this.destinations.find(ctx, destinationId),
    ]);
    if (!segment) throw notFound('The segment');
    if (!destination) throw notFound('The destination');
    if (segment.kind === SegmentKind.CLUSTER) throw badInput('segmentId', 'must be DYNAMIC or STATIC');
    const all = await this.activations.all(ctx);
    const isThere = all.some((one) => one.segmentId === segmentId && one.destinationId === destinationId);
    if (!isThere && all.length >= MOST_A_TENANT)
      throw new AppError('CONFLICT', `A tenant has at most ${MOST_A_TENANT} activations.`);
    return this.activations.put(ctx, { segmentId, destinationId }, purpose);
  }

  /** Ends one; what was filed is still sent. */
  async deactivate(ctx: RequestContext, id: string): Promise<boolean> {
    const count = kindOfId(id) === 'act' ? await this.activations.remove(ctx, [id]) : 0;
    if (count === 0) throw notFound('The activation');
    return true;
  }
}
