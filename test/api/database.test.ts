import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Event } from '../../src/events/event.entity.js';
import { asUnavailable, Database } from '../../src/platform/database.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { testServer } from '../support/test-server.js';

const SENT_MS = 50;

let way: TcpProxy;
let database: Database;

beforeAll(async () => {
  const direct = new URL(testServer().databaseUri);
  way = await TcpProxy.to(direct.hostname, Number(direct.port));
  const uri = `mongodb://127.0.0.1:${way.port}/?directConnection=true`;
  database = await Database.connect(uri, {
    dbName: `own_${randomBytes(6).toString('hex')}`,
    serverSelectionTimeoutMS: 500,
  });
});

afterAll(async () => {
  await database.connection.dropDatabase();
  await database.close();
  await way.close();
});

afterEach(() => way.set('open'));

const documents = (name: string) => Array.from({ length: 3 }, (_, n) => ({ _id: `acme:${name}-${n}` }) as never);

test('an insertion names what was there before, and inserts the rest', async () => {
  const [first, second, third] = documents('held');
  expect(await database.insertNew(Event, [first, second] as never)).toEqual(new Set());
  expect(await database.insertNew(Event, [second, third] as never)).toEqual(new Set(['acme:held-1']));
});

test.each([
  ['inserted', () => database.insertNew(Event, documents('cut'))],
  ['updated', () => database.updateMany(Event, [{ filter: { _id: 'acme:held-0' }, update: { $set: { a: 1 } } }])],
])('nothing counts as %s where the connection broke before the answer came', async (_, write) => {
  await database.ping();
  way.set('silent');
  const writing = write().then(
    () => 'taken for written',
    (error: unknown) => asUnavailable(error),
  );
  await delay(SENT_MS);
  way.set('cut');
  expect(await writing).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});
