import { setTimeout as delay } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import { hashedUlid } from '../platform/ids.js';
import type { Warn } from '../platform/logger.js';
import type { JobStore } from './job.store.js';

/** What beginning jobs by themselves needs. */
export interface SchedulerWork {
  readonly jobs: Pick<JobStore, 'find' | 'takeTurn'>;
  readonly tenants: {
    ids(): AsyncIterable<string>;
    /** Undefined where the tenant is not served now. */
    contextOf(tenantId: string): Promise<TenantContext | undefined>;
  };
  readonly warn: Warn;
  /** How long to wait from one look at all tenants to the next, where that is not the job's own. */
  readonly pauseMs?: number;
}

/** A job that begins by itself. */
export interface Schedule {
  readonly kind: string;
  readonly parameters: Record<string, unknown>;
  readonly pauseMs: number;
  /** What it is due for in a tenant, as a day or a night; undefined where it is not. */
  occasionOf(ctx: TenantContext): string | undefined | Promise<string | undefined>;
}

/**
 * Begins one kind of job for each tenant whenever it is due there, until it is stopped. The job's id is that of its
 * occasion, so several processes begin one.
 */
export class JobScheduler {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(
    private readonly work: SchedulerWork,
    private readonly schedule: Schedule,
  ) {}

  start(): void {
    this.looking ??= this.lookOn();
  }

  /** Ends after the tenant it is at. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    const pauseMs = this.work.pauseMs ?? this.schedule.pauseMs;
    while (!signal.aborted) {
      await this.look().catch((error: unknown) =>
        this.work.warn(error, `Tenants for the job ${this.schedule.kind} were not found.`),
      );
      await delay(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    for await (const tenantId of this.work.tenants.ids()) {
      if (this.stopping.signal.aborted) return;
      await this.beginOf(tenantId).catch((error: unknown) => {
        this.work.warn(
          error,
          `The job ${this.schedule.kind} of the tenant ${tenantId} was not begun; it is tried again.`,
        );
      });
    }
  }

  private async beginOf(tenantId: string): Promise<void> {
    const { kind, parameters } = this.schedule;
    const ctx = await this.work.tenants.contextOf(tenantId);
    const occasion = ctx && (await this.schedule.occasionOf(ctx));
    if (!ctx || occasion === undefined) return;
    const jobId = `job_${hashedUlid(tenantId, kind, occasion)}`;
    if (await this.work.jobs.find(ctx, jobId)) return;
    await this.work.jobs.takeTurn(ctx, { kind, jobId, parameters, startedBy: 'system' });
  }
}
