import { Arg, Float, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Dimension } from '../insights/metric.view.js';
import { Job } from '../jobs/job.entity.js';
import { notImplemented } from '../platform/errors.js';
import { RuleInput } from '../segments/rule.inputs.js';
import { PrivateCounts } from './private-count.view.js';

/** Data about many that tells of none. */
@Resolver()
export class AnonymousDataResolver {
  @Allow('insights:read')
  @Query(() => PrivateCounts, {
    description:
      "Differentially private counts: noise of scale 1/epsilon; the same question gives the same answer; BUDGET_SPENT when the caller's or tenant's epsilon is used up.",
  })
  privateCount(
    @Arg('rule', () => RuleInput, { nullable: true, description: 'Counts those it holds for; absent: everyone.' })
    _rule: RuleInput | null,
    @Arg('by', () => Dimension, { nullable: true, description: 'One count for each value of this; absent: one count.' })
    _by: Dimension | null,
    @Arg('epsilon', () => Float, { description: 'How much privacy budget to spend, above 0: more gives less noise.' })
    _epsilon: number,
  ): Promise<PrivateCounts> {
    throw notImplemented('privateCount');
  }

  @Allow('privacy:manage')
  @Mutation(() => Job, {
    description:
      "Makes a k-anonymous table: quasi-identifiers generalised, rows suppressed where they must be. The job's result is `{ url, rows, suppressed, k, l, informationLoss }`.",
  })
  exportAnonymous(
    @Arg('segmentId', () => ID) _segmentId: string,
    @Arg('quasiIdentifiers', () => [String], {
      description: 'Traits that could tell who someone is when put together.',
    })
    _quasiIdentifiers: string[],
    @Arg('sensitive', () => [String], { description: 'Traits to be learnt of the group and of no one in it.' })
    _sensitive: string[],
    @Arg('k', () => Int, { description: 'Rows that share their quasi-identifiers, at least.' }) _k: number,
    @Arg('l', () => Int, {
      nullable: true,
      defaultValue: 1,
      description: 'Different sensitive values among such rows, at least.',
    })
    _l: number,
  ): Promise<Job> {
    throw notImplemented('exportAnonymous');
  }
}
