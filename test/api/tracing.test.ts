import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IngestDocument } from '../../schema/generated/operations.js';
import type { ApiClient } from '../support/api-client.js';
import { HeldRequest } from '../support/held-request.js';
import { OwnServer } from '../support/own-server.js';
import { byPhone, eventOf } from '../support/sample-events.js';
import { attributeOf, type ReceivedSpan, SpanReceiver } from '../support/span-receiver.js';

const PHONE = '13812345678';
const NODE_OPTIONS = `--import=${resolve('test/support/loaded-packages.mjs')}`;
const SDK = ['exporter-trace-otlp-http', 'sdk-trace-node'];

/** All that spans say beside their names. */
const ATTRIBUTES = [
  'db.collection.name',
  'db.operation.name',
  'db.system.name',
  'graphql.operation.type',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'tributary.code',
  'tributary.field',
  'tributary.tenant',
];

const receiver = new SpanReceiver();
let server: OwnServer;
let client: ApiClient;
beforeAll(async () => {
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await receiver.listen(),
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=collector-secret',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
  server = new OwnServer('debug', { environment });
  await server.start();
  await server.createTenant('tracing');
  client = server.client('tracing');
}, 180_000);
afterAll(async () => {
  await server.dispose();
  receiver.close();
}, 120_000);

let traces = 0;
/** A caller within a trace of its own. */
function traced(): { traceId: string; parentId: string; caller: ApiClient } {
  traces += 1;
  const traceId = traces.toString(16).padStart(32, '0');
  const parentId = 'abcdef0123456789';
  const headers = { traceparent: `00-${traceId}-${parentId}-01`, tracestate: `v=${PHONE}`, baggage: `phone=${PHONE}` };
  return { traceId, parentId, caller: client.withHeaders(headers) };
}

/** The names of a span and of those above it. */
function pathOf(span: ReceivedSpan, spans: readonly ReceivedSpan[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [...pathOf(parent, spans), span.name] : [span.name];
}

describe('a trace', () => {
  test('goes on from the caller, through the operation, to the commands of the database', async () => {
    const { traceId, parentId, caller } = traced();
    await caller.ask(`query Of${PHONE} { profiles(filter: { search: "${PHONE}" }) { edges { node { id } } } }`);
    const spans = await receiver.trace(traceId, 'POST /graphql');
    const root = spans.find(({ name }) => name === 'POST /graphql');
    expect(root).toMatchObject({ parentSpanId: parentId, kind: 2 });
    expect(root && attributeOf(root, 'http.response.status_code')).toBe(200);
    const operation = spans.find(({ name }) => name === 'query profiles');
    expect(operation && pathOf(operation, spans)).toEqual(['POST /graphql', 'query profiles']);
    expect(operation && attributeOf(operation, 'tributary.tenant')).toBe('tracing');
    const reading = spans.find(({ name }) => name === 'find profiles' || name === 'aggregate profiles');
    expect(reading && pathOf(reading, spans).slice(0, 2)).toEqual(['POST /graphql', 'query profiles']);
    expect(reading && attributeOf(reading, 'db.collection.name')).toBe('profiles');
  });

  test('is not lost where a body comes in parts', async () => {
    const { traceId, parentId } = traced();
    const headers = {
      'content-type': 'application/json',
      connection: 'close',
      traceparent: `00-${traceId}-${parentId}-01`,
      authorization: `Bearer ${client.token}`,
    };
    const held = await HeldRequest.begin(server.url, '/graphql', headers, '{"query":"{ viewer { subject } }"}');
    held.finish();
    expect(await held.answer()).toMatch(/^HTTP\/1.1 200 /);
    const spans = await receiver.trace(traceId, 'POST /graphql');
    expect(spans.map(({ name }) => name)).toContain('query viewer');
  });

  test('shows the steps of a batch, each with its commands', async () => {
    const { traceId, caller } = traced();
    const event = eventOf({ messageId: `m-${PHONE}`, identifiers: [byPhone(PHONE)], traits: { name: '李伟' } });
    await caller.data(IngestDocument, { events: [event] });
    const spans = await receiver.trace(traceId, 'POST /graphql');
    const paths = spans.map((span) => pathOf(span, spans).slice(1).join(' > '));
    const batch = 'mutation ingest > ingestion.ingest';
    expect(paths).toEqual(
      expect.arrayContaining([
        `${batch} > accounts.find`,
        `${batch} > identities.claim`,
        `${batch} > accounts.observe`,
        `${batch} > stitching.stitch > insert changes`,
        `${batch} > events.insert > insert events`,
      ]),
    );
  });

  test('names what failed by its kind and code alone', async () => {
    const { traceId, caller } = traced();
    await caller.ask(`{ profile(id: "${PHONE}") { id nobody } }`);
    const spans = await receiver.trace(traceId, 'POST /graphql');
    const operation = spans.find(({ name }) => name === 'graphql');
    expect(operation && attributeOf(operation, 'tributary.code')).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('is named by the log lines of its requests', async () => {
    const { traceId, caller } = traced();
    await caller
      .withHeaders({ 'x-request-id': '0199aa00-0000-4000-8000-000000000002' })
      .ask('{ profiles(first: 1000) { edges { node { id } } } }');
    await receiver.trace(traceId, 'POST /graphql');
    const lines = server.printed.split('\n').filter((line) => line.includes('"0199aa00-0000-4000-8000-000000000002"'));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(JSON.parse(line).traceId).toBe(traceId);
  });

  test('holds no personal data, no text of a client, and no secret', async () => {
    const keys = receiver.spans.flatMap(({ attributes }) => attributes.map(({ key }) => key));
    expect([...new Set(keys)].sort()).toEqual(ATTRIBUTES);
    const all = JSON.stringify(receiver.spans);
    expect(receiver.spans.length).toBeGreaterThan(20);
    for (const value of [PHONE, '李伟', 'tracestate', 'baggage', 'Bearer', 'collector-secret'])
      expect(all).not.toContain(value);
  });

  test('is made of no probe', async () => {
    await fetch(new URL('/health/ready', server.url));
    await fetch(new URL('/metrics', server.url));
    const { traceId, caller } = traced();
    await caller.ask('{ viewer { subject } }');
    await receiver.trace(traceId, 'POST /graphql');
    expect(receiver.spans.filter(({ name }) => /health|metrics|ping/.test(name))).toEqual([]);
  });

  test('reaches the collector with its key', () => {
    expect([...receiver.paths]).toEqual(['/v1/traces']);
    expect(receiver.headers.every((headers) => headers['api-key'] === 'collector-secret')).toBe(true);
  });
});

test('spans that wait are sent when the server stops', async () => {
  const collector = new SpanReceiver();
  const own = new OwnServer('error', {
    environment: {
      NODE_OPTIONS,
      OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(),
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    },
  });
  try {
    await own.start();
    await fetch(new URL('/nowhere', own.url));
    expect(await own.stop()).toBe(0);
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET unmatched']);
    expect(own.printed).toMatch(new RegExp(`LOADED .*"${SDK[0]}".*"${SDK[1]}"`));
  } finally {
    await own.dispose();
    collector.close();
  }
}, 180_000);

test('without a collector nothing of the SDK is loaded', async () => {
  const own = new OwnServer('error', { environment: { NODE_OPTIONS } });
  try {
    await own.start();
    expect((await fetch(new URL('/health/ready', own.url))).status).toBe(200);
    expect(await own.stop()).toBe(0);
    expect(own.printed).toContain('LOADED ["api"]');
  } finally {
    await own.dispose();
  }
}, 180_000);
