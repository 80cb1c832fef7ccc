import { beforeAll, describe, expect, test } from '@jest/globals';
import { IdempotencyRecord } from '../../src/serving/idempotency.entity.js';
import { clientOf } from '../support/api-client.js';
import { MonitoredServer } from '../support/monitored-server.js';
import { createTenant, type GraphqlFault, tokenFor, withDatabase } from '../support/server.js';
import { commandsWithoutTenant } from '../support/tenant-check.js';
import { decide } from '../support/tenant-policies.js';
import { testServer } from '../support/test-server.js';

let tenant: string;
let token: string;
beforeAll(async () => {
  tenant = await createTenant('idempotent');
  token = tokenFor(tenant);
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data?: { readonly made: { readonly secret: string; readonly token: { readonly id: string } } } | null;
  readonly errors?: readonly GraphqlFault[];
}

interface Sent {
  readonly key?: string;
  readonly name?: string;
  readonly query?: string;
  readonly token?: string;
  readonly url?: string;
}

const MAKE =
  'mutation Make($name: String!) { made: createApiToken(input: { name: $name, scopes: ["events:read"] }) { secret token { id } } }';
const LIST = '{ apiTokens { name } }';

async function post(sent: Sent): Promise<Answer> {
  const response = await fetch(new URL('/graphql', sent.url ?? testServer().url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${sent.token ?? token}`,
      ...(sent.key !== undefined && { 'idempotency-key': sent.key }),
    },
    body: JSON.stringify({ query: sent.query ?? MAKE, variables: { name: sent.name ?? 'one' } }),
  });
  return { status: response.status, headers: response.headers, ...((await response.json()) as object) };
}

const secretOf = ({ data }: Answer) => data?.made.secret;
const isReplayed = ({ headers }: Answer) => headers.get('idempotency-replayed');
const refusalOf = ({ status, errors }: Answer) => [status, errors?.[0]?.extensions.code];

async function tokensNamed(name: string): Promise<number> {
  const { data } = (await post({ query: LIST })) as { data?: unknown };
  return (data as { apiTokens: { name: string }[] }).apiTokens.filter((one) => one.name === name).length;
}

describe('a mutation under an Idempotency-Key', () => {
  test('runs once, and its answer is given again, by another process too', async () => {
    const sent = { key: 'once', name: 'once' };
    const first = await post(sent);
    expect([first.status, isReplayed(first)]).toEqual([200, null]);
    expect(secretOf(first)).toMatch(/^trb_/);
    const again = await post(sent);
    expect([again.status, isReplayed(again), again.data]).toEqual([200, 'true', first.data]);
    expect(await tokensNamed('once')).toBe(1);
    const other = await MonitoredServer.start();
    try {
      let elsewhere: Answer | undefined;
      const commands = await other.commands.allDuring(async () => {
        elsewhere = await post({ ...sent, url: other.url });
        await post({ key: 'commands', name: 'commands', url: other.url });
      });
      expect([elsewhere && isReplayed(elsewhere), elsewhere?.data]).toEqual(['true', first.data]);
      const own = commands.filter(({ collection }) => collection === 'idempotency_keys');
      expect(own.map(({ name }) => name)).toEqual(['insert', 'find', 'insert', 'update']);
      expect(commandsWithoutTenant(own, [tenant])).toEqual([]);
    } finally {
      await other.close();
    }
  }, 180_000);

  test('refuses the key for another document, other variables or other rights', async () => {
    await post({ key: 'taken', name: 'taken' });
    expect(refusalOf(await post({ key: 'taken', name: 'else' }))).toEqual([409, 'CONFLICT']);
    expect(refusalOf(await post({ key: 'taken', name: 'taken', query: `${MAKE} ` }))).toEqual([409, 'CONFLICT']);
    const more = tokenFor(tenant, ['ADMIN', 'MARKETER']);
    expect(refusalOf(await post({ key: 'taken', name: 'taken', token: more }))).toEqual([409, 'CONFLICT']);
    expect(await tokensNamed('else')).toBe(0);
  });

  test('refuses the key once the tenant has taken a right away that its caller had', async () => {
    const own = await createTenant('idempotent-p');
    const token = tokenFor(own);
    const first = await post({ key: 'rights', name: 'rights', token });
    expect(isReplayed(await post({ key: 'rights', name: 'rights', token }))).toBe('true');
    await decide(clientOf(own), { rules: [{ subject: 'ADMIN', permission: 'events:read' }] });
    expect(first.status).toBe(200);
    expect(refusalOf(await post({ key: 'rights', name: 'rights', token }))).toEqual([409, 'CONFLICT']);
  });

  test("is another caller's own under the same key", async () => {
    const first = await post({ key: 'mine', name: 'mine' });
    const second = await post({ key: 'mine', name: 'mine', token: tokenFor(tenant, ['ADMIN'], { sub: 'colleague' }) });
    const third = await post({ key: 'mine', name: 'mine', token: tokenFor(await createTenant('idempotent-b')) });
    expect([second, third].map(isReplayed)).toEqual([null, null]);
    expect(new Set([first, second, third].map(secretOf)).size).toBe(3);
  });

  test('runs once when it is sent ten times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ key: 'rush', name: 'rush' })));
    const refused = answers.filter(({ status }) => status !== 200);
    for (const one of refused) {
      expect(refusalOf(one)).toEqual([409, 'CONFLICT']);
      expect(one.headers.get('retry-after')).toBe('1');
    }
    expect(answers.filter((one) => one.status === 200 && !isReplayed(one))).toHaveLength(1);
    expect(await tokensNamed('rush')).toBe(1);
  });

  test("keeps an answer whose errors are the client's own", async () => {
    const query = 'mutation { revokeApiToken(id: "tok_01ARZ3NDEKTSV4RRFFQ69G5FAV") { id } }';
    const first = await post({ key: 'unknown', query });
    expect(first.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(first.data).toBeNull();
    const again = await post({ key: 'unknown', query });
    expect([isReplayed(again), again.errors, again.data]).toEqual(['true', first.errors, null]);
  });

  test('gives the key back where nothing ran', async () => {
    const query = 'mutation ($name: Int!) { rotateApiToken(id: "tok_1", overlapMinutes: $name) { secret } }';
    expect(refusalOf(await post({ key: 'mended', query }))).toEqual([400, 'BAD_USER_INPUT']);
    const answer = await post({ key: 'mended', name: 'mended' });
    expect([answer.status, isReplayed(answer)]).toEqual([200, null]);
  });

  const record = (key: string, values: object) =>
    withDatabase(async (database) => {
      const before = await database.collection(IdempotencyRecord).find({ tenantId: tenant }).toArray();
      await post({ key, name: key });
      const after = await database.collection(IdempotencyRecord).find({ tenantId: tenant }).toArray();
      const [made] = after.filter(({ _id }) => !before.some((one) => one._id === _id));
      expect(made?._id.startsWith(`${tenant}:`)).toBe(true);
      await database.updateMany(IdempotencyRecord, [{ filter: { _id: made?._id ?? '' }, update: { $set: values } }]);
      return made;
    });

  test('is stored sealed, and neither its key nor its answer can be read', async () => {
    const made = await record('sealed-key', {});
    const text = Buffer.concat([made?.sealed ?? Buffer.alloc(0), Buffer.from(JSON.stringify(made))]).toString('latin1');
    expect(text).not.toMatch(/trb_|sealed-key|tester/);
  });

  test('that is under way is refused, and may run again a minute after its process died', async () => {
    const ago = (seconds: number) => ({ isDone: false, sealed: null, at: new Date(Date.now() - seconds * 1_000) });
    await record('running', ago(50));
    const refused = await post({ key: 'running', name: 'running' });
    expect([...refusalOf(refused), refused.headers.get('retry-after')]).toEqual([409, 'CONFLICT', '1']);
    await record('died', ago(61));
    const again = await post({ key: 'died', name: 'died' });
    expect([again.status, isReplayed(again)]).toEqual([200, null]);
    expect(await tokensNamed('died')).toBe(2);
    expect(isReplayed(await post({ key: 'died', name: 'died' }))).toBe('true');
  });

  test('whose answer was too large to keep does not run again', async () => {
    await record('large', { sealed: null });
    expect(refusalOf(await post({ key: 'large', name: 'large' }))).toEqual([409, 'CONFLICT']);
    expect(await tokensNamed('large')).toBe(1);
  });

  test.each([
    ['with a space', 'a b'],
    ['too long', 'k'.repeat(129)],
    ['not in ASCII', 'clé'],
    ['empty', ''],
  ])('is refused with a key that is %s', async (_name, key) => {
    expect(refusalOf(await post({ key, name: 'malformed' }))).toEqual([400, 'BAD_USER_INPUT']);
    expect(await tokensNamed('malformed')).toBe(0);
  });

  test('and a query with one is answered as ever', async () => {
    const answers = [
      await post({ key: 'query', query: LIST }),
      await post({ key: 'query', query: '{ viewer { subject } }' }),
    ];
    expect(answers.map((one) => [one.status, isReplayed(one)])).toEqual([
      [200, null],
      [200, null],
    ]);
  });
});
