import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, NoUnusedVariablesRule, parse, specifiedRules, validate } from 'graphql';
import { ApiClient, clientOf } from '../support/api-client.js';
import { profileBy } from '../support/profile-reader.js';
import { RandomDocument } from '../support/random-document.js';
import { byPhone, byUser, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant, type GraphqlAnswer, tokenFor } from '../support/server.js';
import { executorUrls } from '../support/test-server.js';

const ROOTS = [
  'profile(id: $id)',
  'node(id: $id)',
  'profiles(first: 2)',
  'profiles(filter: { channels: [WEB] }, first: $first)',
  'viewer',
  'profileByIdentifier(identifier: { type: PHONE, value: $phone })',
  'identityGraph(profileId: $id)',
  'segments',
];
const VARIABLES = '$id: ID!, $first: Int = 3, $phone: String! = "+8613912345678"';
const RULES = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

const schema = buildSchema(readFileSync(resolve('schema/schema.graphql'), 'utf8'));
let tenant: string;
let id: string;
beforeAll(async () => {
  tenant = await createTenant('executors');
  const client = clientOf(tenant);
  const phone = byPhone('+8613912345678');
  const traits = { name: '韩梅梅', email: 'mei@example.org', city: '杭州', plan: 'gold', limits: { a: [1, null] } };
  await sendAll(client, [
    identify({ channel: 'CRM', identifiers: [phone, byUser('u1')], traits }),
    eventOf({ channel: 'WEB', identifiers: [byUser('u1')], properties: { list: [1, { a: 'x' }] } }),
    eventOf({ channel: 'STORE', identifiers: [phone], properties: { revenue: 12.5, currency: 'CNY' } }),
    eventOf({ channel: 'WEB', identifiers: [byUser('u2')] }),
  ]);
  id = (await profileBy(client, phone)).id;
});

type Answer = GraphqlAnswer<unknown>;

function ask(url: string, role: string, query: string, variables: object): Promise<Answer> {
  return new ApiClient(url, tokenFor(tenant, [role]), { 'x-request-id': '0199aa00-0000-4000-8000-000000000006' }).ask(
    query,
    variables,
  );
}

function faultsOf({ errors = [] }: Answer): string[] {
  return errors.map((error) => JSON.stringify(error)).sort();
}

/** Whether something above a path is null: of several errors there, which are told is left to the executor. */
function isBeneathNull(data: unknown, path: readonly (string | number)[]): boolean {
  let at = data;
  for (const key of path.slice(0, -1)) {
    if (at === null) return true;
    at = (at as Record<string | number, unknown>)[key];
  }
  return at === null;
}

test('answers to random queries are the same from both executors', async () => {
  const { compiled: compiledUrl, interpreted: interpretedUrl } = executorUrls();
  const seen = { answers: 0, errors: 0 };
  const role = fc.constantFrom('ADMIN', 'ANALYST', 'MARKETER', 'PLATFORM_ADMIN');
  await fc.assert(
    fc.asyncProperty(fc.gen(), role, fc.boolean(), fc.boolean(), async (generate, of, yes, no) => {
      const query = new RandomDocument(schema, generate).of(ROOTS, VARIABLES);
      expect(validate(schema, parse(query), RULES)).toEqual([]);
      const variables = { id, yes, no };
      const asked = query.replace(/^query \(.*?\) \{/, (head) => withoutUnused(head, query));
      const interpreted = await ask(interpretedUrl, of, asked, variables);
      const compiled = await ask(compiledUrl, of, asked, variables);
      expect([query, compiled.status, compiled.data]).toEqual([query, interpreted.status, interpreted.data]);
      const isTold = ({ path = [] }: { path?: readonly (string | number)[] }) => !isBeneathNull(compiled.data, path);
      const visible = (answer: Answer) => faultsOf({ ...answer, errors: answer.errors?.filter(isTold) });
      expect([query, visible(compiled)]).toEqual([query, visible(interpreted)]);
      expect(faultsOf(compiled).length > 0).toBe(faultsOf(interpreted).length > 0);
      seen.answers += interpreted.data ? 1 : 0;
      seen.errors += visible(interpreted).length;
    }),
    { numRuns: 250 },
  );
  expect(seen.answers).toBeGreaterThan(100);
  expect(seen.errors).toBeGreaterThan(10);
}, 300_000);

/** The head of a query with the variables it uses, as a server refuses others. */
function withoutUnused(head: string, query: string): string {
  const uses = (name: string) => query.split(`$${name}`).length > 2;
  const declared = head.slice(head.indexOf('(') + 1, head.lastIndexOf(')')).split(', ');
  const used = declared.filter((each) => uses(each.slice(1, each.indexOf(':'))));
  return used.length === 0 ? 'query {' : `query (${used.join(', ')}) {`;
}
