import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ExportTenantDocument, TenantDocument } from '../../schema/generated/operations.js';
import { STORED } from '../../src/collections.js';
import { Download, DownloadPiece } from '../../src/downloads/download.entity.js';
import type { JobRun } from '../../src/jobs/job-kind.js';
import { JobStopped } from '../../src/jobs/job-stopped.js';
import type { TenantContext } from '../../src/platform/context.js';
import type { EntityClass } from '../../src/platform/entity.js';
import { keyOf, ulid } from '../../src/platform/ids.js';
import { TENANT_EXPORT_DECISIONS } from '../../src/tenancy/tenant-export-decisions.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { exported, filled, own, sendLarge } from '../support/exported-tenants.js';
import { OwnServer } from '../support/own-server.js';
import { byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { packageAt } from '../support/tenant-package.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 240_000;
const MOST_STOPS = 100;

let platform: ApiClient;
beforeAll(async () => {
  platform = clientOf(await createTenant('operator'), ['PLATFORM_ADMIN']);
});

/** A job in a process that stops at a safe point, where it is told to. */
function runOf(
  ctx: TenantContext,
  { id, checkpoint }: { readonly id: string; readonly checkpoint: unknown },
  kept: (place: unknown, stop: (why: Error) => void) => void,
): JobRun {
  const stopping = new AbortController();
  const save = async (place: unknown) => {
    kept(place, (why) => stopping.abort(why));
    stopping.signal.throwIfAborted();
  };
  return { id, checkpoint, signal: stopping.signal, context: async () => ctx, save, progress: async () => undefined };
}

test('cancelled, nothing is left of it', async () => {
  const tenant = await createTenant('export-cancelled');
  await withServices(tenant, async ({ jobWork }, ctx, database) => {
    const kind = present(jobWork.kinds.find((one) => one.kind === 'export-tenant'));
    const count = (type: EntityClass) => database.collection(type).countDocuments({ tenantId: tenant } as object);
    let saves = 0;
    const job = runOf(ctx, { id: `job_${ulid(new Date())}`, checkpoint: null }, (_place, stop) => {
      saves += 1;
      if (saves === 3) stop(new JobStopped('CANCELLED'));
    });
    await expect(kind.run(ctx, {}, job)).rejects.toThrow('CANCELLED');
    expect([saves, await count(Download), await count(DownloadPiece)]).toEqual([3, 0, 0]);
  });
});

test(
  'stopped at every place that it keeps, it ends with the same rows, and nothing is left over',
  async () => {
    const { tenant, admin } = await filled('export-stopped', 71);
    await sendLarge(admin, 160);
    await withServices(tenant, async ({ jobWork, downloads }, ctx, database) => {
      const kind = present(jobWork.kinds.find((one) => one.kind === 'export-tenant'));
      const id = `job_${ulid(new Date())}`;
      let [checkpoint, saves]: [unknown, number] = [null, 0];
      const run = (stopAt: number) =>
        kind.run(
          ctx,
          {},
          runOf(ctx, { id, checkpoint }, (place, stop) => {
            [checkpoint, saves] = [place, saves + 1];
            if (saves >= stopAt) stop(new JobStopped('HANDED_OVER'));
          }),
        );
      let result: Record<string, unknown> | undefined;
      let stops = 0;
      while (!result && stops < MOST_STOPS) {
        result = await run(saves + 1).catch((error: Error) => {
          if (!(error instanceof JobStopped)) throw error;
          stops += 1;
          return undefined;
        });
      }
      expect(stops).toBeGreaterThan(STORED.length - Object.keys(TENANT_EXPORT_DECISIONS).length + 15);
      const { id: exportId, expiresAt } = result as { id: string; expiresAt: string };
      const url = downloads.linkTo(ctx, exportId, 'manifest.json', new Date(expiresAt));
      const stopped = await packageAt(url, testServer().url);
      const [head] = await database.findByKeys(Download, [keyOf(tenant, exportId)]);
      expect(present(head).attempt).toBe(stops + 1);
      const pieces = await database.collection(DownloadPiece).countDocuments({ tenantId: tenant } as object);
      expect(pieces).toBeGreaterThan(stopped.manifest.files.length + 2); // events are of several
      const ended = await exported(tenant, platform);
      expect(ended.state).toBe('SUCCEEDED');
      const once = await packageAt(present((await own(clientOf(tenant))).url), testServer().url);
      for (const [name, rows] of once.rows)
        if (!name.startsWith('audit_') && name !== 'tenants')
          expect([name, stopped.rows.get(name)]).toEqual([name, rows]);
      expect(await database.collection(DownloadPiece).countDocuments({ tenantId: tenant } as object)).toBe(pieces);
    });
  },
  LIMIT_MS,
);

describe('killed in the middle', () => {
  const server = new OwnServer('warn', { environment: { WORKER: 'off' } });
  const tenant = 'killed';
  beforeAll(async () => {
    await server.start();
    for (const name of [tenant, 'operator']) await server.createTenant(name);
    await sendAll(server.client(tenant), [identify({ identifiers: [byUser('user-71')], traits: { name: '李雷71' } })]);
    await sendLarge(server.client(tenant), 400);
  }, LIMIT_MS);
  afterAll(() => server.dispose(), 60_000);

  const operator = () => server.client('operator', ['PLATFORM_ADMIN']);
  const shown = async () => present(present((await operator().data(TenantDocument, { tenant })).tenant).export);

  async function withWorker(work: (worker: OwnServer) => Promise<void>): Promise<void> {
    const worker = server.beside({ WORKER: 'inline' });
    try {
      await worker.start();
      await work(worker);
    } finally {
      await worker.dispose();
    }
  }

  /** Starts an export and kills who makes it before it is whole: another one, where that was quicker. */
  async function interrupted(): Promise<void> {
    await withWorker(async (worker) => {
      await operator().data(ExportTenantDocument, { tenant });
      await eventually(shown, ({ progress }) => progress > 0.4, LIMIT_MS);
      await worker.kill();
    });
    if ((await shown()).state !== 'RUNNING') await interrupted();
  }

  test(
    'another process goes on with it',
    async () => {
      await interrupted();
      await withWorker(async () => {
        const ended = await eventually(shown, ({ state }) => /SUCCEEDED|FAILED/.test(state), LIMIT_MS);
        expect(ended).toMatchObject({ state: 'SUCCEEDED', result: { unreadable: 0, counts: { events: 401 } } });
      });
      const [head] = await server.withDatabase((database) => database.collection(Download).find().toArray());
      expect(present(head).attempt).toBeGreaterThan(1);
      const { url } = await own(server.client(tenant, ['PRIVACY_OFFICER']));
      const { rows } = await packageAt(present(url), server.url);
      const ids = present(rows.get('events')).map(({ messageId }) => messageId);
      expect(new Set(ids).size).toBe(401);
    },
    LIMIT_MS,
  );
});
