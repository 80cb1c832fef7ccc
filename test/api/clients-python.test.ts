import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { IngestDocument, ListProfilesDocument, ViewerDocument } from '../../schema/generated/operations.js';
import { clientOf } from '../support/api-client.js';
import { EventSender } from '../support/event-sender.js';
import { FlakyProxy, type Trouble } from '../support/flaky-proxy.js';
import { pythonClients } from '../support/python-clients.js';
import { byUser, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const python = await pythonClients();
const inPython = python ? describe : describe.skip;

function run<T>(script: string, order: object): Promise<T> {
  if (!python) throw new Error('Python has no clients here.');
  return python.run<T>(script, order);
}

interface Failure {
  readonly status: number | null;
  readonly code: unknown;
  readonly items: number;
}

inPython.each(['segment', 'rudderstack'])('the SDK of %s for Python', (sdk) => {
  let sender: EventSender;
  let proxy: FlakyProxy;
  beforeAll(async () => {
    sender = await EventSender.create(`python-${sdk}`);
    proxy = await FlakyProxy.before(testServer().url);
  });
  afterAll(() => proxy?.close());

  const eventsOf = (person: string) =>
    Array.from({ length: 5 }, (_, n) => ({ messageId: `${person}-${n}`, userId: person, event: 'Product Viewed' }));

  async function send(events: readonly object[], key = sender.key): Promise<Failure[]> {
    const order = { sdk, host: proxy.url, key, gzip: true, events };
    return (await run<{ failures: Failure[] }>('events.py', order)).failures;
  }

  test('delivers packed batches', async () => {
    const events = eventsOf('plain');
    proxy.expect();
    expect(await send(events)).toEqual([]);
    expect(proxy.headers.every((headers) => headers['content-encoding'] === 'gzip')).toBe(true);
    expect(await sender.stored(events.map(({ messageId }) => messageId))).toHaveLength(5);
  });

  const troubles: [string, Trouble][] = [
    ['429 with Retry-After', { status: 429, retryAfter: 1 }],
    ['503', { status: 503 }],
    ['a lost answer', 'lost answer'],
  ];
  test.each(troubles)('after %s sends again: nothing is lost or doubled', async (name, trouble) => {
    const person = name.replaceAll(' ', '-');
    const events = eventsOf(person);
    proxy.expect(trouble);
    expect(await send(events)).toEqual([]);
    expect(proxy.answered[0]).toBe(typeof trouble === 'string' ? 0 : trouble.status);
    expect(await sender.stored(events.map(({ messageId }) => messageId))).toHaveLength(5);
    expect(await sender.eventsOf(person)).toBe(5);
  });

  test('has the good events of a batch taken, and the bad ones listed', async () => {
    const [good, bad] = eventsOf('partly');
    proxy.expect();
    expect(await send([good ?? {}, { ...bad, timestamp: '2099-01-01T00:00:00+00:00' }])).toEqual([]);
    expect(await sender.stored(['partly-0', 'partly-1'])).toEqual(['partly-0']);
    expect(await sender.quarantined()).toEqual([['OCCURRED_IN_FUTURE', 'partly-1']]);
  });

  test('is told of a key that does not hold, by its code, and does not insist', async () => {
    proxy.expect();
    const failures = await send(eventsOf('stranger').slice(0, 1), `trb_${'x'.repeat(43)}`);
    expect(failures).toEqual([{ status: 401, code: 'UNAUTHENTICATED', items: 1 }]);
    expect(proxy.answered).toEqual([401]);
  });
});

inPython('gql for Python over HTTP', () => {
  const PEOPLE = 5;
  let tenant: string;
  beforeAll(async () => {
    tenant = await createTenant('python-gql');
    const people = Array.from({ length: PEOPLE }, (_, n) =>
      identify({ identifiers: [byUser(`gql-${n}`)], channel: 'CRM' }),
    );
    await sendAll(clientOf(tenant), people);
  });

  const ask = (operations: readonly object[], token = tokenFor(tenant), more: object = {}) =>
    run<Record<string, unknown>[]>('graphql_http.py', {
      url: `${testServer().url}/graphql`,
      token,
      operations,
      ...more,
    });

  test('reads the schema, runs queries and mutations, and walks pages to their end', async () => {
    const event = eventOf({ identifiers: [byUser('gql-0')] });
    const answers = await ask(
      [
        { document: print(ViewerDocument) },
        { document: print(IngestDocument), variables: { events: [event] } },
        { document: print(ListProfilesDocument), variables: { first: 2 }, walk: 'profiles' },
      ],
      tokenFor(tenant),
      { fetchSchema: true },
    );
    expect(answers[0]).toMatchObject({ data: { viewer: { subject: 'tester', tenantId: tenant } } });
    expect(answers[1]).toMatchObject({ data: { ingest: { accepted: 1, duplicates: 0, rejected: [] } } });
    expect(new Set(answers[2]?.ids as string[]).size).toBe(PEOPLE);
    expect(answers[2]?.ids).toHaveLength(PEOPLE);
  });

  test('is told the codes of errors', async () => {
    const list = { document: print(ListProfilesDocument), variables: { first: 1_000 } };
    const ingest = { document: print(IngestDocument), variables: { events: [] } };
    expect(await ask([list, ingest], tokenFor(tenant, ['VIEWER']))).toEqual([
      { codes: ['BAD_USER_INPUT'] },
      { codes: ['FORBIDDEN'] },
    ]);
    expect(await ask([{ document: print(ViewerDocument) }], 'x')).toEqual([{ codes: ['UNAUTHENTICATED'] }]);
  });
});
