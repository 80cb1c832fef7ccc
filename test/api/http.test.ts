import { beforeAll, describe, expect, test } from '@jest/globals';
import { createTenant, type GraphqlFault, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

let token: string;
beforeAll(async () => {
  token = tokenFor(await createTenant('http'));
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly raw: string;
  readonly data: unknown;
  readonly errors: readonly GraphqlFault[];
}

async function send(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(new URL(path, testServer().url), init);
  const raw = await response.text();
  const { data, errors = [] } = JSON.parse(raw) as { data?: unknown; errors?: GraphqlFault[] };
  return { status: response.status, headers: response.headers, raw, data, errors };
}

function post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get(search: Record<string, string>): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'apollo-require-preflight': 'true' };
  return send(`/graphql?${new URLSearchParams(search)}`, { headers });
}

const codeOf = ({ errors }: Answer) => errors[0]?.extensions.code;

describe('GraphQL over HTTP', () => {
  test('answers a query by POST and by GET', async () => {
    const query = '{ viewer { subject } }';
    const expected = { viewer: { subject: 'tester' } };
    expect((await post({ query })).data).toEqual(expected);
    expect((await get({ query })).data).toEqual(expected);
  });

  test('echoes a request id, also in errors, and forbids storing what it answers', async () => {
    const { headers, errors } = await post({ query: '{' }, { 'x-request-id': '0199aa00-0000-4000-8000-000000000001' });
    expect(headers.get('x-request-id')).toBe('0199aa00-0000-4000-8000-000000000001');
    expect(errors[0]?.extensions.requestId).toBe('0199aa00-0000-4000-8000-000000000001');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  const refusals: [string, () => Promise<Answer>, number, string][] = [
    ['a mutation by GET', () => get({ query: 'mutation { ingest(events: []) { accepted } }' }), 405, 'BAD_REQUEST'],
    ['what a foreign page may send', () => post('{}', { 'content-type': 'text/plain' }), 400, 'BAD_REQUEST'],
    ['a batch', () => post([{ query: '{ __typename }' }]), 400, 'BAD_REQUEST'],
    ['broken JSON', () => post('{"query"'), 400, 'BAD_REQUEST'],
    ['a syntax error', () => post({ query: '{ viewer {' }), 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', () => post({ query: '{ nobody }' }), 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['10,000 tokens and more', () => post({ query: `{${' __typename'.repeat(10_000)}}` }), 400, 'QUERY_TOO_COMPLEX'],
    [
      'a token that does not hold',
      () => post({ query: '{ __typename }' }, { authorization: 'Bearer x' }),
      401,
      'UNAUTHENTICATED',
    ],
  ];
  test.each(refusals)('refuses %s', async (_name, ask, status, code) => {
    const answer = await ask();
    expect([answer.status, codeOf(answer), answer.data]).toEqual([status, code, undefined]);
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
    expect(answer.raw).not.toMatch(/stacktrace|node_modules|\.[jt]s:\d/);
  });

  test('tells a wrong variable by its path and never quotes its value', async () => {
    const query = 'mutation ($events: [EventInput!]!) { ingest(events: $events) { accepted } }';
    const event = {
      messageId: 'm',
      channel: '13900001111',
      identifiers: [{ type: 'PHONE', value: 13900001111 }],
      occurredAt: '13900001111',
    };
    const answer = await post({ query, variables: { events: [event] } });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(answer.errors.map(({ message }) => message.split(':')[0])).toEqual([
      '$events[0].channel',
      '$events[0].identifiers[0].value',
      '$events[0].occurredAt',
    ]);
    expect(answer.raw).not.toContain('13900001111');
  });

  test('answers __typename alone without a token', async () => {
    const anonymous = (query: string) =>
      send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    expect((await anonymous('{ __typename }')).data).toEqual({ __typename: 'Query' });
    expect(await anonymous('{ viewer { subject } }')).toMatchObject({ status: 401 });
    expect(await anonymous('{ __schema { queryType { name } } }')).toMatchObject({ status: 401 });
  });
});

test('the probes answer', async () => {
  expect((await fetch(new URL('/health/live', testServer().url))).status).toBe(200);
  expect((await fetch(new URL('/health/ready', testServer().url))).status).toBe(200);
});
