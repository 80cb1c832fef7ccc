import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveToys, type ToyServer } from './toy-server.js';

let server: ToyServer;
beforeAll(async () => {
  server = await serveToys();
});
afterAll(() => server.close());

const idOf = async (given?: string) => {
  const response = await fetch(`${server.url}/health/live`, { headers: given ? { 'x-request-id': given } : {} });
  return response.headers.get('x-request-id');
};

/** A UUID, a ULID, and 32 hexadecimal digits. */
const WELL_FORMED = [
  '0199aa00-0000-4000-8000-000000000005',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  '4bf92f3577b34da6a3ce929d0e0e4736',
];

describe('a request id', () => {
  test('that is well-formed comes back', async () => {
    for (const id of WELL_FORMED) expect(await idOf(id)).toBe(id);
  });

  test.each([
    ['none', undefined],
    ['one with a space', 'a b'],
    ['a phone number', '+8613912345678'],
    ['a number of an identity card', '110101198711291234'],
    ['an open id', 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M'],
    ['a birthday', '1987-11-29'],
    ['33 digits', '0'.repeat(33)],
    ['one with markup', '<b>'],
  ])('is made for %s', async (_name, given) => {
    expect(await idOf(given)).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('an answer outside GraphQL', () => {
  test.each([
    ['/nowhere', 404, 'NOT_FOUND'],
    ['/metrics', 404, 'NOT_FOUND'],
    ['/fails/known', 400, 'BAD_USER_INPUT'],
    ['/fails/network', 503, 'SERVICE_UNAVAILABLE'],
    ['/fails/unforeseen', 500, 'INTERNAL_SERVER_ERROR'],
  ])('to %s is %d %s with the request id', async (path, status, code) => {
    const response = await fetch(`${server.url}${path}`, {
      headers: { 'x-request-id': '0199aa00-0000-4000-8000-000000000004' },
    });
    expect(response.status).toBe(status);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ error: { code, requestId: '0199aa00-0000-4000-8000-000000000004' } });
    expect(text).not.toContain('13900001111');
  });

  test('lets nothing load and no page frame it', async () => {
    const { headers } = await fetch(`${server.url}/health/live`);
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none';base-uri 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('readiness', () => {
  const ready = () => fetch(`${server.url}/health/ready`);

  test('follows the database', async () => {
    expect((await ready()).status).toBe(200);
    server.pings = () => Promise.reject(new Error('away'));
    expect((await ready()).status).toBe(503);
    server.pings = () => new Promise(() => {});
    expect((await ready()).status).toBe(503);
    server.pings = async () => {};
    expect((await ready()).status).toBe(200);
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  });
});

test('closing answers what is under way, then ends at once', async () => {
  const own = await serveToys();
  const agent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json', authorization: 'Bearer good' };
  const underWay = new Promise<number | undefined>((resolve, reject) => {
    const sent = request(`${own.url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('error', reject).end(JSON.stringify({ query: '{ slow(ms: 300) }' }));
  });
  await new Promise<void>((resolve) => own.http.server.once('request', () => resolve()));
  const started = performance.now();
  await own.close();
  expect(performance.now() - started).toBeLessThan(2_000);
  expect(performance.now() - started).toBeGreaterThan(200);
  expect(await underWay).toBe(200);
  agent.destroy();
});
