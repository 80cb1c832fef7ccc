import { setTimeout as delay } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import { asUnavailable } from '../platform/database.js';
import { hasCode } from '../platform/errors.js';
import { ulid } from '../platform/ids.js';
import { jsonBytes } from '../platform/json-size.rules.js';
import { type Warn, withoutQuotations } from '../platform/logger.js';
import { doubling } from '../platform/pauses.js';
import { failureOf } from './job.rules.js';
import type { JobOutcome, JobStore, StoredJob, TakenJob } from './job.store.js';
import type { JobKind, JobObserver, JobRun, JobWitness } from './job-kind.js';
import { JobStopped, type StopReason } from './job-stopped.js';
import type { JobTurn } from './job-turn.entity.js';

const LARGEST_CHECKPOINT = 131_072;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Whatever ends its process each time it is taken up must not go on doing so. */
const MOST_STARTS = 5;

/** What running jobs need. */
export interface JobWork {
  readonly jobs: JobStore;
  readonly kinds: readonly JobKind[];
  readonly observer?: JobObserver | undefined;
  readonly witness?: JobWitness | undefined;
  /** The context of a tenant with the settings as they are stored now. */
  contextOf(tenantId: string, requestId: string): Promise<TenantContext>;
  readonly clock: () => Date;
  readonly warn: Warn;
}

/** One job in this process's hands, under a lease. */
export class RunningJob {
  private readonly stopping = new AbortController();
  private readonly taken: TakenJob;
  private checkpoint: unknown = null;

  constructor(
    private readonly work: JobWork,
    private readonly kind: JobKind,
    readonly turn: JobTurn,
    epoch: number,
  ) {
    this.taken = { _id: `${turn.ofTenant}:${turn.jobId}`, epoch };
  }

  get key(): string {
    return this.taken._id;
  }

  /** Lets it stop at its next safe point; the first reason counts. */
  stop(reason: StopReason): void {
    if (!this.stopping.signal.aborted) this.stopping.abort(new JobStopped(reason));
  }

  /** Runs it to its end or until it is to stop. Never throws. */
  async run(): Promise<void> {
    try {
      await this.work.jobs.open(this.turn);
      const found = await this.work.jobs.take(this.taken, this.work.clock());
      if (found) await this.settle(found);
      else await this.clear();
    } catch (error) {
      this.work.warn(asUnavailable(error), `A job, ${this.turn.jobId}, could not be run; it is tried again.`);
    }
  }

  /** A turn whose job has ended is of no use. */
  private async clear(): Promise<void> {
    const job = await this.work.jobs.open(this.turn);
    if (!job?.finishedAt) return;
    await this.tell('jobEnded', job.state); // again, where whoever ended it did: better twice than never
    await this.work.jobs.endTurn(this.turn);
  }

  private async settle(found: StoredJob): Promise<void> {
    this.checkpoint = found.checkpoint;
    await this.tell('jobStarted', 'OK');
    const outcome = await this.outcomeOf(found);
    if (outcome === 'HANDED_OVER') await this.work.jobs.handOver(this.taken);
    if (outcome === 'HANDED_OVER' || outcome === 'LOST') return;
    if (!(await this.work.jobs.finish(this.taken, outcome, this.work.clock()))) return;
    this.work.observer?.jobEnded(this.turn.kind, outcome.state);
    await this.tell('jobEnded', outcome.state);
    await this.work.jobs.endTurn(this.turn);
    await this.goOn();
  }

  /** Begins another where more has come in: who asked for it was told of this one, which had looked already. */
  private async goOn(): Promise<void> {
    if (!this.kind.hasMore) return;
    const { kind } = this.turn;
    const ctx = await this.context();
    if (!(await this.kind.hasMore(ctx))) return;
    const jobId = `job_${ulid(ctx.now())}`;
    await this.work.jobs.takeTurn(ctx, { kind, parameters: {}, jobId, startedBy: 'system' });
  }

  private async tell(action: string, outcome: string): Promise<void> {
    const { jobId: subject, kind } = this.turn;
    const ctx = await this.contextIfThere();
    if (ctx) await this.work.witness?.did(ctx, { action, subject, outcome, details: { kind } });
  }

  private async outcomeOf(found: StoredJob): Promise<JobOutcome | 'LOST' | 'HANDED_OVER'> {
    if (found.isCancelled) return { state: 'CANCELLED' };
    if (found.starts > MOST_STARTS) {
      const error = `SERVICE_UNAVAILABLE: given up after ${MOST_STARTS} processes ended while they ran it.`;
      return { state: 'FAILED', error };
    }
    try {
      return { state: 'SUCCEEDED', result: await this.untilAvailable(found) };
    } catch (error) {
      const reason: unknown = this.stopping.signal.aborted ? this.stopping.signal.reason : error;
      if (!(reason instanceof JobStopped)) return this.failed(reason);
      return reason.reason === 'CANCELLED' ? { state: 'CANCELLED' } : reason.reason;
    }
  }

  private failed(error: unknown): JobOutcome {
    const { jobId, kind } = this.turn;
    this.work.warn(error, `A job, ${jobId} (${kind}), failed.`);
    return { state: 'FAILED', error: failureOf(error, jobId, withoutQuotations) };
  }

  /** Does the work; where the database is away, again and again, from what was saved last. */
  private async untilAvailable(found: StoredJob): Promise<Record<string, unknown>> {
    const { signal } = this.stopping;
    const pauses = doubling(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
    for (;;) {
      try {
        return await this.runOnce(found);
      } catch (thrown) {
        const error = asUnavailable(thrown);
        if (signal.aborted || !hasCode(error, 'SERVICE_UNAVAILABLE')) throw error;
        this.work.warn(error, `A job, ${this.turn.jobId}, waits for what is not available.`);
        await delay(pauses.next().value, undefined, { signal });
      }
    }
  }

  private async runOnce(found: StoredJob): Promise<Record<string, unknown>> {
    const ctx = await this.contextIfThere();
    const done = ctx ? undefined : await this.kind.withoutTenant?.(this.turn.ofTenant);
    return done ?? (await this.kind.run(ctx ?? (await this.context()), found.parameters, this.handle()));
  }

  /** Undefined where the tenant is there no more: the job may have been to delete it. */
  private async contextIfThere(): Promise<TenantContext | undefined> {
    try {
      return await this.context();
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  private context(): Promise<TenantContext> {
    return this.work.contextOf(this.turn.ofTenant, this.turn.jobId);
  }

  private handle(): JobRun {
    return {
      id: this.turn.jobId,
      checkpoint: this.checkpoint,
      signal: this.stopping.signal,
      context: () => this.context(),
      save: (checkpoint, share) => this.save(checkpoint, share),
      progress: (share) => this.advance({ progress: withinOne(share) }),
    };
  }

  private async save(checkpoint: unknown, share: number): Promise<void> {
    const size = jsonBytes(checkpoint);
    if (size > LARGEST_CHECKPOINT) throw new Error(`A checkpoint of ${size} bytes is over ${LARGEST_CHECKPOINT}.`);
    await this.advance({ checkpoint, progress: withinOne(share) });
    this.checkpoint = checkpoint;
  }

  private async advance(reached: { readonly progress: number; readonly checkpoint?: unknown }): Promise<void> {
    const stored = await this.work.jobs.advance(this.taken, reached);
    if (!stored) this.stop('LOST');
    else if (stored.isCancelled) this.stop('CANCELLED');
    this.stopping.signal.throwIfAborted();
  }
}

function withinOne(share: number): number {
  return Math.min(1, Math.max(0, share));
}
