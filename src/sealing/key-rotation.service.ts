import type { Job } from '../jobs/job.entity.js';
import type { JobService } from '../jobs/job.service.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Rotation } from './reseal.rules.js';

/** What may give way: keys that seal, or the index key. */
type Rotated = Rotation | 'INDEX';

/** Lets a tenant's keys give way to fresh ones. */
export class KeyRotationService {
  constructor(private readonly jobs: JobService) {}

  /** Starts the job that does it, or returns the one that is at it; CONFLICT where one with another aim is under way. */
  async rotate(ctx: RequestContext, kind: Rotated): Promise<Job> {
    const [job, rotate] =
      kind === 'INDEX'
        ? [await this.jobs.start(ctx, 'reindex', { rotate: true }), true]
        : [await this.jobs.start(ctx, 'reseal', { rotate: kind }), kind];
    if (job.parameters.rotate === rotate) return job;
    throw new AppError('CONFLICT', `kind: the job ${job.id} is at the same keys; wait for its end, or cancel it.`, {
      path: 'kind',
      jobId: job.id,
    });
  }
}
