import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AuditLogDocument,
  ConfigureTenantDocument,
  CreateTenantDocument,
  DeleteTenantDocument,
  EventIngestedDocument,
  ListProfilesDocument,
  ResumeTenantDocument,
  StartJobDocument,
  SuspendTenantDocument,
  TenantDocument,
  TenantSettingsDocument,
  TenantsDocument,
  type TenantsQuery,
} from '../../schema/generated/operations.js';
import type { Database } from '../../src/platform/database.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/job-client.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, phoneNumber, send, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor, withDatabase } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

let platform: ApiClient;
let home: string;
beforeAll(async () => {
  home = await createTenant('operator');
  platform = clientOf(home, ['PLATFORM_ADMIN']);
});

const nameOf = (prefix: string) => `${prefix}-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
const reason = '合同到期';
/** Besides its record: points go by themselves in a minute; a lease names the change dealt with last, by its key. */
const isRemoved = (collection: string) => !['tenants', 'rate_limits', 'leases'].includes(collection);
const tenantOf = async (tenant: string) => present((await platform.data(TenantDocument, { tenant })).tenant);

async function made(prefix: string): Promise<{ tenant: string; admin: ApiClient }> {
  const tenant = nameOf(prefix);
  await platform.data(CreateTenantDocument, { tenant });
  return { tenant, admin: clientOf(tenant) };
}

/** How many documents name a tenant, by collection: every document of the database is looked at. */
async function traces(database: Database, tenant: string): Promise<Record<string, number>> {
  const names = new RegExp(`[":]${tenant}[":]`);
  const found: Record<string, number> = {};
  const db = present(database.connection.db);
  for (const { name } of await db.listCollections().toArray())
    for await (const document of db.collection(name).find())
      if (names.test(JSON.stringify(document))) found[name] = (found[name] ?? 0) + 1;
  return found;
}

describe('creating and configuring', () => {
  test('a tenant is made once, with what it decides, and found in the list', async () => {
    const tenant = nameOf('made');
    const { createTenant: created } = await platform.data(CreateTenantDocument, {
      tenant,
      settings: { currency: 'HKD', suite: 'SM4_GCM_SM3' },
    });
    expect(created).toMatchObject({ tenantId: tenant, status: 'ACTIVE', reason: null, removal: null, removed: null });
    expect(created.settings).toEqual({ currency: 'HKD', version: 1 });
    await sendAll(clientOf(tenant), [identify({ identifiers: [byPhone(phoneNumber(1))], traits: { name: '李雷' } })]);
    expect((await clientOf(tenant).data(ListProfilesDocument, {})).profiles.edges).toHaveLength(1);
    expect(await platform.codes(CreateTenantDocument, { tenant })).toEqual(['CONFLICT']);
    const ids: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: TenantsQuery['tenants'] = (await platform.data(TenantsDocument, { first: 3, after })).tenants;
      ids.push(...page.edges.map(({ node }) => node.tenantId));
      if (!page.pageInfo.hasNextPage) break;
      after = present(page.pageInfo.endCursor);
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toEqual(expect.arrayContaining([tenant, home]));
  });

  test.each(['', 'platform', 'A', '-a', 'a:b', 'a'.repeat(32), '北京'])('%j can be no id', async (tenant) => {
    expect(await platform.codes(CreateTenantDocument, { tenant })).toEqual(['BAD_USER_INPUT']);
    expect((await platform.data(TenantDocument, { tenant })).tenant).toBeNull();
  });

  test('with settings that are none it is not made', async () => {
    const tenant = nameOf('unmade');
    const settings = { timeZone: 'Mars/Olympus' };
    const { errors } = await platform.ask(CreateTenantDocument, { tenant, settings });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors?.[0]?.message).toContain('timeZone');
    expect((await platform.data(TenantDocument, { tenant })).tenant).toBeNull();
  });

  test('its settings are changed at the version that was read', async () => {
    const { tenant, admin } = await made('configured');
    const change = { tenant, settings: { currency: 'USD' }, expectedVersion: 1 };
    expect((await platform.data(ConfigureTenantDocument, change)).configureTenant.settings).toEqual({
      currency: 'USD',
      version: 2,
    });
    expect(await platform.codes(ConfigureTenantDocument, change)).toEqual(['CONFLICT']);
    expect(await platform.codes(ConfigureTenantDocument, { ...change, tenant: 'nobody' })).toEqual(['NOT_FOUND']);
    expect((await admin.data(TenantSettingsDocument, {})).tenantSettings).toMatchObject({
      currency: 'USD',
      version: 2,
    });
  });
});

describe('rights', () => {
  const all = (tenant: string) =>
    [
      [TenantsDocument, {}],
      [TenantDocument, { tenant }],
      [CreateTenantDocument, { tenant: `${tenant}-2` }],
      [ConfigureTenantDocument, { tenant, settings: {}, expectedVersion: 1 }],
      [SuspendTenantDocument, { tenant, reason }],
      [ResumeTenantDocument, { tenant }],
      [DeleteTenantDocument, { tenant, confirm: tenant, reason }],
    ] as const;

  test('nobody but a platform admin administers tenants, not even their own', async () => {
    const { tenant } = await made('owned');
    const everyone = clientOf(tenant, ['ADMIN', 'MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER']);
    for (const [document, variables] of all(tenant))
      expect(await everyone.codes(document as typeof TenantDocument, variables as { tenant: string })).toEqual([
        'FORBIDDEN',
      ]);
    expect((await tenantOf(tenant)).status).toBe('ACTIVE');
  });

  test('a platform admin reads no profile', async () => {
    expect(await platform.codes(ListProfilesDocument, {})).toEqual(['FORBIDDEN']);
    expect(await platform.codes(TenantSettingsDocument, {})).toEqual(['FORBIDDEN']);
  });

  test('who is a platform admin may not lock themselves out', async () => {
    expect(await platform.codes(SuspendTenantDocument, { tenant: home, reason })).toEqual(['CONFLICT']);
    expect(await platform.codes(DeleteTenantDocument, { tenant: home, confirm: home, reason })).toEqual(['CONFLICT']);
  });

  test('the job that deletes does nothing where nobody has decided so', async () => {
    const { tenant } = await made('kept');
    const both = clientOf(tenant, ['ADMIN', 'PLATFORM_ADMIN']);
    expect(await clientOf(tenant).codes(StartJobDocument, { kind: 'remove-tenant' })).toEqual(['FORBIDDEN']);
    const { startJob } = await both.data(StartJobDocument, { kind: 'remove-tenant' });
    expect(await endOf(both, startJob.id)).toMatchObject({
      state: 'FAILED',
      error: expect.stringMatching(/^CONFLICT/),
    });
    expect((await tenantOf(tenant)).status).toBe('ACTIVE');
  });
});

describe('suspending', () => {
  test('nobody is served and nothing taken in until it is resumed; all is kept', async () => {
    const { tenant, admin } = await made('paused');
    await sendAll(admin, [identify({ identifiers: [byUser('kept')], traits: { name: '王芳' } })]);
    const { createApiToken } = await admin.data<{ createApiToken: { secret: string } }, object>(
      'mutation { createApiToken(input: { name: "sdk", scopes: ["events:write"], channel: APP }) { secret } }',
    );
    const socket = new SocketClient(testServer().url, tokenFor(tenant));
    const followed = socket.follow(EventIngestedDocument, {});
    await eventually(
      async () => {
        await send(admin, [eventOf({ identifiers: [byUser('kept')] })]);
        return followed.messages.length;
      },
      (count) => count > 0,
    );
    const { suspendTenant } = await platform.data(SuspendTenantDocument, { tenant, reason });
    expect(suspendTenant).toMatchObject({ status: 'SUSPENDED', reason });
    expect(await admin.codes(ListProfilesDocument, {})).toEqual(['FORBIDDEN']);
    expect(await followed.ended()).toMatchObject({ code: 4403 });
    const basic = `Basic ${Buffer.from(`${createApiToken.secret}:`).toString('base64')}`;
    const track = () =>
      fetch(new URL('/v1/track', testServer().url), {
        method: 'POST',
        headers: { authorization: basic, 'content-type': 'application/json' },
        body: JSON.stringify({ userId: 'kept', event: 'Late', messageId: 'late' }),
      });
    expect((await track()).status).toBe(403);
    expect(await platform.codes(SuspendTenantDocument, { tenant, reason: ' ' })).toEqual(['BAD_USER_INPUT']);
    expect((await platform.data(ResumeTenantDocument, { tenant })).resumeTenant).toMatchObject({
      status: 'ACTIVE',
      reason: null,
    });
    expect((await track()).status).toBe(200);
    expect((await admin.data(ListProfilesDocument, {})).profiles.edges).toHaveLength(1);
    socket.close();
    const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
    const actions = await eventually(
      async () => (await officer.data(AuditLogDocument, {})).auditLog.edges.map(({ node }) => node.action),
      (told) => told.includes('resumeTenant'),
    );
    expect(actions).toEqual(expect.arrayContaining(['createTenant', 'suspendTenant', 'resumeTenant']));
  });
});

describe('deleting', () => {
  test('leaves nothing but that there was a tenant of this id, and touches no other', async () => {
    const { tenant, admin } = await made('gone');
    const other = `${tenant}-x`;
    await platform.data(CreateTenantDocument, { tenant: other });
    const neighbour = clientOf(other);
    for (const client of [admin, neighbour]) {
      await sendAll(client, [
        identify({ identifiers: [byPhone(phoneNumber(3)), byUser('u')], traits: { name: '李雷', city: '上海' } }),
        eventOf({ identifiers: [byUser('u')] }),
      ]);
      await send(client, [eventOf({ identifiers: [] })]);
      await client.data('mutation { createApiToken(input: { name: "t", scopes: ["profiles:read"] }) { secret } }');
    }
    for (const name of [tenant, other]) {
      const profileId = await idBy(clientOf(name), byUser('u'));
      await met(clientOf(name, ['PRIVACY_OFFICER']), { profileId, kind: 'ACCESS' });
    }
    expect(await platform.codes(DeleteTenantDocument, { tenant, confirm: other, reason })).toEqual(['BAD_USER_INPUT']);
    const { deleteTenant } = await platform.data(DeleteTenantDocument, { tenant, confirm: tenant, reason });
    expect(deleteTenant.status).toBe('DELETING');
    expect(await admin.codes(ListProfilesDocument, {})).toEqual(['FORBIDDEN']);
    const done = await eventually(
      () => tenantOf(tenant),
      ({ status, removal }) => status === 'DELETED' && removal?.state === 'SUCCEEDED',
      120_000,
    );
    expect(done.removed).toMatchObject({ downloads: 1, download_pieces: 15 });
    await withDatabase(async (database) => {
      const ofOther = await traces(database, other);
      expect(Object.keys(ofOther).length).toBeGreaterThan(8);
      expect(Object.keys(done.removed ?? {})).toEqual(expect.arrayContaining(Object.keys(ofOther).filter(isRemoved)));
      const left = await eventually(
        () => traces(database, tenant),
        ({ jobTurns = 0 }) => jobTurns === 0,
      );
      expect({ ...left, leases: 0 }).toEqual({ tenants: 1, jobs: 1, leases: 0 });
      const [row] = await present(database.connection.db).collection('tenants').find({ tenantId: tenant }).toArray();
      expect(row).toMatchObject({ status: 'DELETED', settings: {} });
      expect([row?.keys, row?.dataKey]).toEqual([undefined, undefined]);
    });
    expect(await admin.codes(ListProfilesDocument, {})).toEqual(['UNAUTHENTICATED']);
    expect(await platform.codes(CreateTenantDocument, { tenant })).toEqual(['CONFLICT']);
    expect(await platform.codes(ResumeTenantDocument, { tenant })).toEqual(['CONFLICT']);
    expect((await neighbour.data(ListProfilesDocument, {})).profiles.edges).toHaveLength(1);
  }, 300_000);
});
