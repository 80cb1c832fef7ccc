import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { ActivationService } from './activation.service.js';
import { SegmentActivation } from './segment-activation.entity.js';

/** Telling others who enters and leaves segments. */
@Resolver(() => SegmentActivation)
export class ActivationResolver {
  constructor(private readonly activations: ActivationService) {}

  @Allow('segments:read')
  @Query(() => [SegmentActivation], { description: 'Which destinations are told who enters and leaves a segment.' })
  segmentActivations(
    @Ctx() ctx: RequestContext,
    @Arg('segmentId', () => ID) segmentId: string,
  ): Promise<SegmentActivation[]> {
    return this.activations.list(ctx, segmentId);
  }

  @Allow('segments:write')
  @Mutation(() => SegmentActivation, {
    description:
      'Tells a destination, from now on, who enters a segment (`segment.entered`) and leaves it (`segment.exited`): ids alone. Who has not consented to the purpose, or is restricted, is not told of as entering. Where it is told already, the purpose is changed.',
  })
  activateSegment(
    @Ctx() ctx: RequestContext,
    @Arg('segmentId', () => ID, { description: 'Of a DYNAMIC or STATIC segment.' }) segmentId: string,
    @Arg('destinationId', () => ID) destinationId: string,
    @Arg('purpose', () => ConsentPurpose, {
      nullable: true,
      defaultValue: ConsentPurpose.MARKETING,
      description: 'What the destination uses it for; not PARTNER_SHARING.',
    })
    purpose: ConsentPurpose | null,
  ): Promise<SegmentActivation> {
    return this.activations.activate(ctx, segmentId, destinationId, purpose ?? ConsentPurpose.MARKETING);
  }

  @Allow('segments:write')
  @Mutation(() => Boolean, { description: 'Tells a destination no more; what was filed is still sent.' })
  deactivateSegment(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<boolean> {
    return this.activations.deactivate(ctx, id);
  }
}
