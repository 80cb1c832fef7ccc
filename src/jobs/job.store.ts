import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { idOf, keyOf, PLATFORM } from '../platform/ids.js';
import { Job, JobState } from './job.entity.js';
import { JOB_LANES } from './job.rules.js';
import { JobTurn } from './job-turn.entity.js';

const DAYS_KEPT = 30;
const NEW = { progress: 0, finishedAt: null, error: null, result: null, checkpoint: null } as const;

/** A job as it is stored. */
export type StoredJob = Job & Stored;

/** A job that was taken up, under the epoch of a lease: who writes by it names both. */
export interface TakenJob {
  readonly _id: string;
  readonly epoch: number;
}

/** How a job ended. */
export type JobOutcome =
  | { readonly state: 'SUCCEEDED'; readonly result: Record<string, unknown> }
  | { readonly state: 'FAILED'; readonly error: string }
  | { readonly state: 'CANCELLED' };

/** Whether a job has still to be done. */
export function isUnderWay({ state }: Pick<Job, 'state'>): boolean {
  return state === JobState.QUEUED || state === JobState.RUNNING;
}

/** Jobs, and whose turn it is. */
export class JobStore {
  constructor(private readonly database: Database) {}

  /** Notes that this job is under way, unless one of its kind is; returns the turn that holds. Two commands at most. */
  async takeTurn(
    ctx: TenantContext,
    { kind, ...job }: Pick<JobTurn, 'kind' | 'jobId' | 'parameters' | 'startedBy'>,
  ): Promise<JobTurn | undefined> {
    const _id = turnKey(ctx.tenantId, kind);
    const lane = JOB_LANES.of(ctx.tenantId, kind);
    const turn = { _id, tenantId: PLATFORM, lane, ofTenant: ctx.tenantId, kind, ...job };
    const there = await this.database.insertNew(JobTurn, [turn]);
    return there.size === 0 ? turn : (await this.database.findByKeys(JobTurn, [_id]))[0];
  }

  /** The turns of lanes, at most so many. One command. */
  async turns(lanes: readonly string[], most: number): Promise<JobTurn[]> {
    const filter = { tenantId: PLATFORM, lane: { $in: [...lanes] } };
    return (await this.database
      .collection(JobTurn)
      .find(filter as object)
      .limit(most)
      .toArray()) as unknown as JobTurn[];
  }

  /** Lets another job of the kind have its turn. */
  async endTurn({ ofTenant, kind, jobId }: Pick<JobTurn, 'ofTenant' | 'kind' | 'jobId'>): Promise<void> {
    await this.database.collection(JobTurn).deleteOne({ _id: turnKey(ofTenant, kind), jobId } as object);
  }

  /** The job of a turn, which is made where it is missing: whoever took the turn may have stopped before. Two commands. */
  async open({ ofTenant, jobId, kind, parameters, startedBy }: JobTurn): Promise<StoredJob | undefined> {
    const _id = keyOf(ofTenant, jobId);
    const own = { tenantId: ofTenant, kind, parameters, startedBy };
    const work = { state: JobState.QUEUED, epoch: 0, starts: 0, isCancelled: false };
    await this.database.insertNew(Job, [{ _id, ...own, ...work, ...NEW } as unknown as StoredJob]);
    return (await this.database.findByKeys(Job, [_id]))[0];
  }

  /** The job of an id. One command. */
  async find(ctx: TenantContext, id: string): Promise<StoredJob | undefined> {
    return (await this.database.findByKeys(Job, [keyOf(ctx.tenantId, id)]))[0];
  }

  /** Takes a job up; undefined where it has ended, or somebody holds its lease under a later epoch. */
  take({ _id, epoch }: TakenJob, now: Date): Promise<StoredJob | undefined> {
    const filter = { _id, state: { $in: [JobState.QUEUED, JobState.RUNNING] }, epoch: { $lte: epoch } };
    const start = { state: JobState.RUNNING, epoch };
    return this.change(filter, { $set: start, $inc: { starts: 1 }, $min: { startedAt: now } });
  }

  /** Keeps where a job has come to; undefined where it is another's by now. */
  advance(job: TakenJob, reached: { readonly progress: number; readonly checkpoint?: unknown }) {
    return this.change(running(job), { $set: { ...reached, starts: 0 } });
  }

  /** Notes that who ran a job lets go of it in good order. */
  async handOver(job: TakenJob): Promise<void> {
    await this.change(running(job), { $set: { starts: 0 } });
  }

  /** Ends a job; false where it is another's by now. */
  async finish(job: TakenJob, outcome: JobOutcome, now: Date): Promise<boolean> {
    const share = outcome.state === 'SUCCEEDED' ? { progress: 1 } : {};
    const ended = { ...outcome, ...share, ...endedAt(now), checkpoint: null };
    return (await this.change(running(job), { $set: ended })) !== undefined;
  }

  /** Cancels a job that nobody has taken up yet; false where somebody has, or it has ended. */
  async cancelQueued(ctx: TenantContext, id: string): Promise<boolean> {
    const filter = { _id: keyOf(ctx.tenantId, id), state: JobState.QUEUED };
    return (await this.change(filter, { $set: { state: JobState.CANCELLED, ...endedAt(ctx.now()) } })) !== undefined;
  }

  /** Asks who runs a job to stop. */
  async askToStop(ctx: TenantContext, id: string): Promise<void> {
    await this.change({ _id: keyOf(ctx.tenantId, id), state: JobState.RUNNING }, { $set: { isCancelled: true } });
  }

  /** Of jobs, the keys of those that are to stop. One command. */
  async askedToStop(keys: readonly string[]): Promise<string[]> {
    if (keys.length === 0) return [];
    const found = await this.database.findByKeys(Job, keys, { isCancelled: 1 });
    return found.filter(({ isCancelled }) => isCancelled).map(({ _id }) => _id);
  }

  private async change(filter: object, update: object): Promise<StoredJob | undefined> {
    const options = { returnDocument: 'after' } as const;
    const changed = await this.database.collection(Job).findOneAndUpdate(filter, update as object, options);
    return (changed as StoredJob | null) ?? undefined;
  }
}

/** A job as the API shows it. */
export function toJob({ _id, ...job }: StoredJob): Job {
  return { ...job, id: idOf(_id), startedAt: job.startedAt ?? null };
}

/** The key of the row that says whose turn it is in a tenant. */
export function turnKey(tenantId: string, kind: string): string {
  return keyOf(PLATFORM, `${tenantId}:${kind}`);
}

function running({ _id, epoch }: TakenJob) {
  return { _id, epoch, state: JobState.RUNNING };
}

function endedAt(now: Date) {
  return { finishedAt: now, expiresAt: new Date(now.getTime() + DAYS_KEPT * MILLISECONDS_PER_DAY) };
}
