import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MonitoredServer } from '../support/monitored-server.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

let token: string;
let server: MonitoredServer;
beforeAll(async () => {
  token = tokenFor(await createTenant('bodies'));
  server = await MonitoredServer.start({ REQUEST_TIMEOUT_SECONDS: '1', MAX_CONNECTIONS: '5' });
}, 180_000);
afterAll(() => server.close());

interface Sent {
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly url?: string;
}

async function post({ body, headers, url }: Sent) {
  const response = await fetch(new URL('/graphql', url ?? testServer().url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  return { status: response.status, headers: response.headers, raw: await response.text() };
}

/** A connection of its own, what it has been sent, and when it ended. */
function open(url: string): { socket: Socket; received: () => string; ended: Promise<number> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {}); // a reset is an end too
  const started = performance.now();
  const ended = once(socket, 'close').then(() => performance.now() - started);
  return { socket, received: () => text, ended };
}

describe('a body', () => {
  const query = JSON.stringify({ query: '{ viewer { subject } }' });

  test.each(['gzip', 'deflate', 'br', 'nonsense'])(
    'that is said to be %s is refused with 415 before it is read',
    async (encoding) => {
      const body = encoding === 'gzip' ? gzipSync(query) : query;
      const { status, headers, raw } = await post({ body, headers: { 'content-encoding': encoding } });
      expect([status, headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect(JSON.parse(raw).errors[0].message).toMatch(/uncompressed/);
      expect(JSON.parse(raw).errors[0].extensions.requestId).toBe(headers.get('x-request-id'));
    },
  );

  test('that is said to be as it is, is read', async () => {
    expect((await post({ body: query, headers: { 'content-encoding': 'identity' } })).status).toBe(200);
  });

  test('over 16 MB is refused with 413', async () => {
    const { status } = await post({
      body: JSON.stringify({ query: `{ viewer { subject } } # ${'x'.repeat(16 * 1024 * 1024)}` }),
    });
    expect(status).toBe(413);
  });
});

describe('a client that takes its time', () => {
  const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  test.each([
    ['over its headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: '],
    ['over its body', `${head}content-length: 1000\r\n\r\n{"query":`],
    ['over the body of an event', 'POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{'],
  ])('%s is cut off, byte by byte or not', async (_name, start) => {
    const { socket, ended } = open(server.url);
    socket.write(start);
    const dripping = setInterval(() => socket.write('a'), 100);
    const took = await ended.finally(() => clearInterval(dripping));
    expect(took).toBeLessThan(5_000);
  });

  test.each([['headers larger than 16 kB', `x: ${'y'.repeat(20_000)}\r\n\r\n`, 431]])(
    'sends %s and is refused',
    async (_name, rest, status) => {
      const { socket, received, ended } = open(testServer().url);
      socket.write(`GET /health/live HTTP/1.1\r\nhost: x\r\n${rest}`);
      await ended;
      expect(received()).toContain(` ${status} `);
    },
  );

  test('and opens more connections than a process takes finds them closed, while the others go on', async () => {
    const connections = Array.from({ length: 8 }, () => open(server.url));
    const early = await Promise.all(
      connections.map(({ ended }) =>
        Promise.race([ended.then(() => 'closed'), new Promise((resolve) => setTimeout(resolve, 500, 'open'))]),
      ),
    );
    expect(early.filter((state) => state === 'closed').length).toBeGreaterThanOrEqual(3);
    expect(early).toContain('open');
    for (const { socket } of connections) socket.destroy();
    await Promise.all(connections.map(({ ended }) => ended));
    // the server hears of the last ends a moment later
    let answer: Response | undefined;
    for (let attempt = 0; attempt < 50 && !answer; attempt += 1) {
      answer = await fetch(new URL('/health/live', server.url)).catch(() => undefined);
    }
    expect(answer?.status).toBe(200);
  });
});

describe('a foreign page', () => {
  const send = (headers: Record<string, string>, body = '{"query":"{ viewer { subject } }"}') =>
    post({ headers, body });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'cannot send %s',
    async (type) => {
      expect((await send({ 'content-type': type })).status).toBeGreaterThanOrEqual(400);
    },
  );

  test('cannot ask by a link', async () => {
    const url = new URL(`/graphql?query=${encodeURIComponent('{ viewer { subject } }')}`, testServer().url);
    expect((await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(400);
  });

  test('cannot read what it asks, nor frame it', async () => {
    const { headers } = await send({ origin: 'https://elsewhere.example' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('XML', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "很多很多"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>
    <x>&b;&f;</x>`;

  test.each(['/graphql', '/v1/track', '/v1/batch'])('is not read by %s, and no entity in it resolved', async (path) => {
    for (const type of ['application/xml', 'text/xml', 'application/json']) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      const response = await fetch(new URL(path, testServer().url), { method: 'POST', headers, body: bomb });
      expect([400, 415]).toContain(response.status);
      expect(await response.text()).not.toMatch(new RegExp(`很多很多|${hostname()}|<x>`));
    }
  });
});

describe.each(['development', 'production'])('with NODE_ENV=%s', (environment) => {
  let other: MonitoredServer;
  beforeAll(async () => {
    other = await MonitoredServer.start({ NODE_ENV: environment });
  }, 180_000);
  afterAll(() => other.close());

  test('no answer holds a stack trace, and an array of operations is refused', async () => {
    const bodies = [
      '{',
      '[]',
      JSON.stringify([{ query: '{ __typename }' }, { query: '{ __typename }' }]),
      JSON.stringify({ query: '{ nobody }' }),
      JSON.stringify({ query: '{ viewer {' }),
      JSON.stringify({ query: '{ profiles(first: 0) { edges { cursor } } }' }),
      JSON.stringify({ query: 'query ($id: ID!) { profile(id: $id) { id } }', variables: { id: {} } }),
      JSON.stringify({ query: 'mutation { verify }', operationName: 'Nobody' }),
    ];
    for (const body of bodies) {
      const { raw } = await post({ body, url: other.url });
      expect(JSON.parse(raw).errors[0].extensions.code).toEqual(expect.any(String));
      expect(raw).not.toMatch(/stacktrace|"stack"|node_modules|\bat .*\.[jt]s:\d|exception/);
    }
    expect((await post({ body: bodies[2] ?? '', url: other.url })).status).toBe(400);
    const { errors } = JSON.parse((await post({ body: bodies[2] ?? '', url: other.url })).raw);
    expect(errors).toHaveLength(1);
  });
});
