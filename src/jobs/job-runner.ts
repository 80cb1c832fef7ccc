import { setTimeout as delay } from 'node:timers/promises';
import { inTime } from '../platform/in-time.js';
import type { HeldLease } from '../platform/lease.store.js';
import type { LeaseUser } from '../platform/leases.js';
import type { StopReason } from './job-stopped.js';
import type { JobTurn } from './job-turn.entity.js';
import { type JobWork, RunningJob } from './running-job.js';

/** How often a process looks for jobs, and whether those it runs are to stop. */
const LOOK_MS = 1_000;
const MOST_AT_ONCE = 4;
const MOST_LOOKED_AT = 200;
/** A job that comes to no safe point for so long is not waited for: what it writes later finds nothing to change. */
const HAND_OVER_MS = 10_000;

/**
 * Runs the jobs of the lanes that this process holds, four at a time at most. Each is run under the epoch of its lane's
 * lease: who lost it can write nothing more, and who takes it over goes on from what was saved last.
 */
export class JobRunner implements LeaseUser {
  private readonly lanes = new Map<string, HeldLease>();
  private readonly running = new Map<RunningJob, Promise<void>>();
  private readonly stopping = new AbortController();
  private looking: Promise<void> | undefined;

  constructor(private readonly work: JobWork) {}

  /** Looks for jobs until it is stopped. */
  start(): void {
    this.looking ??= this.lookOn();
  }

  /** Takes up nothing more; what runs is ended by its lease's being let go of. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
  }

  gain(leases: readonly HeldLease[]): void {
    for (const lease of leases) this.lanes.set(lease.name, lease);
  }

  lose(names: readonly string[]): void {
    for (const name of names) this.lanes.delete(name);
    this.endIn(names, 'LOST');
  }

  async settle(leases: readonly HeldLease[]): Promise<void> {
    const names = leases.map(({ name }) => name);
    for (const name of names) this.lanes.delete(name); // nothing new is begun in them
    const ending = Promise.all(this.endIn(names, 'HANDED_OVER'));
    const late = 'A job came to no safe point in time; who takes it over begins at the last one.';
    await inTime(ending, HAND_OVER_MS, late).catch((error) => this.work.warn(error, late));
  }

  private endIn(names: readonly string[], reason: StopReason): Promise<void>[] {
    const concerned = [...this.running].filter(([{ turn }]) => names.includes(turn.lane));
    for (const [job] of concerned) job.stop(reason);
    return concerned.map(([, done]) => done);
  }

  private async lookOn(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.look().catch((error) => this.work.warn(error, 'Jobs could not be looked for.'));
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const stopped = new Set(await this.work.jobs.askedToStop([...this.running.keys()].map(({ key }) => key)));
    for (const job of this.running.keys()) if (stopped.has(job.key)) job.stop('CANCELLED');
    if (this.lanes.size === 0 || this.running.size >= MOST_AT_ONCE) return;
    const turns = await this.work.jobs.turns([...this.lanes.keys()], MOST_LOOKED_AT);
    for (const turn of turns) this.begin(turn);
  }

  /** Runs the job of a turn, where there is room, its lane is still held, and this version knows its kind. */
  private begin(turn: JobTurn): void {
    const lease = this.lanes.get(turn.lane);
    const kind = this.work.kinds.find((known) => known.kind === turn.kind);
    const isRunning = [...this.running.keys()].some((job) => job.turn.jobId === turn.jobId);
    if (!lease || !kind || isRunning || this.running.size >= MOST_AT_ONCE || this.stopping.signal.aborted) return;
    const job = new RunningJob(this.work, kind, turn, lease.epoch);
    const done = job.run().finally(() => this.running.delete(job));
    this.running.set(job, done);
  }
}
