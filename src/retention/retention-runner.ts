import { setTimeout as delay } from 'node:timers/promises';
import type { JobStore } from '../jobs/job.store.js';
import type { TenantContext } from '../platform/context.js';
import { hashedUlid } from '../platform/ids.js';
import type { Warn } from '../platform/logger.js';
import { RETAIN } from './retain.service.js';

/** A rule of a day need not be met to the hour. */
const PAUSE_MS = 3_600_000;

/** What looking after retention needs. */
export interface RetentionWork {
  readonly jobs: Pick<JobStore, 'find' | 'takeTurn'>;
  readonly tenants: {
    ids(): AsyncIterable<string>;
    /** Undefined where the tenant is not served now. */
    contextOf(tenantId: string): Promise<TenantContext | undefined>;
  };
  readonly warn: Warn;
  readonly pauseMs?: number;
}

/**
 * Begins the job that deletes what is kept no more, once a day (UTC) for each tenant that has rules, until it is stopped. The
 * job's id is that of the day, so several processes begin one.
 */
export class RetentionRunner {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly work: RetentionWork) {}

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
    while (!signal.aborted) {
      await this.look().catch((error: unknown) =>
        this.work.warn(error, 'Tenants with rules of retention were not found.'),
      );
      await delay(this.work.pauseMs ?? PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    for await (const tenantId of this.work.tenants.ids()) {
      if (this.stopping.signal.aborted) return;
      await this.beginOf(tenantId).catch((error: unknown) => {
        this.work.warn(error, `The retention of the tenant ${tenantId} was not begun; it is tried again.`);
      });
    }
  }

  private async beginOf(tenantId: string): Promise<void> {
    const ctx = await this.work.tenants.contextOf(tenantId);
    if (!ctx || Object.keys(ctx.settings.retention).length === 0) return;
    const jobId = `job_${hashedUlid(tenantId, RETAIN, ctx.now().toISOString().slice(0, 10))}`;
    if (await this.work.jobs.find(ctx, jobId)) return;
    await this.work.jobs.takeTurn(ctx, { kind: RETAIN, jobId, parameters: { dryRun: false }, startedBy: 'system' });
  }
}
