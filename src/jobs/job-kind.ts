import type { z } from 'zod';
import type { Permission } from '../access/permissions.js';
import type { TenantContext } from '../platform/context.js';

/** A job as the code of its kind sees it while it runs. */
export interface JobRun {
  readonly id: string;
  /** What was saved last, by this process or by one that died; null at the beginning. */
  readonly checkpoint: unknown;
  /** Aborted where the job is to stop: what takes long or waits should listen to it. */
  readonly signal: AbortSignal;
  /** The tenant's context with the settings as they are stored now. */
  context(): Promise<TenantContext>;
  /**
   * A safe point: keeps where the work has come to (JSON of at most 128 kB) and the share that is done, 0 to 1. Throws
   * where the job is to stop, which the work lets pass; whoever goes on with it finds what was kept.
   */
  save(checkpoint: unknown, share: number): Promise<void>;
  /** A safe point that keeps the share alone. */
  progress(share: number): Promise<void>;
}

/** One kind of long work. */
export interface JobKind<P extends Record<string, unknown> = Record<string, unknown>> {
  /** As given to startJob: lower case, words joined by hyphens. */
  readonly kind: string;
  /** What starting and cancelling it needs besides the right to start jobs. */
  readonly permission?: Permission;
  /** What seeing and cancelling it needs, where that is not the right to read insights: its result is for few. */
  readonly reading?: Permission;
  readonly parameters: z.ZodType<P>;
  /**
   * Does the work and returns its result. It may be begun again at any time, in another process, from what was saved
   * last: repeating what came after must be harmless. What it throws ends the job as FAILED, save SERVICE_UNAVAILABLE,
   * after which it is called again.
   */
  run(ctx: TenantContext, parameters: P, job: JobRun): Promise<Record<string, unknown>>;
  /**
   * The result where the tenant is there no more when the job is taken up: of the kind that deletes tenants, which a
   * process may have stopped at just then. Undefined where it isn't done, and else the job is FAILED.
   */
  withoutTenant?(tenantId: string): Promise<Record<string, unknown> | undefined>;
  /** Whether more has come in while one was ending, so that another of its kind is to begin at once. */
  hasMore?(ctx: TenantContext): Promise<boolean>;
}

/** Has it written down, where the tenant can't change it, that a job was taken up and how it ended. */
export interface JobWitness {
  did(
    ctx: TenantContext,
    deed: {
      readonly action: string;
      readonly subject: string;
      readonly outcome: string;
      readonly details: { kind: string };
    },
  ): Promise<void>;
}

/** Is told of each job that has ended. */
export interface JobObserver {
  jobEnded(kind: string, state: 'SUCCEEDED' | 'FAILED' | 'CANCELLED'): void;
}
