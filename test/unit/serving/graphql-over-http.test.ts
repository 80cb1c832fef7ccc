import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveToys, type ToyServer } from './toy-server.js';

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

// Stock Apollo Server shows stacks unless this says production or test.
process.env.NODE_ENV = 'development';

let server: ToyServer;
beforeAll(async () => {
  server = await serveToys();
});
afterAll(() => server.close());

const JSON_HEADERS = {
  'content-type': 'application/json',
  authorization: 'Bearer good',
  'x-request-id': '0199aa00-0000-4000-8000-000000000005',
};

async function post(body: unknown, headers: Record<string, string> = JSON_HEADERS) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: text });
  const raw = await response.text();
  return { status: response.status, headers: response.headers, raw, answer: JSON.parse(raw) as Answer };
}

async function get(search: Record<string, string>, headers: Record<string, string> = JSON_HEADERS) {
  const response = await fetch(`${server.url}/graphql?${new URLSearchParams(search)}`, { headers });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const codesOf = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

test('a query is answered, by POST and by GET', async () => {
  const query = 'query Toy($id: ID!) { toy(id: $id) { id } }';
  const expected = { data: { toy: { id: 'a' } } };
  expect((await post({ query, variables: { id: 'a' } })).answer).toMatchObject(expected);
  expect((await get({ query, variables: '{"id":"a"}' })).answer).toMatchObject(expected);
});

describe('a request that is no single GraphQL operation', () => {
  const mutation = 'mutation { change(inputs: []) }';
  const SIMPLE = {
    'content-type': 'text/plain',
    authorization: 'Bearer good',
    'x-request-id': '0199aa00-0000-4000-8000-000000000005',
  };

  test('a mutation by GET is refused with 405', async () => {
    const { status, answer } = await get({ query: mutation });
    expect([status, codesOf(answer)]).toEqual([405, ['BAD_REQUEST']]);
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['multipart/form-data; boundary=x']])(
    '%s, which a foreign page may send, is refused',
    async (type) => {
      const { status, answer } = await post({ query: mutation }, { ...SIMPLE, 'content-type': type });
      expect([status, codesOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
      expect(answer.errors?.[0]?.message).toContain('Cross-Site Request Forgery');
    },
  );

  test('a GET without a header that needs a preflight is refused', async () => {
    const { status, answer } = await get({ query: '{ __typename }' }, { authorization: 'Bearer good' });
    expect([status, codesOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
  });

  test.each([
    ['an array', [{ query: '{ __typename }' }, { query: '{ __typename }' }]],
    ['an empty object', {}],
    ['no query', { variables: {} }],
    ['broken JSON', '{"query": '],
    ['nothing', ''],
    ['a number', '1'],
    ['null', 'null'],
    ['variables as text', { query: '{ __typename }', variables: '{}' }],
    ['an unknown operation', { query: 'query A { __typename }', operationName: 'B' }],
    ['many operations and no name', { query: 'query A { __typename } query B { __typename }' }],
  ])('%s is refused with 400 and the request id', async (_name, body) => {
    const { status, raw, answer } = await post(body);
    expect(status).toBe(400);
    expect(raw).not.toContain('stacktrace');
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: expect.any(String),
      requestId: '0199aa00-0000-4000-8000-000000000005',
    });
  });

  test('a body over 16 MB is refused with 413', async () => {
    const { status, answer } = await post(
      JSON.stringify({ query: `{ __typename } # ${'x'.repeat(16 * 1024 * 1024)}` }),
    );
    expect([status, codesOf(answer)]).toEqual([413, ['BAD_REQUEST']]);
    expect(answer.errors?.[0]?.extensions.requestId).toBe('0199aa00-0000-4000-8000-000000000005');
  });

  test('a document of more than 10,000 tokens is refused', async () => {
    const { status, answer } = await post({ query: `{ ${'__typename '.repeat(10_000)} }` });
    expect([status, codesOf(answer)]).toEqual([400, ['QUERY_TOO_COMPLEX']]);
  });

  test('a subscription is not served here, but over WebSocket', async () => {
    expect(codesOf((await post({ query: 'subscription { ticks }' })).answer)).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a caller without a token', () => {
  const ANONYMOUS = { 'content-type': 'application/json' };

  test('may ask for __typename alone', async () => {
    expect((await post({ query: '{ __typename }' }, ANONYMOUS)).answer).toEqual({ data: { __typename: 'Query' } });
  });

  test.each([
    ['a field', '{ toy(id: 1) { id } }'],
    ['a field beside it', '{ __typename toy(id: 1) { id } }'],
    ['introspection', '{ __schema { queryType { name } } }'],
    ['an unknown field, whose refusal would describe the schema', '{ tpy }'],
    ['an unused fragment, likewise', '{ __typename } fragment F on Toy { nope }'],
    ['a mutation', 'mutation { __typename }'],
    ['a long document', `{ __typename } # ${'x'.repeat(1_000)}`],
  ])('is refused %s with 401', async (_name, query) => {
    const { status, headers, answer } = await post({ query }, ANONYMOUS);
    expect([status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.errors?.[0]?.extensions.requestId).toBe(headers.get('x-request-id'));
  });

  test('is told of a syntax error, which says nothing of the schema', async () => {
    expect(codesOf((await post({ query: '{' }, ANONYMOUS)).answer)).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  test('and one whose token does not hold is refused even __typename', async () => {
    const { status, answer } = await post({ query: '{ __typename }' }, { ...ANONYMOUS, authorization: 'Bearer bad' });
    expect([status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
  });
});

describe('a known caller', () => {
  test('may introspect', async () => {
    const { answer } = await post({ query: '{ __schema { queryType { name } } }' });
    expect(answer.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  test('is refused the whole document where one root field is not theirs', async () => {
    const { status, answer } = await post({ query: '{ toy(id: "a") { id } secret }' });
    expect([status, codesOf(answer), answer.data]).toEqual([403, ['FORBIDDEN'], undefined]);
    expect(answer.errors?.[0]?.extensions.details).toMatchObject({ path: 'secret', permission: 'settings:manage' });
  });

  test('of another purpose is refused with the code of the refusal', async () => {
    const { status, answer } = await post(
      { query: '{ __typename }' },
      { ...JSON_HEADERS, authorization: 'Bearer elsewhere' },
    );
    expect([status, codesOf(answer)]).toEqual([403, ['FORBIDDEN']]);
  });
});

describe('an error', () => {
  test.each([
    ['a syntax error', '{ toy(', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{ toy(id: "a") { nope } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a wrong literal', '{ slow(ms: "a") }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('about %s is coded, with 400 and no data', async (_name, query, code) => {
    const { status, answer } = await post({ query });
    expect([status, codesOf(answer), answer.data]).toEqual([400, [code], undefined]);
  });

  test('of a rule keeps its code, message, details and path, beside partial data', async () => {
    const { status, answer } = await post({ query: '{ slow fails(how: "known") }' });
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      data: { slow: 1, fails: null },
      errors: [
        {
          message: 'id: must be a toy',
          path: ['fails'],
          extensions: {
            code: 'BAD_USER_INPUT',
            requestId: '0199aa00-0000-4000-8000-000000000005',
            details: { path: 'id' },
          },
        },
      ],
    });
  });

  test.each(['unforeseen', 'text'])(
    'that nobody foresaw (%s) is shown by its request id alone, and logged under it',
    async (how) => {
      server.log.length = 0;
      const { raw, answer } = await post({ query: `{ fails(how: "${how}") }` });
      expect(answer.errors).toEqual([
        {
          message: 'Something went wrong. Request id: 0199aa00-0000-4000-8000-000000000005',
          locations: [{ line: 1, column: 3 }],
          path: ['fails'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: '0199aa00-0000-4000-8000-000000000005' },
        },
      ]);
      expect(raw).not.toMatch(/stack|\.ts|13900001111/);
      expect(server.log.join('')).toContain('"requestId":"0199aa00-0000-4000-8000-000000000005"');
      expect(server.log.join('')).not.toContain('13900001111');
    },
  );

  test('of a database that is away is SERVICE_UNAVAILABLE', async () => {
    const { answer } = await post({ query: '{ fails(how: "network") }' });
    expect(codesOf(answer)).toEqual(['SERVICE_UNAVAILABLE']);
  });

  test.each([
    ['away', 503, 'SERVICE_UNAVAILABLE'],
    ['broken', 500, 'INTERNAL_SERVER_ERROR'],
  ])('while the caller is told apart (%s) has its status', async (token, expected, code) => {
    const { status, raw, answer } = await post(
      { query: '{ slow }' },
      { ...JSON_HEADERS, authorization: `Bearer ${token}` },
    );
    expect([status, codesOf(answer)]).toEqual([expected, [code]]);
    expect(raw).not.toContain('13900001111');
  });
});

describe('a given value is never quoted', () => {
  const CHANGE = 'mutation Change($inputs: [ToyInput!]!) { change(inputs: $inputs) }';
  const PHONE = '13900001111';

  test.each<[string, unknown, string, string]>([
    ['text for a number', [{ phone: 'x', count: PHONE }], 'inputs[0].count', 'whole number'],
    ['a number for text', [{ phone: 13900001111 }], 'inputs[0].phone', 'must be text'],
    ['an object for text', [{ phone: { mobile: PHONE } }], 'inputs[0].phone', 'must be text'],
    ['text for a time', [{ phone: 'x' }, { phone: 'x', at: PHONE }], 'inputs[1].at', 'ISO 8601'],
    ['an unknown name', [{ phone: 'x', colour: PHONE }], 'inputs[0].colour', 'must be one of RED, BLUE'],
    ['text for an object', [{ phone: 'x', more: PHONE }], 'inputs[0].more', 'must be a JSON object'],
    ['text for an input', [PHONE], 'inputs[0]', 'Expected type "ToyInput" to be an object'],
    ['an unknown field', [{ phone: 'x', nope: PHONE }], 'inputs[0]', 'Field "nope" is not defined by type "ToyInput"'],
    ['a field named like a phone', [{ phone: 'x', [PHONE]: 1 }], 'inputs[0]', 'a field that its type does not know'],
    ['a missing field', [{ count: 13900001111 % 100 }], 'inputs[0]', 'Field "phone" of required type "String!"'],
    ['null', null, 'inputs', 'must not be null, but of type [ToyInput!]!'],
    ['nothing', undefined, 'inputs', 'is required, of type [ToyInput!]!'],
  ])('of a variable: %s', async (_name, inputs, path, says) => {
    const { status, raw, answer } = await post({ query: CHANGE, variables: { inputs } });
    expect([status, codesOf(answer)]).toEqual([400, ['BAD_USER_INPUT']]);
    expect(answer.errors?.[0]).toMatchObject({
      extensions: { details: { path }, requestId: '0199aa00-0000-4000-8000-000000000005' },
    });
    expect(answer.errors?.[0]?.message).toContain(`$${path}: `);
    expect(answer.errors?.[0]?.message).toContain(says);
    expect(raw).not.toContain(PHONE);
  });

  test('many wrong variables make 20 errors', async () => {
    const query = 'mutation ($a: [ToyInput!]!, $b: [ToyInput!]!) { a: change(inputs: $a) b: change(inputs: $b) }';
    const wrong = Array.from({ length: 5_000 }, () => ({ phone: 1 }));
    expect((await post({ query, variables: { a: wrong, b: wrong } })).answer.errors).toHaveLength(20);
  });

  test.each([
    ['text for a number', `{ slow(ms: "${PHONE}") }`],
    ['a number too large', `{ slow(ms: ${PHONE}) }`],
    ['a list for a number', `{ slow(ms: ["${PHONE}"]) }`],
    ['a number for text', `mutation { change(inputs: [{ phone: ${PHONE} }]) }`],
    ['text for a time', `mutation { change(inputs: [{ phone: "x", at: "${PHONE}" }]) }`],
    ['text for a name', `mutation { change(inputs: [{ phone: "x", colour: "${PHONE}" }]) }`],
    ['text where a name must be', `{ "${PHONE}" }`],
    ['a number where a name must be', `{ slow { ${PHONE} } }`],
    ['a default of the wrong type', `query ($ms: Int = "${PHONE}") { slow(ms: $ms) }`],
  ])('of the document: %s', async (_name, query) => {
    const { status, raw } = await post({ query });
    expect(status).toBe(400);
    expect(raw).not.toContain(PHONE);
  });

  test("null for an argument that has a default is the client's mistake", async () => {
    const { answer } = await post({ query: 'query ($ms: Int) { slow(ms: $ms) }', variables: { ms: null } });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
  });
});
