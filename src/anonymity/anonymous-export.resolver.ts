import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Job } from '../jobs/job.entity.js';
import type { RequestContext } from '../platform/context.js';
import type { AnonymousExportStarter } from './anonymous-export.service.js';

/** Tables about many that tell of none. */
@Resolver()
export class AnonymousExportResolver {
  constructor(private readonly exports: AnonymousExportStarter) {}

  @Allow('privacy:manage')
  @Mutation(() => Job, {
    description:
      "Makes a k-anonymous table: quasi-identifiers generalised, rows suppressed where they must be. The job's result is `{ url, rows, suppressed, k, l, informationLoss }`; the link expires after a day.",
  })
  async exportAnonymous(
    @Ctx() ctx: RequestContext,
    @Arg('segmentId', () => ID, { nullable: true, description: 'Its members; absent: everyone.' })
    segmentId: string | null,
    @Arg('quasiIdentifiers', () => [String], {
      description: 'Traits that could tell who someone is when put together.',
    })
    quasiIdentifiers: string[],
    @Arg('sensitive', () => [String], { description: 'Traits to be learnt of the group and of no one in it.' })
    sensitive: string[],
    @Arg('k', () => Int, { description: 'Rows that share their quasi-identifiers, at least: 2 or more.' }) k: number,
    @Arg('l', () => Int, {
      nullable: true,
      defaultValue: 1,
      description: 'Different sensitive values among such rows, at least.',
    })
    l: number | null,
  ): Promise<Job> {
    return this.exports.start(ctx, { quasiIdentifiers, sensitive }, { k, l: l ?? 1 }, segmentId ?? null);
  }
}
