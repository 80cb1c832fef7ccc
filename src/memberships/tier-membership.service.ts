import type { TenantContext } from '../platform/context.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { EvaluationService } from './evaluation.service.js';

/** Looks at people again for the segments that ask for tiers or stages: for whoever makes the scores or changes what moves stages. */
export class TierMembershipService {
  constructor(
    private readonly segments: SegmentService,
    private readonly evaluation: EvaluationService,
  ) {}

  /** Looks at these profiles, a hundred at most. No command where no segment asks for tiers or stages. */
  async follow(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    const { index } = await this.segments.book(ctx);
    const segmentIds = new Set([...index.touched({ kind: 'tier' }), ...index.touched({ kind: 'lifecycle' })]);
    if (segmentIds.size === 0) return;
    const look = { segmentIds, reason: 'rfm' };
    await this.evaluation.evaluate(ctx, new Map(profileIds.map((id) => [id, look])));
  }
}
