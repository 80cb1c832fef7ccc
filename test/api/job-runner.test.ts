import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { JOB_LANES } from '../../src/jobs/job.rules.js';
import { JobStore, type StoredJob } from '../../src/jobs/job.store.js';
import type { JobKind, JobRun } from '../../src/jobs/job-kind.js';
import { JobRunner } from '../../src/jobs/job-runner.js';
import type { TenantContext } from '../../src/platform/context.js';
import { AppError, notFound } from '../../src/platform/errors.js';
import { ulid } from '../../src/platform/ids.js';
import type { HeldLease } from '../../src/platform/lease.store.js';
import type { RemovalStore } from '../../src/tenancy/removal.store.js';
import { REMOVAL, TenantRemovalService } from '../../src/tenancy/tenant-removal.service.js';
import { TenantStatus } from '../../src/tenants/tenant-status.js';
import { present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { OwnDatabase } from '../support/own-database.js';

let own: OwnDatabase;
let ctx: TenantContext;
let jobs: JobStore;
const runners: JobRunner[] = [];
const ended: string[] = [];

beforeAll(async () => {
  own = await OwnDatabase.create();
  ctx = await own.contextOf('working');
  jobs = new JobStore(own.database);
});

afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
});

afterAll(() => own.drop());

const leases = (epoch: number): HeldLease[] =>
  JOB_LANES.names.map((name) => ({ name, epoch, checkpoint: { changeKey: '', token: null, at: new Date() } }));

/** A process that holds all lanes under an epoch, and knows one kind of job. */
function runnerOf(kind: string, epoch: number, run: (job: JobRun) => Promise<Record<string, unknown>>): JobRunner {
  const only: JobKind = {
    kind,
    parameters: z.record(z.string(), z.unknown()),
    run: (_ctx, _parameters, job) => run(job),
  };
  const contextOf = () => own.tenants.freshContextOf('working', 'test');
  const observer = { jobEnded: (name: string, state: string) => void ended.push(`${name} ${state}`) };
  const tools = { clock: () => new Date(), warn: () => undefined };
  const runner = new JobRunner({ jobs, kinds: [only], observer, contextOf, ...tools });
  runner.gain(leases(epoch));
  runner.start();
  runners.push(runner);
  return runner;
}

async function begin(kind: string): Promise<string> {
  const jobId = `job_${ulid(new Date())}`;
  const turn = present(await jobs.takeTurn(ctx, { kind, jobId, parameters: {}, startedBy: 'test' }));
  await jobs.open(turn);
  return turn.jobId;
}

const jobOf = async (id: string): Promise<StoredJob> => present(await jobs.find(ctx, id));
const until = (id: string, isSo: (job: StoredJob) => boolean) => eventually(() => jobOf(id), isSo);
const endOf = (id: string) => until(id, ({ finishedAt }) => finishedAt !== null);

/** A wait that a test ends. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

test('what a job throws is told without what it quotes; of a defect, where to look alone', async () => {
  runnerOf('refused', 1, async () => {
    throw new AppError('CONFLICT', 'The row of "王伟" at 13912345678 is there.');
  });
  const refused = await begin('refused');
  expect(await endOf(refused)).toMatchObject({ state: 'FAILED', error: 'CONFLICT: The row of "…" at … is there.' });
  await eventually(
    async () => ended,
    (told) => told.includes('refused FAILED'),
  ); // once the turn has ended, too
  runnerOf('defective', 1, async () => {
    throw new TypeError('王伟 is no function');
  });
  const defective = await begin('defective');
  const error = `INTERNAL_SERVER_ERROR: the log tells more under ${defective}`;
  expect(await endOf(defective)).toMatchObject({ state: 'FAILED', error });
});

test('what is not available is waited for, and the work goes on where it was saved last', async () => {
  const seen: unknown[] = [];
  runnerOf('patient', 1, async (job) => {
    seen.push(job.checkpoint);
    await job.save({ at: seen.length }, 0.5);
    if (seen.length < 3) throw new AppError('SERVICE_UNAVAILABLE', 'Not now.');
    return { calls: seen.length };
  });
  expect(await endOf(await begin('patient'))).toMatchObject({ state: 'SUCCEEDED', result: { calls: 3 }, progress: 1 });
  expect(seen).toEqual([null, { at: 1 }, { at: 2 }]);
});

test('who lost the lease writes neither progress nor a result, and the next goes on', async () => {
  const held = gate();
  const faults: unknown[] = [];
  runnerOf('fenced', 1, async (job) => {
    await job.save('first', 0.2);
    await held.opened; // as a process that was stopped in the middle, and knows of nothing
    await job.save('late', 0.9).catch((error) => {
      faults.push(error);
      throw error;
    });
    return { by: 'late' };
  });
  const id = await begin('fenced');
  await until(id, ({ checkpoint }) => checkpoint === 'first');
  const second = gate();
  const seen: unknown[] = [];
  runnerOf('fenced', 2, async (job) => {
    seen.push(job.checkpoint);
    await second.opened;
    return { by: 'next' };
  });
  await until(id, ({ epoch }) => epoch === 2);
  held.open();
  await eventually(async () => faults.length, Boolean);
  expect(await jobOf(id)).toMatchObject({ state: 'RUNNING', progress: 0.2, checkpoint: 'first', epoch: 2 });
  second.open();
  expect(await endOf(id)).toMatchObject({ state: 'SUCCEEDED', result: { by: 'next' } });
  expect(seen).toEqual(['first']);
});

test('who is to let go of a lease comes to a safe point first, and begins nothing new under it', async () => {
  const held = gate();
  const runner = runnerOf('handed', 1, async (job) => {
    await job.save(1, 0.1);
    await held.opened;
    await job.save(2, 0.2);
    return {};
  });
  const id = await begin('handed');
  await until(id, ({ checkpoint }) => checkpoint === 1);
  const settled = runner.settle(leases(1));
  held.open();
  await settled;
  expect(await jobOf(id)).toMatchObject({ state: 'RUNNING', checkpoint: 2, progress: 0.2, starts: 0 });
  const next = runnerOf('handed', 2, async (job) => ({ from: job.checkpoint }));
  expect(await endOf(id)).toMatchObject({ result: { from: 2 } });
  await next.stop();
});

test('a job that ends its process again and again is given up', async () => {
  const id = await begin('deadly');
  for (let epoch = 1; epoch <= 5; epoch += 1) await jobs.take({ _id: `working:${id}`, epoch }, new Date());
  runnerOf('deadly', 6, async () => ({}));
  const error = expect.stringContaining('given up after 5 processes');
  expect(await endOf(id)).toMatchObject({ state: 'FAILED', error });
});

test('an ended job leaves its turn, also where whoever ended it stopped just then, and is deleted in 30 days', async () => {
  runnerOf('quick', 1, async () => ({}));
  const { finishedAt, expiresAt } = await endOf(await begin('quick'));
  expect(present(expiresAt).getTime() - present(finishedAt).getTime()).toBe(30 * 86_400_000);
  const id = await begin('stopped');
  const taken = present(await jobs.take({ _id: `working:${id}`, epoch: 1 }, new Date()));
  await jobs.finish({ _id: taken._id, epoch: 1 }, { state: 'CANCELLED' }, new Date());
  runnerOf('stopped', 2, async () => ({}));
  const kinds = async () => (await jobs.turns(JOB_LANES.names, 100)).map(({ kind }) => kind);
  await eventually(kinds, (left) => !left.includes('quick') && !left.includes('stopped'));
});

test('a process that stopped once it had deleted a tenant: whoever takes the job up ends it as done', async () => {
  const removed = { events: 3 };
  const registry = { find: async () => ({ status: TenantStatus.DELETED, removed }) };
  const removal = new TenantRemovalService({} as RemovalStore, registry as never);
  const contextOf = async (): Promise<TenantContext> => {
    throw notFound('The tenant');
  };
  const runner = new JobRunner({ jobs, kinds: [removal], contextOf, clock: () => new Date(), warn: () => undefined });
  runner.gain(leases(1));
  runner.start();
  runners.push(runner);
  expect(await endOf(await begin(REMOVAL))).toMatchObject({ state: 'SUCCEEDED', result: { removed } });
});
