import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiTokenDocument,
  RegisterTrustedDocumentsDocument,
  RemoveTrustedDocumentsDocument,
  RotateApiTokenDocument,
  TrustedDocumentsDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, clientOf, clientWith } from '../support/api-client.js';
import { untilEntries } from '../support/audit-reader.js';
import { decideSettings } from '../support/match-candidates.js';
import { RawSocket } from '../support/raw-socket.js';
import { byUser, eventOf, sendAll } from '../support/sample-events.js';
import { codesOf, createTenant, tokenFor } from '../support/server.js';
import { type ServerBeside, startBeside } from '../support/server-beside.js';
import { BINDS_WITHIN_MS } from '../support/tenant-policies.js';
import { testServer } from '../support/test-server.js';

const VIEWER = 'query Who { viewer { subject } }';
const OTHER = 'query Who { viewer { subject tenantId } }';
const FOLLOW = 'subscription { eventIngested { cursor } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(text) } });

let beside: ServerBeside;
const open: RawSocket[] = [];
beforeAll(async () => {
  beside = await startBeside({ JWT_SECRET: testServer().jwtSecret });
}, 180_000);
afterAll(async () => {
  for (const { socket } of open) socket.terminate();
  await beside.close();
});

interface Partner {
  readonly tenant: string;
  readonly admin: ApiClient;
  readonly client: ApiClient;
  readonly tokenId: string;
}

/** A tenant with a partner that runs what is registered alone: `documents`. */
async function partnerWith(
  documents: readonly string[],
  settings: Record<string, unknown> = { trustedDocumentsOnly: true },
): Promise<Partner> {
  const tenant = await createTenant('trusted');
  const admin = clientOf(tenant);
  const input = { name: 'shop', scopes: ['profiles:read', 'events:read'] };
  const { createApiToken } = await admin.data(CreateApiTokenDocument, { input });
  if (documents.length > 0) await admin.data(RegisterTrustedDocumentsDocument, { partner: 'shop', documents });
  await decideSettings(admin, settings);
  return { tenant, admin, client: clientWith(createApiToken.secret), tokenId: createApiToken.token.id };
}

const post = (client: ApiClient, body: object) => client.send<Record<string, unknown>>(JSON.stringify(body));

async function get(client: ApiClient, parameters: Record<string, string>) {
  const url = new URL('/graphql', client.url);
  url.search = new URLSearchParams(parameters).toString();
  const headers = { authorization: `Bearer ${client.token}`, 'apollo-require-preflight': 'yes' };
  const response = await fetch(url, { headers });
  const answer = (await response.json()) as { data: unknown; errors?: never };
  return { status: response.status, ...answer };
}

async function overSocket(client: ApiClient, payload: object): Promise<object> {
  const socket = await RawSocket.connected(client.url, client.token);
  open.push(socket);
  socket.send({ id: '1', type: 'subscribe', payload });
  return socket.answerTo('1');
}

describe('where a tenant says so, an API token runs what is registered alone', () => {
  test('over POST, GET and WebSocket, by its text and by its hash', async () => {
    const { client } = await partnerWith([VIEWER]);
    const data = { viewer: { subject: expect.stringMatching(/^tok_/) } };
    expect(await post(client, { query: VIEWER })).toMatchObject({ status: 200, data });
    expect(await post(client, { extensions: byHash(VIEWER) })).toMatchObject({ status: 200, data });
    expect(await post(client, { query: VIEWER, extensions: byHash(VIEWER) })).toMatchObject({ status: 200, data });
    expect(await get(client, { query: VIEWER })).toMatchObject({ status: 200, data });
    expect(await get(client, { extensions: JSON.stringify(byHash(VIEWER)) })).toMatchObject({ status: 200, data });
    expect(await overSocket(client, { query: VIEWER })).toMatchObject({ type: 'next', payload: { data } });
    expect(await overSocket(client, { query: '', extensions: byHash(VIEWER) })).toMatchObject({ payload: { data } });
  });

  test('and nothing else, valid or not, by any of these ways', async () => {
    const { client, admin, tokenId } = await partnerWith([VIEWER]);
    const refused = { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } };
    for (const query of [OTHER, `${VIEWER} `, '{ __schema { types { name } } }', '{ nonsense', '{ __typename }']) {
      for (const asked of [{ query }, { query, extensions: byHash(query) }]) {
        const answer = await post(client, asked);
        expect({ query, ...answer }).toMatchObject({ query, status: 403, errors: [refused] });
        expect(await overSocket(client, asked)).toMatchObject({ type: 'error', payload: [refused] });
      }
      expect(await get(client, { query })).toMatchObject({ status: 403, errors: [refused] });
    }
    expect(await post(client, { extensions: byHash(OTHER) })).toMatchObject({ status: 403, errors: [refused] });
    expect(await get(client, { extensions: JSON.stringify(byHash(OTHER)) })).toMatchObject({ errors: [refused] });
    expect(await overSocket(client, { query: '', extensions: byHash(OTHER) })).toMatchObject({ payload: [refused] });
    expect(await overSocket(client, { query: FOLLOW })).toMatchObject({ type: 'error', payload: [refused] });
    const [entry] = await untilEntries(admin, { action: 'runDocument' }, 1);
    expect(entry).toMatchObject({ actor: tokenId, outcome: 'DOCUMENT_NOT_TRUSTED' });
  });

  test('also where others ran the document often: the quick way asks as well', async () => {
    const { admin, client } = await partnerWith([VIEWER]);
    for (let n = 0; n < 6; n += 1) await admin.data(OTHER);
    for (let n = 0; n < 6; n += 1) expect((await post(client, { query: VIEWER })).errors).toBeUndefined();
    expect(codesOf(await post(client, { query: OTHER }))).toEqual(['DOCUMENT_NOT_TRUSTED']);
  });

  test('a hash that is not the text’s is refused', async () => {
    const { client } = await partnerWith([VIEWER]);
    const answer = await post(client, { query: OTHER, extensions: byHash(VIEWER) });
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', details: { path: 'extensions.persistedQuery.sha256Hash' } } },
    ]);
  });

  test('a subscription that is registered is followed', async () => {
    const { admin, client } = await partnerWith([FOLLOW]);
    const socket = await RawSocket.connected(client.url, client.token);
    open.push(socket);
    socket.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW } });
    while (!socket.received.some(({ id }) => id === '1'))
      await sendAll(admin, [eventOf({ identifiers: [byUser('followed')] })]);
    expect(await socket.answerTo('1')).toMatchObject({ type: 'next', payload: { data: { eventIngested: {} } } });
  });

  test('users run what they like, and who brings no token is told nothing', async () => {
    const { admin, client } = await partnerWith([VIEWER]);
    expect(await admin.codes(OTHER)).toEqual([]);
    expect(codesOf(await post(admin, { extensions: byHash(VIEWER) }))).toEqual(['DOCUMENT_NOT_TRUSTED']);
    const response = await fetch(new URL('/graphql', client.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ extensions: byHash(VIEWER) }),
    });
    expect(response.status).toBe(401);
  });

  test('a token that was rotated runs what its predecessor did', async () => {
    const { admin, tokenId } = await partnerWith([VIEWER]);
    const { rotateApiToken } = await admin.data(RotateApiTokenDocument, { id: tokenId, overlapMinutes: 0 });
    const successor = clientWith(rotateApiToken.secret);
    expect([await successor.codes(VIEWER), await successor.codes(OTHER)]).toEqual([[], ['DOCUMENT_NOT_TRUSTED']]);
  });
});

test('where it does not, a token runs what it likes, and what is registered by its hash', async () => {
  const { client } = await partnerWith([VIEWER], { trustedDocumentsOnly: null });
  expect(await client.codes(OTHER)).toEqual([]);
  expect(codesOf(await post(client, { extensions: byHash(VIEWER) }))).toEqual([]);
  expect(codesOf(await post(client, { extensions: byHash(OTHER) }))).toEqual(['DOCUMENT_NOT_TRUSTED']);
});

describe('registering', () => {
  test('again changes nothing; what is removed runs no more, in any process within two seconds', async () => {
    const { admin, client } = await partnerWith([VIEWER, OTHER]);
    const there = new ApiClient(beside.url, client.token);
    expect([await client.codes(OTHER), await there.codes(OTHER)]).toEqual([[], []]);
    const { registerTrustedDocuments: again } = await admin.data(RegisterTrustedDocumentsDocument, {
      partner: 'shop',
      documents: [VIEWER],
    });
    expect(again).toEqual([{ partner: 'shop', sha256: hashOf(VIEWER), text: VIEWER }]);
    const sha256 = [hashOf(OTHER), hashOf('{ neverThere }')];
    expect(await admin.data(RemoveTrustedDocumentsDocument, { partner: 'shop', sha256 })).toEqual({
      removeTrustedDocuments: 1,
    });
    const removed = Date.now();
    expect(await client.codes(OTHER)).toEqual(['DOCUMENT_NOT_TRUSTED']);
    for (let asked = Date.now(); (await there.codes(OTHER)).length === 0; asked = Date.now())
      expect(asked - removed).toBeLessThan(BINDS_WITHIN_MS);
    const { trustedDocuments } = await admin.data(TrustedDocumentsDocument, { partner: 'shop' });
    expect(trustedDocuments.map(({ sha256: hash }) => hash)).toEqual([hashOf(VIEWER)]);
  });

  test('is for one partner of one tenant', async () => {
    const [mine, theirs] = [await partnerWith([VIEWER]), await partnerWith([OTHER])];
    expect(await mine.client.codes(OTHER)).toEqual(['DOCUMENT_NOT_TRUSTED']);
    const register = (admin: ApiClient, partner: string) =>
      admin.codes(RegisterTrustedDocumentsDocument, { partner, documents: [VIEWER] });
    expect(await register(mine.admin, theirs.tokenId)).toEqual(['NOT_FOUND']);
    expect(await register(mine.admin, 'nobody')).toEqual(['NOT_FOUND']);
    const input = { name: 'other', scopes: ['profiles:read'] };
    const other = clientWith((await mine.admin.data(CreateApiTokenDocument, { input })).createApiToken.secret);
    expect(await other.codes(VIEWER)).toEqual(['DOCUMENT_NOT_TRUSTED']);
    expect(await register(mine.admin, 'other')).toEqual([]);
    expect(await other.codes(VIEWER)).toEqual([]);
  });

  test('is for ADMIN alone', async () => {
    const { tenant, client } = await partnerWith([], { trustedDocumentsOnly: null });
    const asks = [client, ...['STEWARD', 'MARKETER', 'PRIVACY_OFFICER'].map((role) => clientOf(tenant, [role]))];
    for (const ask of asks) {
      const variables = { partner: 'shop', documents: [VIEWER] };
      expect(await ask.codes(RegisterTrustedDocumentsDocument, variables)).toEqual(['FORBIDDEN']);
      expect(await ask.codes(TrustedDocumentsDocument, { partner: 'shop' })).toEqual(['FORBIDDEN']);
    }
  });

  test('one that could not run, or beyond the bounds, is refused with its place, and none is saved', async () => {
    const { admin } = await partnerWith([], { trustedDocumentsOnly: null });
    const register = (documents: string[]) =>
      admin.ask(RegisterTrustedDocumentsDocument, { partner: 'shop', documents });
    const faults: [string[], string][] = [
      [[VIEWER, '{ nonsense }'], 'documents[1]'],
      [[VIEWER, '{'], 'documents[1]'],
      [['{ profileByIdentifier(identifier: { type: PHONE, value: "+8613812341234" }) { id } }'], 'documents[0]'],
      [[], 'documents'],
      [Array.from({ length: 101 }, (_, n) => `query Q${n} { viewer { subject } }`), 'documents'],
    ];
    for (const [documents, path] of faults) {
      const { errors } = await register(documents);
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path } } }]);
    }
    expect((await admin.data(TrustedDocumentsDocument, { partner: 'shop' })).trustedDocuments).toEqual([]);
    for (let n = 0; n < 10; n += 1) {
      const piece = Array.from({ length: 100 }, (_, m) => `query Q${n}_${m} { viewer { subject } }`);
      expect((await register(piece)).errors).toBeUndefined();
    }
    expect((await register([VIEWER])).errors).toMatchObject([{ extensions: { details: { path: 'documents' } } }]);
    const first = (await admin.data(TrustedDocumentsDocument, { partner: 'shop', first: 100 })).trustedDocuments;
    const after = first.at(-1)?.sha256 ?? '';
    const second = (await admin.data(TrustedDocumentsDocument, { partner: 'shop', first: 1, after })).trustedDocuments;
    expect(first).toHaveLength(100);
    expect((second[0]?.sha256 ?? '') > after).toBe(true);
  }, 120_000);
});

test('the token of a user who calls themselves as a partner does is a user’s', async () => {
  const { tenant } = await partnerWith([VIEWER]);
  const namesake = clientWith(tokenFor(tenant, ['VIEWER'], { sub: 'shop' }));
  expect(codesOf(await post(namesake, { extensions: byHash(VIEWER) }))).toEqual(['DOCUMENT_NOT_TRUSTED']);
});
