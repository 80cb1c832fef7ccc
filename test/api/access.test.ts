import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { ApiToken } from '../../src/access/api-token.entity.js';
import { PERMISSIONS } from '../../src/access/permissions.js';
import { PolicyService } from '../../src/access/policy.service.js';
import { ApiClient } from '../support/api-client.js';
import { RawSocket } from '../support/raw-socket.js';
import { codesOf, createTenant, dataOf, graphql, tokenFor, withDatabase } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const VIEWER = '{ viewer { subject tenantId roles permissions purposes } }';
const CREATE = `mutation ($input: ApiTokenInput!) {
  createApiToken(input: $input) { secret token { id name prefix scopes purposes channel namespace segmentIds expiresAt revokedAt } }
}`;
const ROTATE =
  'mutation ($id: ID!, $overlap: Int) { rotateApiToken(id: $id, overlapMinutes: $overlap) { secret token { id } } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiToken(id: $id) { id revokedAt } }';
const TOKENS = '{ apiTokens { id name lastUsedAt revokedAt expiresAt } }';
const REFUSED = 'The token is missing, malformed, expired or revoked.';

interface Made {
  readonly secret: string;
  readonly token: { readonly id: string };
}
interface Viewing {
  readonly viewer: { readonly subject: string; readonly tenantId: string; readonly permissions: string[] };
}

let tenant: string;
let stranger: string;
let admin: string;
beforeAll(async () => {
  [tenant, stranger] = await Promise.all([createTenant('access'), createTenant('stranger')]);
  admin = tokenFor(tenant);
});

async function createToken(input: Record<string, unknown> = {}): Promise<Made> {
  const request = { name: 'partner', scopes: ['profiles:read'], ...input };
  return (await dataOf<{ createApiToken: Made }>(admin, CREATE, { input: request })).createApiToken;
}

describe('without a token', () => {
  test('the name of the query type is answered, and nothing else', async () => {
    expect(await graphql(undefined, '{ __typename }')).toMatchObject({ status: 200, data: { __typename: 'Query' } });
    for (const query of [VIEWER, '{ __schema { queryType { name } } }', '{ __typename viewer { subject } }']) {
      const answer = await graphql(undefined, query);
      expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
      expect(answer.status).toBe(401);
    }
  });
});

describe('a token that does not hold', () => {
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const forged: Record<string, () => string> = {
    nonsense: () => 'nonsense',
    'alg none': () => `${base64({ alg: 'none' })}.${base64({ sub: 'a', tenant, roles: ['ADMIN'] })}.`,
    'another secret': () => jwt.sign({ sub: 'a', tenant, roles: ['ADMIN'] }, 'x'.repeat(32)),
    expired: () => tokenFor(tenant, ['ADMIN'], { exp: 1 }),
    'not yet valid': () => tokenFor(tenant, ['ADMIN'], { nbf: Math.floor(Date.now() / 1_000) + 600 }),
    'a tenant that does not exist': () => tokenFor('nobody-here'),
    'no tenant': () => tokenFor(tenant, ['ADMIN'], { tenant: undefined }),
    'the scope of an API token for a role': () => tokenFor(tenant, ['scope:profiles:read:clear']),
    'a secret that was never given out': () => `trb_${'A'.repeat(43)}`,
  };

  test.each(Object.entries(forged))('%s: is refused like every other', async (_, make) => {
    const answer = await graphql(make(), VIEWER);
    expect(answer.status).toBe(401);
    expect(answer.errors).toMatchObject([{ message: REFUSED, extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(Object.keys(answer.errors?.[0]?.extensions ?? {}).sort()).toEqual(['code', 'requestId']);
  });
});

describe('a user', () => {
  test('sees who they are', async () => {
    const claims = { sub: 'ada', purposes: ['SERVICE', 'MARKETING'] };
    expect(await dataOf(tokenFor(tenant, ['VIEWER', 'STEWARD'], claims), VIEWER)).toMatchObject({
      viewer: { subject: 'ada', tenantId: tenant, roles: ['VIEWER', 'STEWARD'], purposes: ['SERVICE', 'MARKETING'] },
    });
  });

  test('may what Casbin says of their role', async () => {
    const policies = await PolicyService.load();
    for (const role of await policies.roles()) {
      const { viewer } = await dataOf<Viewing>(tokenFor(tenant, [role]), VIEWER);
      const allowed = PERMISSIONS.filter((name) => name === 'viewer' || policies.enforce(role, tenant, name));
      expect([role, viewer.permissions]).toEqual([role, allowed]);
    }
  });

  test('narrows a request to one purpose of theirs, and to no other', async () => {
    const token = tokenFor(tenant, ['VIEWER'], { purposes: ['SERVICE', 'MARKETING'] });
    const under = (purpose: string) => graphql(token, VIEWER, {}, { 'tributary-purpose': purpose });
    expect((await under('MARKETING')).data).toMatchObject({ viewer: { purposes: ['MARKETING'] } });
    expect(codesOf(await under('ANALYTICS'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await under('ANYTHING'))).toEqual(['FORBIDDEN']);
  });
});

describe('an operation with a root field that the caller may not use', () => {
  const documents = [
    TOKENS,
    `{ viewer { subject } ${TOKENS.slice(1)}`,
    '{ harmless: apiTokens { id } }',
    'query ($no: Boolean = false) { viewer { subject } apiTokens @include(if: $no) { id } }',
    '{ ...Hidden } fragment Hidden on Query { ... { apiTokens { id } } }',
    'mutation { revokeApiToken(id: "tok_01HV0000000000000000000000") { id } }',
    '{ tenantSettings { version } }',
  ];
  test.each(documents)('%s: is refused as a whole', async (query) => {
    const answer = await graphql(tokenFor(tenant, ['VIEWER']), query);
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(answer.data ?? null).toBeNull();
    expect((await graphql(admin, query)).errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain(
      'FORBIDDEN',
    );
  });

  test('says which field and which permission', async () => {
    const { errors } = await graphql(tokenFor(tenant, ['VIEWER']), '{ secrets: apiTokens { id } }');
    expect(errors?.[0]).toMatchObject({
      message: 'secrets: Query.apiTokens needs the permission settings:manage.',
      extensions: { details: { path: 'secrets', permission: 'settings:manage' } },
    });
  });

  test('a platform admin reads nothing of a tenant', async () => {
    const platform = tokenFor(tenant, ['PLATFORM_ADMIN']);
    expect(codesOf(await graphql(platform, '{ profiles { edges { cursor } } }'))).toEqual(['FORBIDDEN']);
    expect((await dataOf<Viewing>(platform, VIEWER)).viewer.permissions).toEqual(['viewer', 'tenants:manage']);
  });
});

describe('a document of several operations with mixed rights', () => {
  const DOCUMENT = `query Mine { a: viewer { subject } }
    query IntrospectionQuery { a: viewer { subject } b: apiTokens { id } }
    mutation Change { revokeApiToken(id: "tok_01HV0000000000000000000000") { id } }`;
  const viewer = () => new ApiClient(testServer().url, tokenFor(tenant, ['VIEWER']));
  const run = (operationName: string | null) => viewer().send(JSON.stringify({ query: DOCUMENT, operationName }));

  test('runs the one that its caller may, however often it has run', async () => {
    for (let time = 0; time < 6; time += 1)
      expect(await run('Mine')).toMatchObject({ status: 200, data: { a: { subject: 'tester' } } });
  });

  test.each(['IntrospectionQuery', 'Change'])('and not %s, whatever it is called', async (name) => {
    for (let time = 0; time < 6; time += 1) {
      const answer = await run(name);
      expect([codesOf(answer), answer.data ?? null]).toEqual([['FORBIDDEN'], null]);
    }
  });

  test('and none where it is not said which', async () => {
    expect(codesOf(await run(null))).toEqual(['OPERATION_RESOLUTION_FAILURE']);
  });

  test('over WebSocket alike', async () => {
    const socket = await RawSocket.connected(testServer().url, tokenFor(tenant, ['VIEWER']));
    const names = ['Mine', 'IntrospectionQuery', 'Change'];
    for (const name of names)
      socket.send({ id: name, type: 'subscribe', payload: { query: DOCUMENT, operationName: name } });
    const [mine, ...others] = await Promise.all(names.map((name) => socket.answerTo(name)));
    socket.socket.terminate();
    expect(mine).toMatchObject({ type: 'next', payload: { data: { a: { subject: 'tester' } } } });
    for (const other of others)
      expect(other).toMatchObject({ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
  });
});

describe('an API token', () => {
  test('is its scopes, as Bearer and as the user name of Basic', async () => {
    const { secret, token } = await createToken({ scopes: ['profiles:read'], purposes: ['PARTNER_SHARING'] });
    const expected = {
      viewer: {
        subject: token.id,
        tenantId: tenant,
        roles: ['scope:profiles:read'],
        permissions: ['viewer', 'profiles:read', 'profiles:list'],
        purposes: ['PARTNER_SHARING'],
      },
    };
    expect(await dataOf(secret, VIEWER)).toEqual(expected);
    const basic = `Basic ${Buffer.from(`${secret}:`).toString('base64')}`;
    expect((await graphql(undefined, VIEWER, {}, { authorization: basic })).data).toEqual(expected);
  });

  test('shows its secret once, and only its hash is stored', async () => {
    const { secret, token } = await createToken();
    expect(secret).toMatch(/^trb_[\w-]{43}$/);
    const stored = await withDatabase((database) =>
      database.collection(ApiToken).findOne({ tenantId: tenant, id: token.id }),
    );
    expect(stored?._id).toBe(`platform:${createHash('sha256').update(secret).digest('base64url')}`);
    expect(JSON.stringify(stored)).not.toContain(secret.slice(12));
  });

  test('that ingests has the channel WEB where none is named', async () => {
    const made = await createToken({ scopes: ['events:write'] });
    expect(made.token).toMatchObject({ channel: 'WEB', namespace: null, segmentIds: null });
  });

  test.each([
    ['input.scopes', { scopes: ['everything'] }],
    ['input.scopes', { scopes: [] }],
    ['input.name', { name: ' ' }],
    ['input.segmentIds[0]', { segmentIds: ['*'] }],
    ['input.expiresAt', { expiresAt: '2020-01-01T00:00:00.000Z' }],
  ])('with a fault at %s is refused', async (path, input) => {
    const request = { name: 'partner', scopes: ['profiles:read'], ...input };
    const { errors } = await graphql(admin, CREATE, { input: request });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path } } }]);
  });

  test('that is revoked is refused at once, and stays in the list', async () => {
    const { secret, token } = await createToken();
    await dataOf(secret, VIEWER);
    const { revokeApiToken } = await dataOf<{ revokeApiToken: object }>(admin, REVOKE, { id: token.id });
    expect(revokeApiToken).toEqual({ id: token.id, revokedAt: expect.any(String) });
    expect((await graphql(secret, VIEWER)).errors).toMatchObject([{ message: REFUSED }]);
    expect((await dataOf<{ revokeApiToken: object }>(admin, REVOKE, { id: token.id })).revokeApiToken).toEqual(
      revokeApiToken,
    );
    const { apiTokens } = await dataOf<{ apiTokens: { id: string }[] }>(admin, TOKENS);
    expect(apiTokens.find(({ id }) => id === token.id)).toMatchObject(revokeApiToken);
  });

  test('is rotated with an overlap, or without one', async () => {
    const old = await createToken();
    const rotate = async (id: string, overlap: number | null) =>
      (await dataOf<{ rotateApiToken: Made }>(admin, ROTATE, { id, overlap })).rotateApiToken;
    const second = await rotate(old.token.id, null);
    await dataOf(old.secret, VIEWER);
    const third = await rotate(second.token.id, 0);
    expect(codesOf(await graphql(second.secret, VIEWER))).toEqual(['UNAUTHENTICATED']);
    expect((await dataOf<Viewing>(third.secret, VIEWER)).viewer.subject).toBe(third.token.id);
    expect(codesOf(await graphql(admin, ROTATE, { id: second.token.id, overlap: 0 }))).toEqual(['CONFLICT']);
    expect(codesOf(await graphql(admin, ROTATE, { id: third.token.id, overlap: -1 }))).toEqual(['BAD_USER_INPUT']);
  });

  test("of another tenant can't be seen, rotated or revoked", async () => {
    const { secret, token } = await createToken();
    const other = tokenFor(stranger);
    expect(await dataOf(other, TOKENS)).toEqual({ apiTokens: [] });
    expect(codesOf(await graphql(other, REVOKE, { id: token.id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await graphql(other, ROTATE, { id: token.id }))).toEqual(['NOT_FOUND']);
    expect((await dataOf<Viewing>(secret, VIEWER)).viewer.tenantId).toBe(tenant);
  });
});

describe('the settings of a tenant', () => {
  const SETTINGS = '{ tenantSettings { timeZone currency settings version } }';
  const UPDATE = `mutation ($settings: JSONObject!, $version: Int!) {
    updateTenantSettings(settings: $settings, expectedVersion: $version) { timeZone currency settings version }
  }`;
  interface Settings {
    readonly currency: string;
    readonly settings: Record<string, unknown>;
    readonly version: number;
  }
  const read = async () => (await dataOf<{ tenantSettings: Settings }>(admin, SETTINGS)).tenantSettings;
  const update = (settings: object, version: number) => graphql(admin, UPDATE, { settings, version });

  test('start with defaults', async () => {
    const { tenantSettings } = await dataOf<{ tenantSettings: Settings }>(tokenFor(stranger), SETTINGS);
    expect(tenantSettings).toMatchObject({ timeZone: 'Asia/Shanghai', currency: 'CNY', version: 1 });
  });

  test('given keys replace, null goes back to the default, and each change is a version', async () => {
    const before = await read();
    await update({ currency: 'USD', sourcePriorities: { CRM: 90 } }, before.version);
    await update({ currency: null }, before.version + 1);
    expect(await read()).toMatchObject({
      currency: 'CNY',
      version: before.version + 2,
      settings: { currency: 'CNY', sourcePriorities: { CRM: 90 } },
    });
  });

  test('a version that has passed is a conflict, and nothing is changed', async () => {
    const before = await read();
    expect(codesOf(await update({ currency: 'EUR' }, before.version - 1))).toEqual(['CONFLICT']);
    expect(await read()).toEqual(before);
  });

  test('of five changes at once, one is made', async () => {
    const { version } = await read();
    const answers = await Promise.all([1, 2, 3, 4, 5].map((WEB) => update({ sourcePriorities: { WEB } }, version)));
    expect(answers.flatMap(codesOf)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT']);
    expect((await read()).version).toBe(version + 1);
  });

  test.each([
    ['settings.colour', { colour: 'red' }],
    ['settings.currency', { currency: 'RMB' }],
    ['settings.sourcePriorities.FAX', { sourcePriorities: { FAX: 1 } }],
  ])('a fault is named: %s', async (path, settings) => {
    const { errors } = await update(settings, (await read()).version);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path } } }]);
  });
});

describe('the command line', () => {
  /** Runs `tributary` beside the running server, whose database it finds through DATA_DIR. */
  function tributary(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const { dataDir, jwtSecret, masterKey } = testServer();
    const env = { ...process.env, DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey, MONGODB_URI: '' };
    return new Promise((done) => {
      execFile(process.execPath, [resolve('bin/tributary.mjs'), ...args], { env }, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
  }

  test('prints a user token and nothing else; the first one makes the tenant', async () => {
    const fresh = `${tenant}-b`;
    const { code, stdout } = await tributary('token', '--tenant', fresh, '--role', 'ANALYST', '--subject', 'ada');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)]);
    const { viewer } = await dataOf<Viewing>(stdout.trim(), VIEWER);
    expect(viewer).toMatchObject({ subject: 'ada', tenantId: fresh, roles: ['ANALYST'] });
  });

  test('lets a tenant begin with a suite, and one that is there keep its own', async () => {
    const args = ['token', '--tenant', `${tenant}-sm`, '--role', 'ADMIN', '--suite', 'SM4_GCM_SM3'];
    const { code, stdout } = await tributary(...args);
    expect(code).toBe(0);
    const { tenantSettings } = await dataOf<{ tenantSettings: { settings: object } }>(
      stdout.trim(),
      '{ tenantSettings { settings } }',
    );
    expect(tenantSettings.settings).toMatchObject({ suite: 'SM4_GCM_SM3' });
    const again = await tributary(...args);
    expect([again.code, again.stdout, again.stderr]).toEqual([1, '', expect.stringContaining('--suite')]);
  });

  test('prints an API token and nothing else', async () => {
    const request = ['--name', 'shop', '--scopes', 'events:write,profiles:read', '--purposes', 'SERVICE'];
    const { code, stdout } = await tributary('api-token', '--tenant', tenant, ...request);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^trb_[\w-]{43}\n$/)]);
    const { viewer } = await dataOf<Viewing>(stdout.trim(), VIEWER);
    expect(viewer).toMatchObject({
      tenantId: tenant,
      roles: ['scope:events:write', 'scope:profiles:read'],
      purposes: ['SERVICE'],
    });
  });

  test.each([
    ['--role', ['token', '--tenant', 'acme', '--role', 'KING']],
    ['--ttl', ['token', '--tenant', 'acme', '--role', 'ADMIN', '--ttl', 'soon']],
    ['tenant', ['token', '--tenant', 'A:B', '--role', 'ADMIN']],
    ['--suite', ['token', '--tenant', 'acme', '--role', 'ADMIN', '--suite', 'ROT13']],
    ['--scopes', ['api-token', '--tenant', 'acme', '--name', 'a', '--scopes', 'everything']],
    ['--channel', ['api-token', '--tenant', 'acme', '--name', 'a', '--scopes', 'events:write', '--channel', 'FAX']],
  ])('a fault at %s is one line, with exit code 1', async (place, args) => {
    const { code, stdout, stderr } = await tributary(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(place);
  });
});
