import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { JSONObject } from '../platform/scalars.js';
import { Job } from './job.entity.js';
import type { JobService } from './job.service.js';

/** Starting, watching and stopping long work. */
@Resolver()
export class JobResolver {
  constructor(private readonly jobs: JobService) {}

  @Allow('viewer') // the kind decides: see JobService.show
  @Query(() => Job, { nullable: true, description: 'How far a job has come, and what came of it.' })
  job(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Job | null> {
    return this.jobs.show(ctx, id);
  }

  @Allow('insights:write')
  @Mutation(() => Job, {
    description:
      'Starts long work and returns at once. While a job of the same kind is under way in the tenant, that one is returned.',
  })
  startJob(
    @Ctx() ctx: RequestContext,
    @Arg('kind', () => String, {
      description:
        'What work to do: `restitch`, `learn-matching`, `reseal`, `retain`, `evaluate-segments`, `expire-points`, `catch-up-points` or `privacy-requests`.',
    })
    kind: string,
    @Arg('parameters', () => JSONObject, { nullable: true, description: 'In the shape of the kind.' })
    parameters: Record<string, unknown> | null,
  ): Promise<Job> {
    return this.jobs.start(ctx, kind, parameters);
  }

  @Allow('insights:write')
  @Mutation(() => Job, { description: 'Asks a job to stop at its next safe point; one that has ended stays as it is.' })
  cancelJob(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Job> {
    return this.jobs.cancel(ctx, id);
  }
}
