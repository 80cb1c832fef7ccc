import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { RuleInput } from '../segments/rule.inputs.js';
import { RuleExplanation, SegmentPreview } from '../segments/segment.view.js';
import type { SegmentInsightService } from './segment-insight.service.js';

/** Whom a rule would hold for, and why. */
@Resolver()
export class SegmentInsightResolver {
  constructor(private readonly insight: SegmentInsightService) {}

  @Allow('segments:read')
  @Query(() => SegmentPreview, {
    description: 'Whom a rule would hold for now, of 20,000 profiles at most; nothing is stored.',
  })
  previewSegment(@Ctx() ctx: RequestContext, @Arg('rule', () => RuleInput) rule: RuleInput): Promise<SegmentPreview> {
    return this.insight.preview(ctx, rule);
  }

  @Allow('segments:read')
  @Query(() => RuleExplanation, { description: "Why a profile is in a segment, or isn't." })
  explainSegment(
    @Ctx() ctx: RequestContext,
    @Arg('segmentId', () => ID) segmentId: string,
    @Arg('profileId', () => ID) profileId: string,
  ): Promise<RuleExplanation> {
    return this.insight.explain(ctx, segmentId, profileId);
  }
}
