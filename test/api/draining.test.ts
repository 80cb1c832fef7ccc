import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { HeldRequest } from '../support/held-request.js';
import { MetricSamples } from '../support/metric-samples.js';
import { OwnServer } from '../support/own-server.js';
import { SocketClient } from '../support/socket-client.js';

const DELAY_MS = 3_000;
const BODY = JSON.stringify({ query: '{ __typename }' });
const JSON_BODY = { 'content-type': 'application/json' };

let server: OwnServer;
afterEach(() => server.dispose(), 30_000);

async function started(environment: NodeJS.ProcessEnv = {}): Promise<void> {
  server = new OwnServer('warn', { environment });
  await server.start();
}

const hold = () => HeldRequest.begin(server.url, '/graphql', JSON_BODY, BODY);
const get = (path: string) => fetch(new URL(path, server.url), { headers: { connection: 'close' } });
const statusOf = async (path: string) => (await get(path)).status;
const isRefused = () =>
  get('/health/live').then(
    () => false,
    () => true,
  );

describe('a server that is told to stop', () => {
  test('answers what is under way, takes no new connection, and ends with code 0', async () => {
    await started();
    const underWay = await hold();
    server.terminate();
    await eventually(isRefused, Boolean);
    underWay.finish();
    const answer = await underWay.answer();
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toContain('{"data":{"__typename":"Query"}}');
    expect(await server.ended()).toBe(0);
    expect(server.printed).not.toContain('cut off');
  }, 180_000);

  test('closes its sockets with the code for a restart', async () => {
    await started();
    await server.createTenant('draining');
    const socket = new SocketClient(server.url, server.client('draining').token);
    expect(await socket.ask('{ viewer { tenantId } }')).toEqual({ viewer: { tenantId: 'draining' } });
    const followed = socket.follow('subscription { eventIngested { cursor } }');
    await eventually(
      async () => (await MetricSamples.of(server.url)).value('tributary_subscriptions_open'),
      (open) => open === 1,
    );
    server.terminate();
    expect(await socket.closed).toMatchObject({ code: 1012 });
    await followed.ended();
    expect(await server.ended()).toBe(0);
  }, 180_000);

  test('is red at once, and goes on taking requests until the delay is over', async () => {
    await started({ DRAIN_DELAY: `PT${DELAY_MS / 1_000}S` });
    const told = Date.now();
    server.terminate();
    await eventually(
      () => statusOf('/health/ready'),
      (status) => status === 503,
      DELAY_MS,
    );
    expect(Date.now() - told).toBeLessThan(DELAY_MS / 2);
    expect(await (await get('/health/ready')).json()).toEqual({ status: 'draining' });
    expect(await statusOf('/health/live')).toBe(200);
    const asked = await fetch(new URL('/graphql', server.url), { method: 'POST', headers: JSON_BODY, body: BODY });
    expect(asked.status).toBe(200);
    await eventually(isRefused, Boolean);
    expect(Date.now() - told).toBeGreaterThanOrEqual(DELAY_MS);
    expect(await server.ended()).toBe(0);
  }, 180_000);

  test('cuts off after 25 s what does not end, says so, and still ends with code 0', async () => {
    await started();
    const underWay = await hold();
    const told = Date.now();
    server.terminate();
    expect(await underWay.answer()).toBe('');
    expect(Date.now() - told).toBeGreaterThanOrEqual(25_000);
    expect(await server.ended()).toBe(0);
    expect(Date.now() - told).toBeLessThan(30_000);
    expect(server.printed).toMatch(/"connections":1,"msg":"draining took 25 s: cut off what was under way"/);
  }, 180_000);
});
