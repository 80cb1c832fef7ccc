import { setTimeout as delay } from 'node:timers/promises';
import type { JobStore } from '../jobs/job.store.js';
import type { TenantContext } from '../platform/context.js';
import { hashedUlid } from '../platform/ids.js';
import type { Warn } from '../platform/logger.js';
import type { RfmVersionService } from '../rfm/rfm-version.service.js';
import { SCORING } from './scoring.service.js';
import { markOfSettings, nightDue } from './scoring-time.rules.js';

const PAUSE_MS = 600_000;

/** What looking after scores needs. */
export interface ScoringWork {
  readonly jobs: Pick<JobStore, 'find' | 'takeTurn'>;
  readonly versions: Pick<RfmVersionService, 'latest'>;
  readonly tenants: {
    ids(): AsyncIterable<string>;
    /** Undefined where the tenant is not served now. */
    contextOf(tenantId: string): Promise<TenantContext | undefined>;
  };
  readonly warn: Warn;
  readonly pauseMs?: number;
}

/**
 * Begins the job that scores customers, each night of each tenant's time zone, until it is stopped: also by day where the
 * last night was missed, or settings have changed since. The job's id is that of the night, so several processes begin one.
 */
export class ScoringRunner {
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly work: ScoringWork) {}

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
      await this.look().catch((error: unknown) => this.work.warn(error, 'Tenants to be scored were not found.'));
      await delay(this.work.pauseMs ?? PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    for await (const tenantId of this.work.tenants.ids()) {
      if (this.stopping.signal.aborted) return;
      await this.beginOf(tenantId).catch((error: unknown) => {
        this.work.warn(error, `The scoring of the tenant ${tenantId} was not begun; it is tried again.`);
      });
    }
  }

  private async beginOf(tenantId: string): Promise<void> {
    const ctx = await this.work.tenants.contextOf(tenantId);
    if (!ctx) return;
    const last = await this.work.versions.latest(ctx);
    const night = nightDue(ctx.now(), ctx.settings.timeZone, markOfSettings(ctx.settings), last);
    if (night === undefined) return;
    const jobId = `job_${hashedUlid(tenantId, SCORING, night)}`;
    if (await this.work.jobs.find(ctx, jobId)) return;
    await this.work.jobs.takeTurn(ctx, { kind: SCORING, jobId, parameters: {}, startedBy: 'system' });
  }
}
