import { createSign, generateKeyPairSync } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { defined, KeyProvider } from '../support/key-provider.js';
import { createTenant, dataOf, tokenFor } from '../support/server.js';
import { type ServerBeside, startBeside } from '../support/server-beside.js';
import { testServer } from '../support/test-server.js';

const NOW = Math.floor(Date.now() / 1_000);
const VIEWER = '{ viewer { subject tenantId } }';
const HEADERS_OF_THE_MOMENT = ['date', 'x-request-id'];

let tenant: string;
let stranger: string;
let provider: KeyProvider;
let byProvider: ServerBeside;
beforeAll(async () => {
  [tenant, stranger, provider] = await Promise.all([
    createTenant('forged'),
    createTenant('forged-b'),
    KeyProvider.start(),
  ]);
  const { url, issuer, audience } = provider;
  byProvider = await startBeside({ JWKS_URI: `${url}/keys`, JWT_ISSUER: issuer, JWT_AUDIENCE: audience });
});
afterAll(async () => {
  provider.close();
  await byProvider.close();
});

const claims = (more: object = {}) => ({ sub: 'eve', tenant, roles: ['ADMIN'], exp: NOW + 3_600, ...more });
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, more: object = {}) => `${base64(header)}.${base64(claims(more))}`;
const withPayload = (token: string, payload: object) => {
  const [header, , signature] = token.split('.');
  return `${header}.${base64(payload)}.${signature}`;
};
const withoutSignature = (token: string) => `${token.split('.').slice(0, 2).join('.')}.`;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | undefined>;
  readonly body: string;
  readonly milliseconds: number;
}

/** A request as it goes over the wire: `headers` are names and values in turn, and may repeat a name. */
function send(url: string, headers: readonly string[], path = '/graphql', query = VIEWER): Promise<Answer> {
  const body = JSON.stringify({ query });
  const started = performance.now();
  const length = ['content-length', String(Buffer.byteLength(body))];
  const all = ['host', 'tributary.example', 'content-type', 'application/json', ...length, ...headers];
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method: 'POST', headers: all, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        const id = String(response.headers['x-request-id']);
        const entries = Object.entries(response.headers).filter(([name]) => !HEADERS_OF_THE_MOMENT.includes(name));
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(entries.map(([name, value]) => [name, String(value)])),
          body: text.replaceAll(id, 'the request id'),
          milliseconds: performance.now() - started,
        });
      });
    });
    sent.on('error', reject).end(body);
  });
}

const withToken = (url: string, token: string) => send(url, ['authorization', `Bearer ${token}`]);

/** What every refusal is, to the letter. */
async function refusal(url: string): Promise<Answer> {
  const answer = await withToken(url, 'nonsense');
  expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  expect(answer.body).toContain('"code":"UNAUTHENTICATED"');
  return answer;
}

async function expectRefusedAlike(url: string, make: () => string | Promise<string>): Promise<void> {
  const { milliseconds: _usual, ...usual } = await refusal(url);
  const { milliseconds: _own, ...own } = await withToken(url, await make());
  expect(own).toEqual(usual);
}

/** Tokens that anyone can make who holds no key. */
const forgeries: Record<string, () => string> = {
  'alg none': () => `${unsigned({ alg: 'none', typ: 'JWT' })}.`,
  'alg None, with something for a signature': () => `${unsigned({ alg: 'None' })}.AAAA`,
  'no alg': () => `${unsigned({ typ: 'JWT' })}.AAAA`,
  'alg that is a list': () => `${unsigned({ alg: ['HS256'] })}.AAAA`,
  'a weak secret': () => jwt.sign(claims(), 'secret'),
  'an empty secret': () => jwt.sign(claims(), '\0'.repeat(32), { header: { alg: 'HS256', kid: '/dev/null' } }),
  'a path for its key id': () =>
    jwt.sign(claims(), '\0'.repeat(32), { header: { alg: 'HS256', kid: '../../../../dev/null' } }),
  'a query for its key id': () => jwt.sign(claims(), 'x'.repeat(32), { header: { alg: 'HS256', kid: "' OR 1=1 --" } }),
  'a key of an object for its key id': () => `${unsigned({ alg: 'RS256', kid: { $ne: '' } })}.AAAA`,
  'a key of every prototype for its key id': () => `${unsigned({ alg: 'RS256', kid: '__proto__' })}.AAAA`,
  'a key of its own in the header': () => signedBy({ jwk: STRANGER.publicKey.export({ format: 'jwk' }), kid: 'rsa' }),
  'an address of its key': () => signedBy({ jku: `${provider.url}/jku`, kid: 'rsa' }),
  'an address of its certificate': () => signedBy({ x5u: `${provider.url}/x5u`, kid: 'rsa' }),
  'a certificate of its own': () => signedBy({ x5c: ['MIIB'], kid: 'rsa' }),
  'a stranger’s key': () => signedBy({ kid: 'rsa' }),
  'a signature of nothing but zeros': () =>
    `${unsigned({ alg: 'ES256', kid: 'ec' })}.${Buffer.alloc(64).toString('base64url')}`,
  'an unknown critical header': () => signedBy({ crit: ['exp'], kid: 'rsa' }),
  'five parts': () => 'a.b.c.d.e',
  'eight thousand letters': () => `${unsigned({ alg: 'HS256' }, { pad: 'x'.repeat(8_200) })}.AAAA`,
  'a payload that is no JSON': () => `${base64({ alg: 'HS256' })}.AAAA.AAAA`,
  'a secret of an API token that was never made': () => `trb_${'A'.repeat(43)}`,
};

const STRANGER = generateKeyPairSync('rsa', { modulusLength: 2_048 });
function signedBy(header: object): string {
  const text = unsigned({ alg: 'RS256', ...header }, { iss: provider.issuer, aud: provider.audience });
  return `${text}.${createSign('RSA-SHA256').update(text).sign(STRANGER.privateKey, 'base64url')}`;
}

describe('where a secret signs tokens', () => {
  const url = () => testServer().url;
  const attacks: Record<string, () => string | Promise<string>> = {
    ...forgeries,
    'a stripped signature': () => withoutSignature(tokenFor(tenant)),
    'another role under the signature': () => withPayload(tokenFor(tenant, ['VIEWER']), claims()),
    'another tenant under the signature': () => withPayload(tokenFor(stranger), claims()),
    'HS512 with the right secret': () => jwt.sign(claims(), testServer().jwtSecret, { algorithm: 'HS512' }),
    'a token of a provider': () => provider.sign(claims()),
    expired: () => tokenFor(tenant, ['ADMIN'], { exp: NOW - 1 }),
    'not yet valid': () => tokenFor(tenant, ['ADMIN'], { nbf: NOW + 600 }),
    'no end': () => jwt.sign(defined(claims({ exp: undefined })), testServer().jwtSecret),
    'no tenant that exists': () => tokenFor('nobody-here'),
    'a revoked API token': () => revokedToken(),
  };

  test('the right token passes', async () => {
    expect((await withToken(url(), tokenFor(tenant))).body).toContain(`"tenantId":"${tenant}"`);
  });

  test.each(Object.entries(attacks))('%s: refused like any other', (_name, make) => expectRefusedAlike(url(), make));
});

describe('where a provider signs tokens', () => {
  const url = () => byProvider.url;
  const pem = () => provider.rsa.publicKey.export({ type: 'spki', format: 'pem' });
  const der = () => provider.rsa.publicKey.export({ type: 'spki', format: 'der' });
  const jwk = () => JSON.stringify(provider.rsa.publicKey.export({ format: 'jwk' }));
  const confused = (secret: string | Buffer) =>
    jwt.sign(claims({ iss: provider.issuer, aud: provider.audience }), Buffer.from(secret), { keyid: 'rsa' });
  const attacks: Record<string, () => string | Promise<string>> = {
    ...forgeries,
    'HS256 by the public key as PEM': () => confused(pem()),
    'HS256 by the public key as DER': () => confused(der()),
    'HS256 by the public key as JWK': () => confused(jwk()),
    'the secret of another server': () => tokenFor(tenant),
    'a stripped signature': () => withoutSignature(provider.sign(claims())),
    'another role under the signature': () => withPayload(provider.sign(claims({ roles: [] })), claims()),
    'the key id of another kind of key': () => provider.sign(claims(), { kid: 'ec' }),
    'an unknown key id': () => provider.sign(claims(), { kid: 'made-up' }),
    'another audience': () => provider.sign(claims({ aud: 'other' })),
    'no audience': () => provider.sign(claims({ aud: undefined })),
    'another issuer': () => provider.sign(claims({ iss: 'https://login.example.evil' })),
    'no issuer': () => provider.sign(claims({ iss: undefined })),
    expired: () => provider.sign(claims({ exp: NOW - 5 })),
    'not yet valid': () => provider.sign(claims({ nbf: NOW + 600 })),
    'no end': () => provider.sign(claims({ exp: undefined })),
    'no tenant that exists': () => provider.sign(claims({ tenant: 'nobody-here' })),
    'the scope of an API token for a role': () => provider.sign(claims({ roles: ['scope:profiles:read:clear'] })),
    'a revoked API token': () => revokedToken(),
  };

  test.each(['RS256', 'ES256'])('the right token passes, signed with %s', async (alg) => {
    const answer = await withToken(url(), provider.sign(claims(), { alg }));
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining(`"tenantId":"${tenant}"`)]);
  });

  test('one of several audiences is enough', async () => {
    const token = provider.sign(claims({ aud: ['other', provider.audience] }));
    expect((await withToken(url(), token)).status).toBe(200);
  });

  test.each(Object.entries(attacks))('%s: refused like any other', (_name, make) => expectRefusedAlike(url(), make));

  test('no address in a token is ever asked for', async () => {
    for (const make of Object.values(attacks)) await withToken(url(), await make());
    expect(provider.asked).toEqual([]);
  });
});

describe('a token counts in the one header alone', () => {
  const url = () => testServer().url;
  const good = () => ['authorization', `Bearer ${tokenFor(tenant)}`];

  test('not in the address, a cookie, the body or another header', async () => {
    const token = tokenFor(tenant);
    const query = new URLSearchParams({ access_token: token, authorization: `Bearer ${token}`, token });
    const places = ['cookie', `authorization=Bearer ${token}; token=${token}`, 'x-authorization', `Bearer ${token}`];
    expect((await send(url(), places, `/graphql?${query}`)).status).toBe(401);
  });

  test.each<[string, () => string[]]>([
    ['two, a good one first', () => [...good(), 'authorization', 'Bearer x']],
    ['two, a good one last', () => ['Authorization', 'Bearer x', ...good()]],
    ['the same twice', () => [...good(), 'AUTHORIZATION', good()[1] ?? '']],
  ])('%s: refused like any other', async (_name, headers) => {
    const { milliseconds: _usual, ...usual } = await refusal(url());
    const { milliseconds: _own, ...own } = await send(url(), headers());
    expect(own).toEqual(usual);
  });

  test('two are refused by the Segment endpoint as well', async () => {
    const made = await apiToken(['events:write']);
    const basic = `Basic ${Buffer.from(`${made.secret}:`).toString('base64')}`;
    expect((await send(url(), ['authorization', basic], '/v1/track')).status).not.toBe(401);
    expect((await send(url(), ['authorization', basic, 'authorization', basic], '/v1/track')).status).toBe(401);
  });

  test.each(['Bearer', 'Bearer ', 'Token abc', 'Digest x', 'Basic !!', 'bearer  a b', ''])(
    '%j: refused like any other',
    async (value) => {
      const { milliseconds: _usual, ...usual } = await refusal(url());
      const { milliseconds: _own, ...own } = await send(url(), ['authorization', value]);
      expect(own).toEqual(usual);
    },
  );

  test('of 20 kB is refused by the HTTP layer', async () => {
    expect((await withToken(url(), 'x'.repeat(20_000))).status).toBe(431);
  });
});

test('no refusal takes much longer than another', async () => {
  const { url } = testServer();
  const tokens = ['nonsense', forgeries['alg none']?.(), jwt.sign(claims(), 'x'.repeat(32)), tokenFor('nobody-here')];
  const medians: number[] = [];
  for (const token of tokens) {
    const times: number[] = [];
    for (let i = 0; i < 15; i += 1) times.push((await withToken(url, token ?? '')).milliseconds);
    medians.push(times.sort((a, b) => a - b)[7] ?? 0);
  }
  expect(Math.max(...medians) - Math.min(...medians)).toBeLessThan(50);
});

interface Made {
  readonly secret: string;
  readonly token: { readonly id: string };
}

async function apiToken(scopes: readonly string[]): Promise<Made> {
  const create = 'mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { secret token { id } } }';
  const made = await dataOf<{ createApiToken: Made }>(tokenFor(tenant), create, { input: { name: 'x', scopes } });
  return made.createApiToken;
}

async function revokedToken(): Promise<string> {
  const { secret, token } = await apiToken(['profiles:read']);
  await dataOf(tokenFor(tenant), 'mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: token.id });
  return secret;
}
