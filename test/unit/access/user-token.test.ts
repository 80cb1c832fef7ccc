import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { UserTokenService } from '../../../src/access/user-token.service.js';

const SECRET = 'a secret of thirty-two bytes, or more';
const NOW = Math.floor(Date.now() / 1_000);
const CLAIMS = { sub: 'ada', tenant: 'acme', roles: ['VIEWER'], exp: NOW + 3_600 };

/** Claims without those that are undefined. */
const given = (claims: object) => JSON.parse(JSON.stringify(claims)) as object;
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const REFUSED = {
  code: 'UNAUTHENTICATED',
  message: 'The token is missing, malformed, expired or revoked.',
  details: {},
};

describe('a token signed with the secret', () => {
  const service = new UserTokenService({ jwtSecret: SECRET, jwks: undefined });
  const sign = (claims: object, options: jwt.SignOptions = {}) =>
    jwt.sign(given(claims), SECRET, { algorithm: 'HS256', ...options });

  test('names who, of which tenant, as what and until when', async () => {
    await expect(service.verify(sign(CLAIMS))).resolves.toEqual({
      subject: 'ada',
      tenantId: 'acme',
      roles: ['VIEWER'],
      purposes: ['SERVICE', 'ANALYTICS', 'MARKETING', 'PERSONALISATION', 'PARTNER_SHARING'],
      expiresAt: new Date((NOW + 3_600) * 1_000),
    });
  });

  test('keeps to the purposes it names', async () => {
    await expect(service.verify(sign({ ...CLAIMS, purposes: ['SERVICE'] }))).resolves.toMatchObject({
      purposes: ['SERVICE'],
    });
  });

  test('is what sign makes', async () => {
    const made = service.sign({ tenantId: 'acme', roles: ['ADMIN'], subject: 'cli', ttlSeconds: 60 });
    await expect(service.verify(made)).resolves.toMatchObject({ subject: 'cli', tenantId: 'acme', roles: ['ADMIN'] });
  });

  const good = sign(CLAIMS);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const forged: Record<string, string> = {
    'alg none': `${base64({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    'alg none in capitals, with a signature': `${base64({ alg: 'NONE' })}.${payload}.${signature}`,
    'a stripped signature': `${header}.${payload}.`,
    'another payload under the same signature': `${header}.${base64({ ...CLAIMS, roles: ['ADMIN'] })}.${signature}`,
    'another secret': jwt.sign(CLAIMS, 'another secret of thirty-two bytes!!'),
    'an empty secret': `${header}.${payload}.${Buffer.alloc(32).toString('base64url')}`,
    'HS512 with the right secret': sign(CLAIMS, { algorithm: 'HS512' }),
    'a path for its key id, signed with what is there': jwt.sign(CLAIMS, '\0'.repeat(32), { keyid: '../../dev/null' }),
    'a key of its own': `${base64({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })}.${payload}.${signature}`,
    'an address of a key': `${base64({ alg: 'RS256', x5u: 'http://127.0.0.1:1/key', kid: 'a' })}.${payload}.${signature}`,
    expired: sign({ ...CLAIMS, exp: NOW - 1 }),
    'not yet valid': sign({ ...CLAIMS, nbf: NOW + 60 }),
    'no expiry': sign({ ...CLAIMS, exp: undefined }),
    'an expiry that no calendar has': sign({ ...CLAIMS, exp: 1e20 }),
    'an expiry that is text': `${header}.${base64({ ...CLAIMS, exp: 'never' })}.${signature}`,
    'no tenant': sign({ ...CLAIMS, tenant: undefined }),
    'the reserved tenant': sign({ ...CLAIMS, tenant: 'platform' }),
    'a tenant with a colon': sign({ ...CLAIMS, tenant: 'acme:prf' }),
    'a tenant that is an object': sign({ ...CLAIMS, tenant: { $ne: 'acme' } }),
    'no subject': sign({ ...CLAIMS, sub: undefined }),
    'no roles': sign({ ...CLAIMS, roles: undefined }),
    'the scope of an API token for a role': sign({ ...CLAIMS, roles: ['scope:profiles:read:clear'] }),
    'an unknown purpose': sign({ ...CLAIMS, purposes: ['ANYTHING'] }),
    'no JSON': 'aaaa.bbbb.cccc',
    'ten thousand letters': `${header}.${'a'.repeat(10_000)}.${signature}`,
    nothing: '',
  };
  test.each(Object.entries(forged))('is refused with %s', async (_, token) => {
    await expect(service.verify(token)).rejects.toMatchObject(REFUSED);
  });

  test('is refused by the clock it is given', async () => {
    const later = new UserTokenService({ jwtSecret: SECRET, jwks: undefined }, () => new Date((NOW + 3_600) * 1_000));
    const token = sign({ ...CLAIMS, exp: NOW + 60 });
    await expect(service.verify(token)).resolves.toMatchObject({ subject: 'ada' });
    await expect(later.verify(token)).rejects.toMatchObject(REFUSED);
  });

  test('is refused from the moment it expires, also where it has held before', async () => {
    let now = NOW;
    const aging = new UserTokenService({ jwtSecret: SECRET, jwks: undefined }, () => new Date(now * 1_000));
    const token = sign({ ...CLAIMS, exp: NOW + 60 });
    await aging.verify(token);
    now = NOW + 59;
    await expect(aging.verify(token)).resolves.toMatchObject({ subject: 'ada' });
    now = NOW + 60;
    await expect(aging.verify(token)).rejects.toMatchObject(REFUSED);
  });

  test('is not made or read under a secret shorter than 32 bytes', () => {
    expect(() => new UserTokenService({ jwtSecret: 'x'.repeat(31), jwks: undefined })).toThrow('at least 32 bytes');
  });
});

describe("a token of an identity provider's", () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  let provider: Server;
  let fetches = 0;
  let status = 200;
  let service: UserTokenService;
  const options = () => ({
    uri: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/keys`,
    issuer: 'idp',
    audience: 'tributary',
  });

  beforeAll(async () => {
    const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' });
    const keys = JSON.stringify({ keys: [jwk(rsa.publicKey, 'rsa'), jwk(ec.publicKey, 'ec')] });
    provider = createServer((_, response) => {
      fetches += 1;
      response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? keys : '{}');
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    fetches = 0;
    status = 200;
    service = new UserTokenService({ jwtSecret: undefined, jwks: options() });
  });
  afterAll(() => {
    provider.closeAllConnections();
    provider.close();
  });

  const sign = (key: KeyObject, algorithm: jwt.Algorithm, keyid: string | undefined, more: object = {}) =>
    jwt.sign(given({ ...CLAIMS, iss: 'idp', aud: 'tributary', ...more }), key, { algorithm, ...(keyid && { keyid }) });

  test('holds with RS256 and with ES256, and one fetch serves both', async () => {
    await expect(service.verify(sign(rsa.privateKey, 'RS256', 'rsa'))).resolves.toMatchObject({ subject: 'ada' });
    await expect(service.verify(sign(ec.privateKey, 'ES256', 'ec'))).resolves.toMatchObject({ subject: 'ada' });
    expect(fetches).toBe(1);
  });

  const forged: Record<string, () => string> = {
    'HS256 signed with the public key': () =>
      jwt.sign({ ...CLAIMS, iss: 'idp', aud: 'tributary' }, Buffer.from(pem), { algorithm: 'HS256', keyid: 'rsa' }),
    'RS512 in place of RS256': () => sign(rsa.privateKey, 'RS512', 'rsa'),
    'PS256 in place of RS256': () => sign(rsa.privateKey, 'PS256', 'rsa'),
    "a stranger's key": () => sign(stranger.privateKey, 'RS256', 'rsa'),
    'an unknown key id': () => sign(stranger.privateKey, 'RS256', 'other'),
    'no key id': () => sign(rsa.privateKey, 'RS256', undefined),
    'another issuer': () => sign(rsa.privateKey, 'RS256', 'rsa', { iss: 'someone' }),
    'no issuer': () => sign(rsa.privateKey, 'RS256', 'rsa', { iss: undefined }),
    'no expiry': () => sign(rsa.privateKey, 'RS256', 'rsa', { exp: undefined }),
    'another audience': () => sign(rsa.privateKey, 'RS256', 'rsa', { aud: 'someone' }),
    expired: () => sign(rsa.privateKey, 'RS256', 'rsa', { exp: NOW - 1 }),
    'alg none': () => `${base64({ alg: 'none', kid: 'rsa' })}.${base64({ ...CLAIMS, iss: 'idp', aud: 'tributary' })}.`,
  };
  test.each(Object.entries(forged))('is refused with %s', async (_, make) => {
    await expect(service.verify(make())).rejects.toMatchObject(REFUSED);
  });

  test('is refused with HS256 and the public key also where a secret is set, which goes on holding', async () => {
    const both = new UserTokenService({ jwtSecret: SECRET, jwks: options() });
    const confused = jwt.sign(CLAIMS, Buffer.from(pem), { algorithm: 'HS256', keyid: 'rsa' });
    await expect(both.verify(confused)).rejects.toMatchObject(REFUSED);
    await expect(both.verify(jwt.sign(CLAIMS, SECRET))).resolves.toMatchObject({ subject: 'ada' });
    await expect(both.verify(sign(rsa.privateKey, 'RS256', 'rsa'))).resolves.toMatchObject({ subject: 'ada' });
  });

  test('holds from 30 seconds before its time, and never after its end', async () => {
    const early = (seconds: number) => service.verify(sign(rsa.privateKey, 'RS256', 'rsa', { nbf: NOW + seconds }));
    await expect(early(20)).resolves.toMatchObject({ subject: 'ada' });
    await expect(early(120)).rejects.toMatchObject(REFUSED);
    const ended = sign(rsa.privateKey, 'RS256', 'rsa', { exp: NOW - 5 });
    await expect(service.verify(ended)).rejects.toMatchObject(REFUSED);
  });

  test('with made-up key ids fetches the keys once, and real ones go on', async () => {
    for (let i = 0; i < 20; i += 1) {
      await expect(service.verify(sign(stranger.privateKey, 'RS256', `made-up-${i}`))).rejects.toMatchObject(REFUSED);
    }
    await expect(service.verify(sign(rsa.privateKey, 'RS256', 'rsa'))).resolves.toMatchObject({ subject: 'ada' });
    expect(fetches).toBe(1);
  });

  test('waits for a provider that is away, and is not called forged', async () => {
    status = 503;
    await expect(service.verify(sign(rsa.privateKey, 'RS256', 'rsa'))).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
    });
  });

  test('goes on holding while the provider is away', async () => {
    let ahead = 0;
    const aging = new UserTokenService({ jwtSecret: undefined, jwks: options() }, () => new Date(Date.now() + ahead));
    await aging.verify(sign(rsa.privateKey, 'RS256', 'rsa'));
    status = 503;
    ahead = 3_600_000;
    await expect(aging.verify(sign(rsa.privateKey, 'RS256', 'rsa', { exp: NOW + 7_200 }))).resolves.toMatchObject({
      subject: 'ada',
    });
    expect(fetches).toBe(2);
  });

  test("can't be made here", () => {
    const token = { tenantId: 'acme', roles: ['ADMIN'], subject: 'cli', ttlSeconds: 60 };
    expect(() => service.sign(token)).toThrow('JWKS_URI');
  });
});
