import { Arg, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { JSONObject } from '../platform/scalars.js';
import { Job } from './job.entity.js';

/** Starting, watching and stopping long work. */
@Resolver()
export class JobResolver {
  @Allow('insights:read')
  @Query(() => Job, { nullable: true, description: 'How far a job has come, and what came of it.' })
  job(@Arg('id', () => ID) _id: string): Promise<Job | null> {
    throw notImplemented('job');
  }

  @Allow('insights:write')
  @Mutation(() => Job, {
    description:
      'Starts long work and returns at once. While a job of the same kind is under way in the tenant, that one is returned.',
  })
  startJob(
    @Arg('kind', () => String, { description: 'What work to do.' }) _kind: string,
    @Arg('parameters', () => JSONObject, { nullable: true, description: 'In the shape of the kind.' })
    _parameters: Record<string, unknown> | null,
  ): Promise<Job> {
    throw notImplemented('startJob');
  }

  @Allow('insights:write')
  @Mutation(() => Job, { description: 'Asks a job to stop at its next safe point; one that has ended stays as it is.' })
  cancelJob(@Arg('id', () => ID) _id: string): Promise<Job> {
    throw notImplemented('cancelJob');
  }
}
