import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AuditFail, type AuditOk, serverAudits } from 'graphql-http';
import { createTenant, type GraphqlFault, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

let tenant: string;
let token: string;
beforeAll(async () => {
  tenant = await createTenant('over-http');
  token = tokenFor(tenant);
});

/** As a caller with a token. */
const fetchFn: typeof fetch = (url, init) =>
  fetch(url, { ...init, headers: { authorization: `Bearer ${token}`, ...init?.headers } });

const audits = serverAudits({ url: () => new URL('/graphql', testServer().url).href, fetchFn });
const level = (name: string) => audits.filter((audit) => audit.name.startsWith(`${name} `));

/** Optional conduct that Tributary leaves out: a GET without a header that foreign pages can't send is refused. */
const LEFT_OUT = ['5A70', 'D6D5', '6A70'];

async function verdict(audit: (typeof audits)[number]): Promise<string> {
  const result: AuditOk | AuditFail = await audit.fn();
  return result.status === 'ok' ? 'ok' : result.reason;
}

describe('GraphQL over HTTP', () => {
  test('has the audits that were counted on', () => {
    expect([level('MUST').length, level('SHOULD').length]).toEqual([13, 23]);
  });

  test.each([...level('MUST'), ...level('SHOULD')].map((audit) => [audit.id, audit.name, audit] as const))(
    '%s %s',
    async (_id, _name, audit) => {
      expect(await verdict(audit)).toBe('ok');
    },
  );

  test('of what it MAY, all but GET without a preflight', async () => {
    const failed: string[] = [];
    for (const audit of level('MAY')) if ((await verdict(audit)) !== 'ok') failed.push(audit.id);
    expect(failed).toEqual(LEFT_OUT);
  });
});

describe('what is wrong with a document has the status', () => {
  const faults: Record<string, object> = {
    syntax: { query: '{' },
    validation: { query: '{ nobody }' },
    coercion: { query: 'query ($id: ID!) { node(id: $id) { id } }', variables: {} },
    operation: { query: 'query A { __typename }', operationName: 'B' },
  };
  const ask = async (body: object, headers: Record<string, string>) => {
    const response = await fetch(new URL('/graphql', testServer().url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { data?: unknown; errors: GraphqlFault[] };
    return { status: response.status, type: response.headers.get('content-type'), answer };
  };
  const accepts: [string, number, string][] = [
    ['application/json', 200, 'application/json'],
    ['application/json, text/plain, */*', 200, 'application/json'],
    ['*/*', 400, 'application/json'],
    ['application/graphql-response+json', 400, 'application/graphql-response+json'],
    ['application/graphql-response+json, application/json;q=0.9', 400, 'application/graphql-response+json'],
  ];

  test.each(accepts)('of the media type asked for: %s', async (accept, status, type) => {
    for (const body of Object.values(faults)) {
      const got = await ask(body, { accept });
      expect([got.status, got.type, got.answer.data]).toEqual([status, `${type}; charset=utf-8`, undefined]);
      expect(got.answer.errors[0]?.extensions).toMatchObject({
        code: expect.any(String),
        requestId: expect.any(String),
      });
    }
  });

  test.each(accepts)('and who may not ask is refused alike: %s', async (accept) => {
    const query = '{ viewer { subject } }';
    expect((await ask({ query }, { accept, authorization: 'Bearer x' })).status).toBe(401);
    expect(
      (
        await ask(
          { query: '{ apiTokens { id } }' },
          { accept, authorization: `Bearer ${tokenFor(tenant, ['VIEWER'])}` },
        )
      ).status,
    ).toBe(403);
  });
});
