import { forbidden } from '../access/access-errors.js';
import type { Permission } from '../access/permissions.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, notFound } from '../platform/errors.js';
import { kindOfId, ulid } from '../platform/ids.js';
import type { Job } from './job.entity.js';
import { kindNamed, readParameters } from './job.rules.js';
import { isUnderWay, type JobStore, toJob } from './job.store.js';
import type { JobKind, JobObserver } from './job-kind.js';

const MOST_ATTEMPTS = 5;
const USUAL_READING = 'insights:read';

/** Starts jobs, tells how far they have come, and stops them. Workers run them. */
export class JobService {
  constructor(
    private readonly jobs: JobStore,
    private readonly kinds: readonly JobKind[],
    private readonly observer?: JobObserver,
  ) {}

  /** The job of an id that the caller may see, or null. */
  async find(ctx: RequestContext, id: string): Promise<Job | null> {
    const job = kindOfId(id) === 'job' ? await this.jobs.find(ctx, id) : undefined;
    return job && ctx.access.may(this.readingOf(job.kind)) ? toJob(job) : null;
  }

  /** As `find`; FORBIDDEN where the caller may see none but those of kinds that are for few, and this is no such one. */
  async show(ctx: RequestContext, id: string): Promise<Job | null> {
    const job = await this.find(ctx, id);
    if (!job && !ctx.access.may(USUAL_READING)) throw forbidden('job', 'Query.job', USUAL_READING);
    return job;
  }

  private readingOf(name: string): Permission {
    return this.kinds.find(({ kind }) => kind === name)?.reading ?? USUAL_READING;
  }

  /**
   * Starts a job, or returns the one of its kind that is under way in the tenant. BAD_USER_INPUT where there is no such
   * kind or its parameters don't fit.
   */
  async start(ctx: RequestContext, name: string, given: Record<string, unknown> | null): Promise<Job> {
    const definition = kindNamed(this.kinds, name);
    requirePermission(ctx, 'startJob', definition);
    return this.begin(ctx, definition, given);
  }

  /** As `start`, for a mutation of the kind's own, which has asked for the rights. */
  async begin(ctx: RequestContext, definition: JobKind, given: Record<string, unknown> | null): Promise<Job> {
    const { kind } = definition;
    const parameters = readParameters(definition, given);
    const job = { kind, parameters, jobId: `job_${ulid(ctx.now())}`, startedBy: ctx.principal.subject };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const turn = await this.jobs.takeTurn(ctx, job);
      const found = turn && (await this.jobs.open(turn));
      if (found && (isUnderWay(found) || turn.jobId === job.jobId)) return toJob(found);
      if (turn) await this.jobs.endTurn(turn); // whoever ended its job stopped before doing so
    }
    throw new AppError('SERVICE_UNAVAILABLE', 'Too many start jobs of this kind at once; try again.');
  }

  /** Asks a job to stop; one that waits ends at once, one that has ended stays as it is. NOT_FOUND where there is none. */
  async cancel(ctx: RequestContext, id: string): Promise<Job> {
    const job = await this.find(ctx, id);
    if (!job) throw notFound('The job');
    requirePermission(
      ctx,
      'cancelJob',
      this.kinds.find(({ kind }) => kind === job.kind),
    );
    if (await this.jobs.cancelQueued(ctx, id)) {
      await this.jobs.endTurn({ ofTenant: ctx.tenantId, kind: job.kind, jobId: id });
      this.observer?.jobEnded(job.kind, 'CANCELLED');
    } else await this.jobs.askToStop(ctx, id);
    return (await this.find(ctx, id)) ?? job;
  }
}

function requirePermission({ access }: RequestContext, field: string, kind: JobKind | undefined): void {
  if (kind?.permission && !access.may(kind.permission))
    throw forbidden(field, `Mutation.${field} of ${kind.kind}`, kind.permission);
}
