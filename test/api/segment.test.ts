import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Analytics } from '@segment/analytics-node';
import { createTenant, dataOf, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const CREATE_TOKEN = 'mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { secret } }';
const PROFILE = `query ($identifier: IdentifierInput!) {
  profileByIdentifier(identifier: $identifier) {
    id
    traits { name phone city custom }
    channelAccounts { channel attributes }
    events { edges { node { messageId type name occurredAt campaign trafficSource properties } } }
  }
}`;
const QUARANTINE =
  'query ($code: String) { quarantinedItems(code: $code) { edges { node { source path original } } } }';

interface Profile {
  readonly id: string;
  readonly traits: Record<string, unknown>;
  readonly channelAccounts: readonly { channel: string; attributes: Record<string, unknown> }[];
  readonly events: { edges: { node: Record<string, unknown> }[] };
}

let admin: string;
let key: string;
beforeAll(async () => {
  admin = tokenFor(await createTenant('segment'));
  key = await createKey({ channel: 'APP' });
});

async function createKey(given: Record<string, unknown> = {}): Promise<string> {
  const input = { name: 'sdk', scopes: ['events:write'], ...given };
  return (await dataOf<{ createApiToken: { secret: string } }>(admin, CREATE_TOKEN, { input })).createApiToken.secret;
}

async function profileOf(type: string, value: string): Promise<Profile | null> {
  const variables = { identifier: { type, value } };
  return (await dataOf<{ profileByIdentifier: Profile | null }>(admin, PROFILE, variables)).profileByIdentifier;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  const response = await fetch(new URL(path, testServer().url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: basic, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

const track = (messageId: string, given: object = {}) => ({
  type: 'track',
  messageId,
  userId: 'u-raw',
  event: 'Signed Up',
  timestamp: '2026-01-01T00:00:00.000Z',
  ...given,
});
const batch = (...events: unknown[]) => JSON.stringify({ batch: events });
const codeOf = (answer: Answer) => [answer.status, (answer.body.error as { code: string } | undefined)?.code];

describe("Segment's own client", () => {
  test('feeds a profile with every kind of call, and repeating it changes nothing', async () => {
    const send = async () => {
      const failures: unknown[] = [];
      const analytics = new Analytics({ writeKey: key, host: testServer().url, maxRetries: 1, flushAt: 50 });
      analytics.on('error', (failure) => failures.push(failure));
      const userId = 'sdk-1';
      const context = { campaign: { name: 'spring', source: 'weibo', medium: 'cpc' } };
      analytics.track({ anonymousId: 'sdk-anon', event: 'Product Viewed', context, messageId: 'sdk-m1' });
      analytics.identify({
        userId,
        messageId: 'sdk-m2',
        traits: { firstName: '伟', lastName: '张', phone: '139 1234 0001', address: { city: '上海' }, plan: 'pro' },
      });
      analytics.alias({ userId, previousId: 'sdk-anon', messageId: 'sdk-m3' });
      analytics.page({ userId, category: 'Docs', name: 'Home', messageId: 'sdk-m4' });
      analytics.screen({ userId, name: 'Cart', messageId: 'sdk-m5' });
      analytics.group({ userId, groupId: 'acme', traits: { phone: '021-55550000' }, messageId: 'sdk-m6' });
      await analytics.closeAndFlush();
      expect(failures).toEqual([]);
    };
    await send();
    const profile = await profileOf('PHONE', '+8613912340001');
    expect(profile?.traits).toEqual({
      name: '张伟',
      phone: '+8613912340001',
      city: '上海',
      custom: expect.objectContaining({ plan: 'pro' }),
    });
    expect(await profileOf('ANONYMOUS_ID', 'sdk-anon')).toMatchObject({ id: profile?.id });
    expect(profile?.channelAccounts.every(({ channel }) => channel === 'APP')).toBe(true);
    expect(profile?.channelAccounts.some(({ attributes }) => attributes.group === 'acme')).toBe(true);
    const events = new Map(profile?.events.edges.map(({ node }) => [node.messageId, node]));
    expect([...events.keys()].sort()).toEqual(['sdk-m1', 'sdk-m2', 'sdk-m3', 'sdk-m4', 'sdk-m5', 'sdk-m6']);
    expect(events.get('sdk-m1')).toMatchObject({
      name: 'Product Viewed',
      campaign: { name: 'spring' },
      trafficSource: 'PAID',
    });
    expect(events.get('sdk-m4')).toMatchObject({ type: 'PAGE', name: 'Docs Home' });
    await send();
    expect((await profileOf('USER_ID', 'sdk-1'))?.events.edges).toHaveLength(6);
  });

  test('is told when its key does not hold', async () => {
    const failures: { reason?: { message?: string } }[] = [];
    const analytics = new Analytics({ writeKey: `trb_${'x'.repeat(43)}`, host: testServer().url, maxRetries: 0 });
    analytics.on('error', (failure) => failures.push(failure as never));
    analytics.track({ userId: 'u', event: 'E' });
    await analytics.closeAndFlush();
    expect(JSON.stringify(failures.map(({ reason }) => reason?.message))).toContain('401');
  });
});

describe('a batch', () => {
  test('is taken in part: the bad ones are kept aside with reasons', async () => {
    const large = track('large', { properties: { list: Array.from({ length: 9 }, () => 'x'.repeat(4_000)) } });
    const future = track('future', { timestamp: '2099-01-01T00:00:00Z' });
    const { status, body } = await post('/v1/batch', batch(track('part-1'), large, 'text', future, track('part-1')));
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      accepted: 1,
      duplicates: 1,
      rejected: [
        {
          index: 1,
          messageId: 'large',
          code: 'TOO_LARGE',
          path: 'event',
          message: expect.stringContaining('at most 32768'),
        },
        { index: 2, messageId: null, code: 'INVALID_TYPE', path: 'event', message: 'event: must be an object' },
        { index: 3, messageId: 'future', code: 'OCCURRED_IN_FUTURE', path: 'occurredAt', message: expect.any(String) },
      ],
    });
    const { quarantinedItems } = await dataOf<{ quarantinedItems: { edges: { node: object }[] } }>(admin, QUARANTINE, {
      code: 'OCCURRED_IN_FUTURE',
    });
    expect(quarantinedItems.edges.map(({ node }) => node)).toEqual([
      { source: 'SEGMENT', path: 'occurredAt', original: future },
    ]);
  });

  test('gives its context and the time it was sent to its events', async () => {
    const sent = { context: { campaign: { name: 'shared' } }, sentAt: '2000-01-01T00:10:00Z' };
    const event = track('late-1', { userId: 'late', timestamp: '2000-01-01T00:00:00Z' });
    await post('/v1/batch', JSON.stringify({ batch: [event], ...sent }));
    const stored = (await profileOf('USER_ID', 'late'))?.events.edges[0]?.node;
    expect(stored?.campaign).toMatchObject({ name: 'shared' });
    const minutesAgo = (Date.now() - new Date(String(stored?.occurredAt)).getTime()) / 60_000;
    expect(minutesAgo).toBeGreaterThanOrEqual(10);
    expect(minutesAgo).toBeLessThan(11);
  });

  test('of nothing is fine', async () => {
    expect((await post('/v1/batch', batch())).body).toEqual({
      success: true,
      accepted: 0,
      duplicates: 0,
      rejected: [],
    });
  });

  test('may hold a nest of 20,000 levels', async () => {
    const deep = `{"batch":[{"type":"track","event":"E","userId":"u","properties":{"a":${'['.repeat(15_000)}${']'.repeat(15_000)}}}]}`;
    const { status, body } = await post('/v1/batch', deep);
    expect([status, (body.rejected as { code: string }[])[0]?.code]).toEqual([200, 'TOO_DEEP']);
  });
});

describe('a call', () => {
  test.each([
    ['track', { event: 'E' }],
    ['identify', { traits: { plan: 'free' } }],
    ['page', { name: 'Home' }],
    ['screen', { name: 'Home' }],
    ['group', { groupId: 'g1' }],
    ['alias', { previousId: 'p1' }],
  ])('%s has an address of its own', async (kind, call) => {
    const { status, body } = await post(
      `/v1/${kind}`,
      JSON.stringify({ userId: 'single', messageId: `s-${kind}`, ...call }),
    );
    expect([status, body]).toEqual([200, { success: true, accepted: 1, duplicates: 0, rejected: [] }]);
  });

  test('without a message id is a duplicate when it is sent again', async () => {
    const { messageId: _, ...call } = track('', { userId: 'retry' });
    const send = async () => (await post('/v1/track', JSON.stringify({ ...call, sentAt: new Date() }))).body;
    expect(await send()).toMatchObject({ accepted: 1 });
    expect(await send()).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  test('over 32 kB is 413', async () => {
    expect(codeOf(await post('/v1/track', JSON.stringify(track('big', { x: 'x'.repeat(33_000) }))))).toEqual([
      413,
      'TOO_LARGE',
    ]);
  });
});

describe('the encoding of a body', () => {
  const body = (id: string) => Buffer.from(batch(track(id)));
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  test.each([
    ['gzip labelled as a form', 'enc-1', gzipSync, { ...form, 'content-encoding': 'gzip' }],
    ['deflate', 'enc-2', deflateSync, { 'content-encoding': 'deflate' }],
    ['raw deflate', 'enc-3', deflateRawSync, { 'content-encoding': 'deflate' }],
    ['a malformed content type', 'enc-4', (bytes: Buffer) => bytes, { 'content-type': 'json' }],
    ['a beacon', 'enc-5', (bytes: Buffer) => bytes, { 'content-type': 'text/plain;charset=UTF-8' }],
    ['identity', 'enc-6', (bytes: Buffer) => bytes, { 'content-encoding': 'identity' }],
  ])('%s is read', async (_case, id, pack, headers) => {
    const answer = await post('/v1/batch', new Uint8Array(pack(body(id))), headers);
    expect([answer.status, answer.body]).toEqual([200, { success: true, accepted: 1, duplicates: 0, rejected: [] }]);
  });

  test('a gzip bomb is 413 and costs no more memory than the limit', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(300_000_000, 0x20), { level: 9 }));
    expect(bomb.length).toBeLessThan(400_000);
    expect(codeOf(await post('/v1/batch', bomb, { 'content-encoding': 'gzip' }))).toEqual([413, 'TOO_LARGE']);
  });

  test.each([
    ['what is no gzip', batch(), { 'content-encoding': 'gzip' }, [400, 'BAD_USER_INPUT']],
    ['another encoding', batch(), { 'content-encoding': 'br' }, [415, 'UNKNOWN_ENCODING']],
    ['more than 500 kB', batch('x'.repeat(512_000)), {}, [413, 'TOO_LARGE']],
    ['no JSON', '{"batch":', {}, [400, 'BAD_USER_INPUT']],
    ['a list', '[]', {}, [400, 'BAD_USER_INPUT']],
    ['nothing', '', {}, [400, 'BAD_USER_INPUT']],
    ['no batch', '{}', {}, [400, 'BAD_USER_INPUT']],
    ['what is no UTF-8', new Uint8Array(Buffer.from('{"batch":[],"a":"\xff"}', 'latin1')), {}, [400, 'BAD_USER_INPUT']],
    ['more than 5,000 events', batch(...Array(5_001).fill(0)), {}, [413, 'TOO_LARGE']],
  ])('%s is refused', async (_case, given, headers, expected) => {
    expect(codeOf(await post('/v1/batch', given, headers))).toEqual(expected);
  });
});

describe('who may send', () => {
  const asking = (authorization: string) => post('/v1/batch', batch(), { authorization });

  test('a bad key is 401', async () => {
    for (const authorization of ['', 'Basic x', `Bearer trb_${'x'.repeat(43)}`, 'Bearer a.b.c'])
      expect(codeOf(await asking(authorization))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('a token without the scope is 403, one with it is let in, as an administrator is', async () => {
    expect(codeOf(await asking(`Bearer ${await createKey({ scopes: ['events:read'], channel: null })}`))).toEqual([
      403,
      'FORBIDDEN',
    ]);
    expect((await asking(`Bearer ${key}`)).status).toBe(200);
    expect((await asking(`Bearer ${admin}`)).status).toBe(200);
  });

  test('a token writes its own channel alone; its namespace scopes what names none', async () => {
    const scoped = `Bearer ${await createKey({ channel: 'CRM', namespace: 'shop-1' })}`;
    const other = track('c1', { context: { channel: 'STORE' } });
    const own = track('c2', { userId: 'scoped', context: { channel: 'server' } });
    const { body } = await post('/v1/batch', batch(other, own), { authorization: scoped });
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: 'CHANNEL_NOT_ALLOWED', messageId: 'c1' }] });
    const find = (namespace: string | null) =>
      dataOf<{ profileByIdentifier: Profile | null }>(admin, PROFILE, {
        identifier: { type: 'USER_ID', value: 'scoped', namespace },
      });
    expect((await find('shop-1')).profileByIdentifier?.channelAccounts).toMatchObject([{ channel: 'CRM' }]);
    expect((await find(null)).profileByIdentifier).toBeNull();
  });
});
