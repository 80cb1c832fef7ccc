import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CancelJobDocument,
  JobDocument,
  NodeDocument,
  StartJobDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { cancelJob, endOf, jobOf, type ShownJob, startJob, untilJob } from '../support/job-client.js';
import { MetricSamples } from '../support/metric-samples.js';
import { OwnServer } from '../support/own-server.js';
import { byEmail, byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

describe('starting a job', () => {
  let admin: ApiClient;
  beforeAll(async () => {
    admin = clientOf(await createTenant('jobs'));
  });

  const faultOf = async (kind: string, parameters?: Record<string, unknown>) => {
    const [fault] = (await admin.ask(StartJobDocument, { kind, parameters: parameters ?? null })).errors ?? [];
    return [fault?.extensions.code, fault?.message];
  };

  test('of a kind that is none, or with parameters that do not fit, is refused with the place', async () => {
    expect(await faultOf('knit')).toEqual([
      'BAD_USER_INPUT',
      'kind: is no kind of job; there are restitch, learn-matching, reseal, reindex, privacy-requests, retain, export-anonymous, expire-points, catch-up-points, evaluate-segments, score-customers, export-tenant, remove-tenant',
    ]);
    const [code, message] = await faultOf('restitch', { dryRun: 'yes' });
    expect([code, message]).toEqual(['BAD_USER_INPUT', expect.stringMatching(/^parameters\.dryRun: /)]);
    expect(await faultOf('restitch', { dry: true })).toEqual(['BAD_USER_INPUT', 'parameters.dry: is an unknown key']);
  });

  test('it runs to its end, is found by its id, and cancelling it then changes nothing', async () => {
    const begun = await startJob(admin, 'restitch', { dryRun: true });
    expect(begun).toMatchObject({ kind: 'restitch', parameters: { dryRun: true }, result: null, error: null });
    const ended = await endOf(admin, begun.id);
    expect(ended).toMatchObject({ state: 'SUCCEEDED', progress: 1, result: { dryRun: true, profiles: 0 } });
    expect(Date.parse(String(ended.finishedAt))).toBeGreaterThanOrEqual(Date.parse(String(ended.startedAt)));
    expect(await cancelJob(admin, begun.id)).toEqual(ended);
    expect((await admin.data(NodeDocument, { id: begun.id })).node).toMatchObject({ __typename: 'Job', id: begun.id });
  });

  test("nobody sees or stops another tenant's jobs", async () => {
    const { id } = await startJob(admin, 'restitch', { dryRun: true });
    const stranger = clientOf(await createTenant('jobs-stranger'));
    expect((await stranger.data(JobDocument, { id })).job).toBeNull();
    expect((await stranger.data(NodeDocument, { id })).node).toBeNull();
    expect(await stranger.codes(CancelJobDocument, { id })).toEqual(['NOT_FOUND']);
    expect((await stranger.data(JobDocument, { id: 'job_nonsense' })).job).toBeNull();
    expect((await endOf(admin, id)).state).toBe('SUCCEEDED');
  });

  test('is for those who may write insights, seeing it for those who may read them', async () => {
    const tenant = await createTenant('jobs-roles');
    const { id } = await startJob(clientOf(tenant), 'restitch', { dryRun: true });
    const codes = async (role: string) => {
      const client = clientOf(tenant, [role]);
      const start = await client.codes(StartJobDocument, { kind: 'restitch', parameters: { dryRun: true } });
      const cancel = await client.codes(CancelJobDocument, { id });
      return [...start, ...cancel, ...(await client.codes(JobDocument, { id }))].join();
    };
    const [all, both] = ['', 'FORBIDDEN,FORBIDDEN'];
    for (const role of ['ADMIN', 'ANALYST']) expect([role, await codes(role)]).toEqual([role, all]);
    for (const role of ['MARKETER', 'STEWARD', 'VIEWER']) expect([role, await codes(role)]).toEqual([role, both]);
    expect(await codes('PRIVACY_OFFICER')).toBe('FORBIDDEN,FORBIDDEN,FORBIDDEN');
    const node = await clientOf(tenant, ['PRIVACY_OFFICER']).data(NodeDocument, { id });
    expect(node.node).toBeNull();
  });
});

/** A database may hold what a killed process was committing for a minute. */
const TAKEN_OVER_WITHIN_MS = 120_000;

describe('jobs over several processes', () => {
  const PAIRS = 300;
  const tenant = 'shared-work';
  const server = new OwnServer('warn', { environment: { WORKER: 'off' } });
  let client: ApiClient;

  beforeAll(async () => {
    await server.start();
    await server.createTenant(tenant);
    client = server.client(tenant);
    const sides = ['x', 'y'].flatMap((side) =>
      Array.from({ length: PAIRS }, (_, n) =>
        identify({ identifiers: [byUser(`${side}${n}`), byEmail(`p${n}@example.org`)] }),
      ),
    );
    for (let at = 0; at < sides.length; at += 200) await sendAll(client, sides.slice(at, at + 200));
    const settings = { identifierRules: { USER_ID: { most: 2 } } };
    await client.data(UpdateTenantSettingsDocument, { settings, expectedVersion: 1 });
  }, 300_000);

  afterAll(() => server.dispose(), 30_000);

  /** Runs `work` while a worker runs; then it is killed, or told to stop. */
  async function withWorker<T>(end: 'kill' | 'stop', work: (worker: OwnServer) => Promise<T>): Promise<T> {
    const worker = server.beside({ WORKER: 'inline' });
    try {
      await worker.start();
      const done = await work(worker);
      await worker[end]();
      return done;
    } finally {
      await worker.dispose();
    }
  }

  const isUnderWay = ({ progress }: { progress: number }) => progress > 0.1;

  test('where no process works, a job waits; several starts are one; cancelled, it ends at once', async () => {
    const started = await Promise.all(Array.from({ length: 5 }, () => startJob(client, 'restitch', { dryRun: true })));
    const [first] = started;
    expect(new Set(started.map(({ id }) => id)).size).toBe(1);
    const id = first?.id ?? '';
    await delay(1_500);
    expect(await jobOf(client, id)).toMatchObject({ state: 'QUEUED', startedAt: null, progress: 0 });
    expect(await cancelJob(client, id)).toMatchObject({ state: 'CANCELLED', finishedAt: expect.anything() });
    const next = await startJob(client, 'restitch', { dryRun: true });
    expect(next.id).not.toBe(id);
    await cancelJob(client, next.id);
  });

  test('one that runs is cancelled at its next safe point', async () => {
    await withWorker('stop', async (worker) => {
      const { id } = await startJob(client, 'restitch', { dryRun: true });
      await untilJob(client, id, isUnderWay);
      await cancelJob(client, id);
      const ended = await endOf(client, id, 15_000);
      expect(ended).toMatchObject({ state: 'CANCELLED', result: null });
      expect(ended.progress).toBeLessThan(1);
      const counted = await MetricSamples.of(worker.url);
      expect(counted.value('tributary_jobs_total', { kind: 'restitch', state: 'CANCELLED' })).toBe(1);
    });
  }, 300_000);

  test('one whose process is told to stop, and whose next is killed, is finished by a third, which counts all', async () => {
    const { id } = await startJob(client, 'restitch');
    const handed = await withWorker('stop', () => untilJob(client, id, isUnderWay));
    expect(handed.state).toBe('RUNNING');
    const left = await withWorker('kill', () =>
      untilJob(client, id, ({ progress }) => progress > handed.progress + 0.1),
    );
    expect(left.state).toBe('RUNNING');
    const killedAt = (await jobOf(client, id)).progress;
    await withWorker('stop', async () => {
      const seen: number[] = [];
      const hasEnded = ({ state, progress }: ShownJob) => seen.push(progress) > 0 && state !== 'RUNNING';
      const ended = await untilJob(client, id, hasEnded, TAKEN_OVER_WITHIN_MS);
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(killedAt);
      expect(ended).toMatchObject({
        state: 'SUCCEEDED',
        startedAt: handed.startedAt,
        result: { dryRun: false, changed: 2 * PAIRS, merged: PAIRS, parted: 0 },
      });
    });
  }, 240_000);
});
