import { beforeAll, describe, expect, test } from '@jest/globals';
import { TenantSettingsDocument, UpdateTenantSettingsDocument } from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { createTenant, dataOf, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const CREATE_TOKEN = 'mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { secret } }';
const EVENTS = `query ($identifier: IdentifierInput!) { profileByIdentifier(identifier: $identifier) {
  events { edges { node { messageId trafficSource campaign touchpoint { initiative place valueClass } } } } } }`;

interface Shown {
  readonly messageId: string;
  readonly trafficSource: string;
  readonly campaign: unknown;
  readonly touchpoint: unknown;
}

let admin: ApiClient;
let adminToken: string;
const keys: Record<string, string> = {};
beforeAll(async () => {
  const tenant = await createTenant('traffic');
  admin = clientOf(tenant);
  adminToken = tokenFor(tenant);
  for (const channel of ['WEB', 'MINI_PROGRAM', 'ERP']) {
    const input = { name: channel, scopes: ['events:write'], channel };
    const made = await dataOf<{ createApiToken: { secret: string } }>(adminToken, CREATE_TOKEN, { input });
    keys[channel] = made.createApiToken.secret;
  }
});

async function send(channel: string, userId: string, calls: Record<string, object>): Promise<void> {
  const batch = Object.entries(calls).map(([messageId, call]) => ({
    type: 'track',
    event: 'Product Viewed',
    userId,
    messageId,
    ...call,
  }));
  const response = await fetch(new URL('/v1/batch', testServer().url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${keys[channel]}:`).toString('base64')}`,
    },
    body: JSON.stringify({ batch }),
  });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ success: true })]);
}

async function eventsOf(userId: string): Promise<Map<string, Shown>> {
  const variables = { identifier: { type: 'USER_ID', value: userId } };
  const { profileByIdentifier: profile } = await dataOf<{
    profileByIdentifier: { events: { edges: { node: Shown }[] } };
  }>(adminToken, EVENTS, variables);
  return new Map(profile.events.edges.map(({ node }) => [node.messageId, node]));
}

async function decide(trafficSources: unknown): Promise<void> {
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings: { trafficSources }, expectedVersion: version });
}

describe('an event over the Segment endpoint', () => {
  test('says what brought the customer, by which campaign, and what kind of touch it was', async () => {
    const page = { url: 'https://shop.example.com/?utm_source=baidu&utm_medium=cpc&utm_campaign=spring' };
    await send('WEB', 'tr-1', {
      'tr-utm': { context: { page } },
      'tr-referrer': { context: { page: { referrer: 'https://www.sogou.com/web' } }, event: 'Order Completed' },
      'tr-own-page': {
        context: { page: { referrer: 'https://shop.example.com/a', url: 'https://shop.example.com/b' } },
      },
    });
    await send('MINI_PROGRAM', 'tr-1', {
      'tr-scene': { properties: { scene: 1008 } },
      'tr-qr': { properties: { qrScene: 'table-4' } },
    });
    await send('ERP', 'tr-1', { 'tr-store': { properties: { storeId: 'sh-3' }, event: 'Order Completed' } });
    const events = await eventsOf('tr-1');
    const sources = [...events].map(([id, { trafficSource }]) => [id, trafficSource]);
    expect(Object.fromEntries(sources)).toEqual({
      'tr-utm': 'PAID',
      'tr-referrer': 'SEARCH',
      'tr-own-page': 'DIRECT',
      'tr-scene': 'WORD_OF_MOUTH',
      'tr-qr': 'OFFLINE',
      'tr-store': 'OFFLINE',
    });
    expect(events.get('tr-utm')?.campaign).toEqual({ name: 'spring', source: 'baidu', medium: 'cpc' });
    expect(events.get('tr-store')?.touchpoint).toEqual({ initiative: 'ACTIVE', place: 'OFFLINE', valueClass: 'HIGH' });
  });

  test("is told apart by the tenant's own tables too", async () => {
    await decide({
      scenes: { 1008: 'PARTNER' },
      qrScenes: { 'kol-*': 'CONTENT' },
      sites: { 'ally.example': 'PARTNER' },
    });
    await send('MINI_PROGRAM', 'tr-2', {
      'tr-own-scene': { properties: { scene: 1008 } },
      'tr-own-qr': { properties: { qrScene: 'kol-7' } },
      'tr-built-in': { properties: { scene: 1045 } },
    });
    await send('WEB', 'tr-2', { 'tr-own-site': { context: { page: { referrer: 'https://www.ally.example/' } } } });
    const sources = [...(await eventsOf('tr-2'))].map(([id, { trafficSource }]) => [id, trafficSource]);
    expect(Object.fromEntries(sources)).toEqual({
      'tr-own-scene': 'PARTNER',
      'tr-own-qr': 'CONTENT',
      'tr-built-in': 'PAID',
      'tr-own-site': 'PARTNER',
    });
  });

  test.each([
    ['settings.trafficSources.scenes.1047', { scenes: { 1047: 'OWL' } }],
    ['settings.trafficSources.scenes.box', { scenes: { box: 'PAID' } }],
    ['settings.trafficSources.qrScenes.*', { qrScenes: { '*': 'PAID' } }],
    ['settings.trafficSources.sites.https://a.cn', { sites: { 'https://a.cn': 'PAID' } }],
    ['settings.trafficSources.owls', { owls: {} }],
    [
      'settings.trafficSources.mediums',
      { mediums: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`m${n}`, 'PAID'])) },
    ],
  ])('a faulty table is refused by its place: %s', async (path, trafficSources) => {
    await expect(decide(trafficSources)).rejects.toThrow(`BAD_USER_INPUT ${path}: `);
  });
});
