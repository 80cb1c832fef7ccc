import { Arg, Ctx, Float, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Dimension } from '../insights/metric.view.js';
import type { RequestContext } from '../platform/context.js';
import { RuleInput } from '../segments/rule.inputs.js';
import { PrivateCounts, PrivateSum } from './private-count.view.js';
import type { PrivateStatisticsService } from './private-statistics.service.js';

const EPSILON = 'How much privacy budget to spend, 0.01 to 1000: more gives less noise.';

/** Statistics about many that tell of none. */
@Resolver()
export class PrivateStatisticsResolver {
  constructor(private readonly statistics: PrivateStatisticsService) {}

  @Allow('insights:read')
  @Query(() => PrivateCounts, {
    description:
      "Differentially private counts: noise of scale 1/epsilon; the same question gives the same answer for a day; BUDGET_SPENT when the caller's or tenant's epsilon is used up. Each customer is in one cell: by CHANNEL under the one they were first known through. Cells below the tenant's `smallestCell` are left out for who may not read everything in clear.",
  })
  async privateCount(
    @Ctx() ctx: RequestContext,
    @Arg('rule', () => RuleInput, {
      nullable: true,
      description: 'Counts those it holds for; absent: everyone.',
    })
    rule: RuleInput | null,
    @Arg('by', () => Dimension, {
      nullable: true,
      description: 'One count for each value of this; absent: one count. CHANNEL and CITY so far.',
    })
    by: Dimension | null,
    @Arg('epsilon', () => Float, { description: EPSILON }) epsilon: number,
  ): Promise<PrivateCounts> {
    return this.statistics.count(ctx, { by, rule }, epsilon);
  }

  @Allow('insights:read')
  @Query(() => PrivateSum, {
    description:
      'The differentially private sum of a custom trait that is a number: noise of scale max(|lower|, |upper|)/epsilon. Answered and paid for as privateCount is.',
  })
  privateSum(
    @Ctx() ctx: RequestContext,
    @Arg('trait', () => String, { description: 'A custom trait, as `points`.' }) trait: string,
    @Arg('lower', () => Float, { description: 'What is less counts as this.' }) lower: number,
    @Arg('upper', () => Float, { description: 'What is more counts as this.' }) upper: number,
    @Arg('epsilon', () => Float, { description: EPSILON }) epsilon: number,
  ): Promise<PrivateSum> {
    return this.statistics.sum(ctx, trait, { lower, upper }, epsilon);
  }
}
