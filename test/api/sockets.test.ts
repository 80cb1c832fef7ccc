import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { RawSocket } from '../support/raw-socket.js';
import { byUser, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const FOLLOW_EVENTS = 'subscription { eventIngested { cursor event { name properties } } }';

let tenant: string;
let admin: ApiClient;
let url: string;
const open: RawSocket[] = [];

beforeAll(async () => {
  tenant = await createTenant('sockets');
  admin = clientOf(tenant);
  url = testServer().url;
});

afterEach(() => {
  for (const { socket } of open.splice(0)) socket.terminate();
});

function kept(socket: RawSocket): RawSocket {
  open.push(socket);
  return socket;
}

const connected = async (token = tokenFor(tenant)) => kept(await RawSocket.connected(url, token));

async function opened(): Promise<RawSocket> {
  const socket = kept(new RawSocket(url));
  await socket.opened;
  return socket;
}

const subscribe = (id: string, query = FOLLOW_EVENTS, variables = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});

describe('a socket is closed with', () => {
  test.each([
    ['no JSON', 'nonsense'],
    ['an unknown type', { type: 'unheard-of' }],
    ['an operation without an id', { type: 'subscribe', payload: { query: FOLLOW_EVENTS } }],
    ['variables that are a list', { id: '1', type: 'subscribe', payload: { query: FOLLOW_EVENTS, variables: [] } }],
    ['null', 'null'],
  ])('4400 for %s', async (_what, message) => {
    const socket = await connected();
    socket.send(message);
    expect(await socket.closed).toBe(4400);
  });

  test('4401 for an operation before the token', async () => {
    const socket = await opened();
    socket.send(subscribe('1'));
    expect(await socket.closed).toBe(4401);
  });

  test.each([
    ['none', {}],
    ['one that is no text', { authorization: 7 }],
    ['nonsense', { authorization: 'Bearer nonsense' }],
    ['an expired one', () => ({ authorization: `Bearer ${tokenFor(tenant, ['ADMIN'], { exp: 1 })}` })],
    ['one of no tenant', () => ({ authorization: `Bearer ${tokenFor('nobody-there')}` })],
  ])('4403 for a token that does not hold: %s', async (_what, payload) => {
    const socket = await opened();
    socket.send({ type: 'connection_init', payload: typeof payload === 'function' ? payload() : payload });
    expect(await socket.closed).toBe(4403);
    expect(socket.received).toEqual([]);
  });

  test('4403 when its token expires, though it is in use', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 2;
    const socket = await connected(tokenFor(tenant, ['ADMIN'], { exp }));
    socket.send(subscribe('1'));
    expect(await socket.closed).toBe(4403);
    expect(Math.abs(Date.now() - exp * 1_000)).toBeLessThan(1_500);
  });

  test('4403 at once at the revocation of its API token, and nothing is told after that', async () => {
    const { createApiToken } = await admin.data<{ createApiToken: { secret: string; token: { id: string } } }, object>(
      'mutation { createApiToken(input: { name: "dashboard", scopes: ["events:read"] }) { secret token { id } } }',
    );
    const socket = await connected(createApiToken.secret);
    socket.send(subscribe('1'));
    await admin.data('mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: createApiToken.token.id });
    const revoked = Date.now();
    expect(await socket.closed).toBe(4403);
    expect(Date.now() - revoked).toBeLessThan(500);
    expect(socket.received.filter(({ type }) => type === 'next')).toEqual([]);
  });

  test('4408 where no token comes in three seconds', async () => {
    const socket = await opened();
    expect(await socket.closed).toBe(4408);
  });

  test('4409 for an operation under an id that is in use', async () => {
    const socket = await connected();
    socket.send(subscribe('1'));
    socket.send(subscribe('1'));
    expect(await socket.closed).toBe(4409);
  });

  test('4429 for a second token', async () => {
    const socket = await connected();
    socket.send({ type: 'connection_init', payload: {} });
    expect(await socket.closed).toBe(4429);
  });

  test('4406 for another protocol, and for none', async () => {
    const socket = kept(new RawSocket(url, []));
    expect(await socket.closed).toBe(4406);
  });

  test('1009 for a message of more than a megabyte', async () => {
    const socket = await connected();
    socket.send(subscribe('1', FOLLOW_EVENTS, { text: 'x'.repeat(1_100_000) }));
    expect(await socket.closed).toBe(1009);
  });
});

/** What the server answers to a raw upgrade. */
function upgrade(path: string, after: Buffer = Buffer.alloc(0)): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
          'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
      );
      if (after.length > 0) socket.write(after);
    });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    setTimeout(() => socket.destroy(), 5_000).unref();
  });
}

describe('what is malformed', () => {
  test('another path has no sockets', async () => {
    expect(await upgrade('/elsewhere')).toMatch(/^HTTP\/1\.1 404 /);
  });

  test.each([
    ['an unmasked frame', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['a reserved opcode', Buffer.from([0x83, 0x80, 0, 0, 0, 0])],
    ['a frame that claims 2^60 bytes', Buffer.from([0x81, 0xff, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ['text that is no UTF-8', Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28])],
  ])('%s ends the connection, and nothing else', async (_what, frame) => {
    expect(await upgrade('/graphql', frame)).toMatch(/^HTTP\/1\.1 101 /);
    expect(await admin.data('{ viewer { tenantId } }')).toEqual({ viewer: { tenantId: tenant } });
  });
});

describe('bounds', () => {
  test('200 sockets at once are served, and let go of', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => connected()));
    for (const socket of sockets) socket.send(subscribe('1', '{ viewer { tenantId } }'));
    const answers = await Promise.all(sockets.map((socket) => socket.message('next')));
    expect(answers).toHaveLength(200);
  });

  test('at most 100 operations run on one socket', async () => {
    const socket = await connected();
    for (let n = 0; n <= 100; n += 1) socket.send(subscribe(`s${n}`));
    expect(await socket.message('error')).toMatchObject({ payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('an operation that its client ends is told of nothing more', async () => {
    const socket = await connected();
    socket.send(subscribe('1'));
    await tellUntil(() => socket.received.some(({ type }) => type === 'next'));
    socket.send({ id: '1', type: 'complete' });
    socket.send(subscribe('2', '{ viewer { tenantId } }'));
    await socket.message('complete');
    const before = socket.received.length;
    await sendAll(admin, [eventOf({ identifiers: [byUser('after the end')] })]);
    await delay(300);
    expect(socket.received.length).toBe(before);
  });

  test('a reader that stops reading is closed; others are served on', async () => {
    const [slow, quick] = [await connected(), await connected()];
    slow.socket.pause();
    for (const socket of [slow, quick]) socket.send(subscribe('1'));
    let wasClosed = false;
    void slow.closed.then(() => {
      wasClosed = true;
    });
    const text = 'x'.repeat(8_000);
    const properties = { a: text, b: text, c: text };
    for (let n = 0; n < 40 && !wasClosed; n += 1)
      await sendAll(
        admin,
        Array.from({ length: 20 }, () => eventOf({ name: 'Filler', identifiers: [byUser('filler')], properties })),
      );
    const told = quick.received.filter(({ type }) => type === 'next').length;
    slow.socket.resume();
    expect([1006, 1013]).toContain(await slow.closed);
    await tellUntil(() => quick.received.filter(({ type }) => type === 'next').length > told);
  }, 300_000);
});

/** Sends events until something has come of them. */
async function tellUntil(hasCome: () => boolean): Promise<void> {
  for (let n = 0; n < 100 && !hasCome(); n += 1) {
    await sendAll(admin, [eventOf({ identifiers: [byUser('teller')] })]);
    await delay(50);
  }
  if (!hasCome()) throw new Error('Nothing came of it.');
}
