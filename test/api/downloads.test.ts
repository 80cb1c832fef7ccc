import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Download, DownloadPiece } from '../../src/downloads/download.entity.js';
import { DownloadService } from '../../src/downloads/download.service.js';
import { DownloadStore } from '../../src/downloads/download.store.js';
import { DOWNLOAD_LIMITS, DownloadKind, type DownloadLimits } from '../../src/downloads/download-kind.js';
import type { FileInMaking } from '../../src/downloads/file-in-making.js';
import type { TenantContext } from '../../src/platform/context.js';
import { Database } from '../../src/platform/database.js';
import { keyOf, ulid } from '../../src/platform/ids.js';
import { present } from '../support/api-client.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 120_000;
const MIB = 1_048_576;
/** Ten of them come to more than a piece of whatever kind. */
const LINE = `${'客户资料 '.repeat(24_000)}\n`;
const { PERSON, TABLE, TENANT } = DownloadKind;

let tenant: string;
let database: Database;
beforeAll(async () => {
  tenant = await createTenant('downloads');
  const { databaseUri, databaseName } = testServer();
  database = await Database.connect(databaseUri, { dbName: databaseName });
});
afterAll(() => database.close());

const fetched = (path: string) => fetch(new URL(path, testServer().url));
const newId = () => `exp_${ulid(new Date())}`;

/** Runs `work` with a service of the test's own, which keeps at most so much. */
function withDownloads<T>(
  work: (downloads: DownloadService, ctx: TenantContext) => Promise<T>,
  limits: Partial<DownloadLimits> = {},
): Promise<T> {
  const all = { ...DOWNLOAD_LIMITS, TABLE: { ...DOWNLOAD_LIMITS.TABLE, ...limits } };
  return withServices(tenant, ({ auditTrail }, ctx) =>
    work(new DownloadService(new DownloadStore(database), auditTrail, all), ctx),
  );
}

async function stored(id: string) {
  const pieces = await database
    .collection(DownloadPiece)
    .find({ tenantId: tenant, downloadId: id } as object)
    .toArray();
  const [head] = await database.findByKeys(Download, [keyOf(tenant, id)]);
  return {
    head,
    pieces: pieces.map(({ _id, attempt }) => [String(_id).split(':').slice(2).join(':'), attempt]).sort(),
  };
}

/** Writes until so many pieces are kept; returns all that was written. */
async function writePieces(file: FileInMaking, pieces: number): Promise<string> {
  let text = '';
  while (file.pieces < pieces) {
    const line = `${file.name} ${text.length} ${LINE}`;
    await file.write(line);
    text += line;
  }
  return text;
}

test.each(['data.json', 'events.jsonl.gz'])(
  '%s is fetched as it was written, whatever it holds',
  async (name) => {
    const id = newId();
    const { url, text, file } = await withDownloads(async (downloads, ctx) => {
      const made = await downloads.begin(ctx, { id, kind: PERSON, about: 'prf_x' });
      const writing = made.file(name);
      const written = await writePieces(writing, 3);
      await writing.write('the end');
      const closed = await writing.close();
      const link = downloads.linkTo(ctx, id, name, made.expiresAt);
      expect((await fetched(link)).status).toBe(404); // not whole yet
      await made.finish([closed]);
      return { url: link, text: `${written}the end`, file: closed };
    });
    const response = await fetched(url);
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    expect(bytes).toHaveLength(file.bytes);
    expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe(text);
    const { head, pieces } = await stored(id);
    expect([head?.bytes, pieces.length]).toEqual([file.bytes, 4]);
  },
  LIMIT_MS,
);

test(
  'goes on where an attempt stopped, which can write nothing more',
  async () => {
    const [id, name] = [newId(), 'events.jsonl.gz'];
    await withDownloads(async (downloads, ctx) => {
      const first = await downloads.begin(ctx, { id, kind: TENANT, about: tenant });
      const before = first.file(name);
      const kept = await writePieces(before, 2);
      await writePieces(before, 3); // nobody was told of it
      const second = present(await downloads.goOn(ctx, { id, kind: TENANT, bytes: 0 }));
      const after = await second.fileBehind(name, 2);
      const rest = await writePieces(after, 4);
      await expect(writePieces(before, 4)).rejects.toThrow('another process');
      await expect(first.finish([])).rejects.toThrow('another process');
      await first.discard();
      const file = await after.close();
      await second.finish([file]);
      expect((await stored(id)).pieces).toEqual([1, 1, 2, 2, 2].map((attempt, n) => [`${name}:00000${n}`, attempt]));
      const bytes = Buffer.from(await (await fetched(downloads.linkTo(ctx, id, name, second.expiresAt))).arrayBuffer());
      expect(gunzipSync(bytes).toString()).toBe(kept + rest);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
      expect(await downloads.goOn(ctx, { id, kind: TENANT, bytes: 0 })).toBeUndefined(); // it is whole
    });
  },
  LIMIT_MS,
);

test(
  'begun anew, nothing stays of what was there; discarded, nothing at all',
  async () => {
    const id = newId();
    await withDownloads(async (downloads, ctx) => {
      const first = await downloads.begin(ctx, { id, kind: PERSON, about: 'prf_x' });
      await writePieces(first.file('data.json'), 2);
      const second = await downloads.begin(ctx, { id, kind: PERSON, about: 'prf_x' });
      expect((await stored(id)).pieces).toEqual([]);
      await writePieces(second.file('accounts.csv'), 1);
      await first.discard();
      expect((await stored(id)).pieces).toEqual([['accounts.csv:000000', 2]]);
      await second.discard();
      expect(await stored(id)).toEqual({ head: undefined, pieces: [] });
      await expect(second.file('data.json').close()).rejects.toThrow('was deleted');
      expect((await stored(id)).pieces).toEqual([]);
    });
  },
  LIMIT_MS,
);

test(
  'is bounded in all its files together, and with the others of the tenant',
  async () => {
    const limits = { each: MIB, all: MIB / 2 };
    const [first, second] = [newId(), newId()];
    await withDownloads(async (downloads, ctx) => {
      const made = await downloads.begin(ctx, { id: first, kind: TABLE, about: 'tbl_x' });
      await writePieces(made.file('data.json'), 1);
      await expect(writePieces(made.file('accounts.csv'), 2)).rejects.toThrow('more than can be fetched at once');
      const next = { id: second, kind: TABLE, about: 'tbl_x' } as const;
      await expect(downloads.begin(ctx, next)).rejects.toThrow('Too much is kept');
      await made.discard();
      await (await downloads.begin(ctx, next)).discard();
    }, limits);
  },
  LIMIT_MS,
);

test('leads to nothing once it has expired, and the database deletes it by itself', async () => {
  const id = newId();
  const url = await withDownloads(async (downloads, ctx) => {
    const made = await downloads.begin(ctx, { id, kind: PERSON, about: 'prf_x' });
    await made.finish([await made.file('data.json').close()]);
    return downloads.linkTo(ctx, id, 'data.json', made.expiresAt);
  });
  expect((await fetched(url)).status).toBe(200);
  await database.updateMany(Download, [
    { filter: { _id: keyOf(tenant, id) }, update: { $set: { expiresAt: new Date(Date.now() - 1) } } },
  ]);
  expect((await fetched(url)).status).toBe(404);
  for (const collection of [database.collection(Download), database.collection(DownloadPiece)])
    expect(await collection.indexes()).toEqual(
      expect.arrayContaining([expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 })]),
    );
});

test(
  'a file whose end was cut off, or that holds a piece of another, is not told to be whole',
  async () => {
    const id = newId();
    const url = await withDownloads(async (downloads, ctx) => {
      const made = await downloads.begin(ctx, { id, kind: PERSON, about: 'prf_x' });
      const file = made.file('data.json');
      await writePieces(file, 2);
      await made.finish([await file.close()]);
      return downloads.linkTo(ctx, id, 'data.json', made.expiresAt);
    });
    const whole = async () => (await fetched(url)).text();
    expect((await whole()).length).toBeGreaterThan(100_000);
    const pieces = database.collection(DownloadPiece);
    const key = (number: number) => ({ _id: keyOf(tenant, `${id}:data.json:00000${number}`) }) as object;
    await pieces.updateOne(key(1), { $set: { isLast: true } });
    await expect(whole()).rejects.toThrow();
    const first = present(await pieces.findOne(key(0)));
    await pieces.updateOne(key(1), { $set: { isLast: false, sealed: first.sealed } });
    await expect(whole()).rejects.toThrow();
    await pieces.deleteOne(key(1));
    await expect(whole()).rejects.toThrow();
  },
  LIMIT_MS,
);
