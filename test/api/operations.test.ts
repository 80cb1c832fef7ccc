import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  IngestDocument,
  ProfileAccountsDocument,
  QuarantinedItemsDocument,
  ReplayQuarantinedDocument,
  UnmergeProfileDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { MetricSamples } from '../support/metric-samples.js';
import { OwnServer } from '../support/own-server.js';
import { profileIdOf } from '../support/profile-reader.js';
import { byDevice, byEmail, byOpenId, byPhone, byUser, daysAgo, eventOf } from '../support/sample-events.js';
import { SocketClient } from '../support/socket-client.js';

const PHONE = '13812345678';
const PERSONAL = [PHONE, 'li.wei', '李伟', 'tenant-of-operations'];

const server = new OwnServer('debug');
let client: ApiClient;
beforeAll(async () => {
  await server.start();
  await server.createTenant('tenant-of-operations');
  client = server.client('tenant-of-operations');
}, 180_000);
afterAll(() => server.dispose(), 30_000);

const samples = () => MetricSamples.of(server.url);
const get = (path: string, init: RequestInit = {}) => fetch(new URL(path, server.url), init);

/** The log lines that were written under a request id, once so many are there. */
async function linesOf(requestId: string, count: number): Promise<Record<string, unknown>[]> {
  const written = async () => logLines().filter((line) => line.requestId === requestId);
  return eventually(written, (lines) => lines.length >= count);
}

function logLines(): Record<string, unknown>[] {
  return server.printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

describe('/metrics', () => {
  const operations = async (labels: Record<string, string>) =>
    (await samples()).value('tributary_graphql_operations_total', labels);

  test('counts operations by the field they ask for and the code they came to', async () => {
    const query = `query Of${PHONE} { _${PHONE}: viewer { subject } }`;
    await client.send(JSON.stringify({ query, operationName: `Of${PHONE}` }));
    await client.ask('{ profile(id: "prf_none") { id } }');
    await client.ask('{ __schema { queryType { name } } }');
    await client.ask(
      'query { __typename ...A } fragment A on Query { viewer { subject } ...B } fragment B on Query { viewer { tenantId } }',
    );
    await client.ask('{ viewer { subject } tenantSettings { currency } }');
    await client.ask('{ nobody }');
    await client.ask('mutation { updateTrait }');
    await client.ask('{ ');
    await get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ viewer { subject } }"}',
    });
    expect(await operations({ type: 'query', field: 'viewer', code: 'OK' })).toBe(2);
    expect(await operations({ type: 'query', field: 'introspection', code: 'OK' })).toBe(1);
    expect(await operations({ type: 'query', field: 'several', code: 'OK' })).toBe(1);
    expect(await operations({ type: 'none', code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(2);
    expect(await operations({ type: 'none', code: 'GRAPHQL_PARSE_FAILED' })).toBe(1);
    expect(await operations({ type: 'none', code: 'UNAUTHENTICATED' })).toBe(1);
    const timed = (await samples()).value('tributary_graphql_operation_seconds_count', { field: 'viewer' });
    expect(timed).toBe(2);
  });

  test('reads a fragment once that others spread again and again', async () => {
    const chain = Array.from({ length: 4 }, (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`);
    await client.ask(`{ ...F0 } ${chain.join(' ')} fragment F4 on Query { apiTokens { id } }`);
    expect(await operations({ field: 'apiTokens' })).toBe(1);
  });

  test('counts what became of items, by door and channel', async () => {
    const known = eventOf({ identifiers: [byUser('ops-1')] });
    const junk = eventOf({ identifiers: [byUser('guest')], channel: 'APP' });
    await client.data(IngestDocument, { events: [known, known, junk] });
    await client.data(IngestDocument, { events: [eventOf({ identifiers: [byPhone(PHONE)], channel: 'CRM' }), known] });
    const { secret } = (
      await client.data<{ createApiToken: { secret: string } }, object>(
        'mutation { createApiToken(input: { name: "sdk", scopes: ["events:write"], channel: APP }) { secret } }',
      )
    ).createApiToken;
    const batch = [
      { type: 'track', event: 'E', userId: 'ops-2', messageId: 'ops-2' },
      { type: PHONE, channel: '李伟' },
    ];
    const authorization = `Bearer ${secret}`;
    await get('/v1/batch', { method: 'POST', headers: { authorization }, body: JSON.stringify({ batch }) });
    const { quarantinedItems } = await client.data(QuarantinedItemsDocument, { code: 'NO_IDENTIFIER' });
    await client.data(ReplayQuarantinedDocument, { ids: quarantinedItems.edges.map(({ node }) => node.id) });

    const found = await samples();
    const items = (labels: Record<string, string>) => found.value('tributary_ingestion_items_total', labels);
    expect(items({ door: 'GRAPHQL', channel: 'WEB', outcome: 'ACCEPTED' })).toBe(1);
    expect(items({ door: 'GRAPHQL', channel: 'WEB', outcome: 'DUPLICATE' })).toBe(2);
    expect(items({ door: 'GRAPHQL', channel: 'CRM', outcome: 'ACCEPTED' })).toBe(1);
    expect(items({ door: 'GRAPHQL', channel: 'APP', outcome: 'REFUSED' })).toBe(1);
    expect(items({ door: 'SEGMENT', channel: 'APP', outcome: 'ACCEPTED' })).toBe(1);
    expect(items({ door: 'REPLAY', channel: 'APP', outcome: 'REFUSED' })).toBe(1);
    expect(found.value('tributary_ingestion_refused_total', { door: 'GRAPHQL', code: 'NO_IDENTIFIER' })).toBe(1);
    expect(found.value('tributary_ingestion_batch_seconds_count', { door: 'GRAPHQL' })).toBe(2);
    expect(found.valuesOf('channel')).toEqual(['APP', 'CRM', 'UNKNOWN', 'WEB']);
  });

  test('counts requests by route, and nothing that a client chose is in a label', async () => {
    await get(`/customers/${PHONE}?name=li.wei`);
    await get('/v1/%E6%9D%8E%E4%BC%9F', { method: 'PROPFIND' });
    const found = await samples();
    expect(found.value('tributary_http_requests_total', { route: 'unmatched', method: 'GET', status: '404' })).toBe(1);
    expect(found.value('tributary_http_requests_total', { route: 'unmatched', method: 'OTHER' })).toBe(1);
    expect(found.valuesOf('route')).toEqual(['/graphql', '/metrics', '/v1/batch', 'unmatched']);
    for (const value of PERSONAL) expect(found.text).not.toContain(value);
    expect(found.text).not.toContain('%E6');
  });

  test('counts sockets, subscriptions and deliveries, and how far stream and reactions are behind', async () => {
    const socket = new SocketClient(server.url, client.token);
    const followed = socket.follow('subscription { eventIngested { cursor } }');
    const tell = async () => {
      await client.data(IngestDocument, { events: [eventOf({ identifiers: [byUser('ops-live')] })] });
      return followed.messages.length;
    };
    await eventually(tell, (messages) => messages > 0);
    const found = await eventually(samples, (tells) => tells.value('tributary_deliveries_total') > 0);
    expect(found.value('tributary_sockets_open')).toBe(1);
    expect(found.value('tributary_subscriptions_open')).toBe(1);
    expect(found.value('tributary_deliveries_total')).toBeGreaterThan(0);
    expect(found.value('tributary_stream_lag_seconds')).toBeGreaterThan(0);
    expect(found.value('tributary_graphql_operations_total', { type: 'subscription', code: 'OK' })).toBe(1);
    const behind = async () => (await samples()).value('tributary_reaction_lag_seconds');
    expect(await eventually(behind, (seconds) => seconds > 0)).toBeLessThan(30);
    socket.close();
    await eventually(
      async () => (await samples()).text,
      (text) => /^tributary_sockets_open 0$/m.test(text) && /^tributary_subscriptions_open 0$/m.test(text),
    );
  });

  test('counts merges, splits and refusals, and measures profiles as they are written', async () => {
    const tell = (...events: Parameters<typeof eventOf>[0][]) =>
      client.data(IngestDocument, { events: events.map(eventOf) });
    const before = await samples();
    const left = byUser('ops-left');
    await tell(
      { identifiers: [left], traits: { name: '王伟', birthday: '1985-03-12' } },
      { identifiers: [byDevice('ops-device')], channel: 'IOT' },
    );
    await tell({ identifiers: [byPhone('13812340001')], channel: 'CRM', traits: { name: '李娜' } });
    await tell({ identifiers: [left, byPhone('13812340001')] });
    const id = present(await profileIdOf(client, left));
    const { profile } = await client.data(ProfileAccountsDocument, { id });
    const accountIds = (profile?.channelAccounts ?? []).filter(({ channel }) => channel === 'CRM').map((one) => one.id);
    await client.data(UnmergeProfileDocument, { profileId: id, accountIds, reason: 'They are two.' });
    await tell({ identifiers: [byUser('ops-other'), byEmail('ops@example.org')] });
    await tell({ identifiers: [left, byEmail('ops@example.org')] });
    await tell({ identifiers: [left, byEmail('ops@example.org')], occurredAt: daysAgo(2) });

    const after = await samples();
    const grown = (name: string, labels: Record<string, string> = {}) =>
      after.value(`tributary_${name}`, labels) - before.value(`tributary_${name}`, labels);
    expect(grown('identity_merges_total')).toBe(1);
    expect(grown('identity_splits_total')).toBe(1);
    expect(grown('identity_refusals_total', { reason: 'PARTED' })).toBe(1);
    expect(grown('identity_refusals_total', { reason: 'LIMIT_USER_ID' })).toBe(1);
    expect(after.valuesOf('reason')).toEqual(['LIMIT_USER_ID', 'PARTED']);
    expect(grown('profiles_written_total', { identified: 'no' })).toBe(1);
    const written = grown('profiles_written_total', { identified: 'yes' }) + 1;
    expect(written).toBeGreaterThanOrEqual(8);
    expect(grown('profile_accounts_count')).toBe(written);
    expect(grown('profile_accounts_sum') - written).toBe(1); // one profile had two accounts, once
    expect([grown('profile_names_count'), grown('profile_names_sum')]).toEqual([1, 2]);
    expect([grown('profile_birthdays_count'), grown('profile_birthdays_sum')]).toEqual([1, 1]);
    for (const value of ['王伟', '13812340001', 'ops-left']) expect(after.text).not.toContain(value);
  });

  test('counts a link that is refused once, however often it comes to that', async () => {
    await server.createTenant('tenant-of-sharing');
    const own = server.client('tenant-of-sharing');
    await own.data(UpdateTenantSettingsDocument, { settings: { sharedByMost: 1 }, expectedVersion: 1 });
    const refused = async () =>
      (await samples()).value('tributary_identity_refusals_total', { reason: 'SHARED_BY_TOO_MANY' });
    const seen = (day: number) =>
      ['王伟', '李娜', '张敏'].map((name, n) =>
        eventOf({
          channel: 'STORE',
          identifiers: [byOpenId(`till-${n}`, 'till'), byPhone('13812340002')],
          traits: { name },
          occurredAt: daysAgo(day),
        }),
      );
    await own.data(IngestDocument, { events: seen(9) });
    expect(await refused()).toBe(2);
    await own.data(IngestDocument, { events: seen(3) });
    expect(await refused()).toBe(2);
  });

  test('tells of the process, and of streams and reactions', async () => {
    const { text } = await samples();
    for (const name of [
      'nodejs_eventloop_lag_seconds',
      'process_resident_memory_bytes',
      'tributary_stream_lag_seconds',
    ])
      expect(text).toMatch(new RegExp(`^${name} `, 'm'));
    for (const name of ['subscriptions_open', 'slow_readers_closed_total'])
      expect(text).toMatch(new RegExp(`^tributary_${name} 0$`, 'm'));
    expect((await get('/metrics')).headers.get('content-type')).toContain('version=0.0.4');
  });
});

describe('a log line', () => {
  test('of a request says its id, the route and how it ended; nothing else of it', async () => {
    await get(`/customers/${PHONE}?name=li.wei`, {
      headers: { 'x-request-id': '0199aa00-0000-4000-8000-000000000003' },
    });
    const [line] = await linesOf('0199aa00-0000-4000-8000-000000000003', 1);
    expect(line).toEqual({
      level: 20,
      time: expect.any(String),
      requestId: '0199aa00-0000-4000-8000-000000000003',
      method: 'GET',
      route: 'unmatched',
      status: 404,
      tookMs: expect.any(Number),
      msg: 'request answered',
    });
  });

  const refused: [string, string, RequestInit, string][] = [
    [
      'GraphQL',
      '/graphql',
      { headers: { 'content-type': 'application/json' }, body: '{"query":"{viewer{subject}}"}' },
      'UNAUTHENTICATED',
    ],
    ['a Segment call', '/v1/track', { headers: { authorization: 'Basic x' }, body: '{}' }, 'UNAUTHENTICATED'],
  ];
  test.each(refused)('of %s that was refused has the id and the code', async (_name, path, init, code) => {
    const requestId = randomUUID();
    const headers = { ...(init.headers as Record<string, string>), 'x-request-id': requestId };
    await get(path, { ...init, method: 'POST', headers });
    const lines = await linesOf(requestId, 2);
    expect(lines).toContainEqual(expect.objectContaining({ requestId, code, msg: 'request refused' }));
  });

  test('always names its request, and holds no personal data', async () => {
    await client.ask(`query Of${PHONE} { profile(id: "${PHONE}") { id } }`);
    const lines = logLines();
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.filter(({ requestId, component }) => !requestId && !component)).toEqual([]);
    for (const value of PERSONAL.slice(0, 3)) expect(server.printed).not.toContain(value);
  });
});

describe('readiness', () => {
  const ready = async () => {
    const response = await get('/health/ready');
    return { status: response.status, body: await response.json() };
  };

  test('goes red while the database does not answer, and green by itself once it runs again', async () => {
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready' } });
    server.freezeDatabase();
    expect(await eventually(ready, ({ status }) => status !== 200)).toEqual({
      status: 503,
      body: { status: 'unavailable', waitingFor: ['database'] },
    });
    expect((await get('/health/live')).status).toBe(200);
    server.killDatabase();
    await eventually(ready, ({ status }) => status === 200, 60_000);
    expect(await client.data('{ viewer { subject } }')).toEqual({ viewer: { subject: 'tester' } });
  }, 180_000);
});
