import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  IngestDocument,
  type KeyKind,
  RotateKeysDocument,
  SetTraitDocument,
  StartJobDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, clientOf } from '../support/api-client.js';
import { runCommand } from '../support/command-run.js';
import { cancelJob, endOf, startJob } from '../support/job-client.js';
import { OwnServer } from '../support/own-server.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, sendAll } from '../support/sample-events.js';
import { blobHeads } from '../support/sealed-blobs.js';
import { createTenant, withDatabase } from '../support/server.js';

const LIMIT_MS = 240_000;
const PHONE = '+8613912340001';

async function fill(admin: ApiClient): Promise<void> {
  const identifiers = [byUser('u1'), byPhone(PHONE)];
  await sendAll(admin, [
    identify({ channel: 'CRM', identifiers, traits: { name: '王小芳', address: '清风路八号' } }),
    eventOf({ identifiers, properties: { note: 'call 13912340001' } }),
  ]);
  const { id } = await profileBy(admin, byUser('u1'));
  const facts = { profileId: id, trait: 'nickname', value: '小芳', reason: 'She said so.' };
  await admin.data(SetTraitDocument, facts);
}

/** What a caller reads in clear. */
async function clearOf(admin: ApiClient): Promise<unknown> {
  const { traits, identifiers, channelAccounts, events } = await profileBy(admin, byPhone(PHONE));
  return { traits, identifiers, channelAccounts, events };
}

describe('rotating keys', () => {
  let tenant: string;
  let admin: ApiClient;
  beforeAll(async () => {
    tenant = await createTenant('rotation');
    admin = clientOf(tenant);
    await fill(admin);
  });

  const rotated = async (kind: KeyKind) => {
    const { rotateKeys } = await admin.data(RotateKeysDocument, { kind });
    return endOf(admin, rotateKeys.id, LIMIT_MS);
  };

  test(
    'of the tenant and of its accounts changes nothing that is read, and counts what it did',
    async () => {
      const before = await clearOf(admin);
      const data = await rotated('DATA');
      expect(data).toMatchObject({ kind: 'reseal', state: 'SUCCEEDED', parameters: { rotate: 'DATA', dryRun: false } });
      expect(data.result).toMatchObject({ resealed: { profiles: 1, manual_traits: 1 }, remaining: {}, unreadable: 0 });
      expect(await clearOf(admin)).toEqual(before);
      const accounts = await rotated('ACCOUNTS');
      expect(accounts).toMatchObject({ state: 'SUCCEEDED', result: { resealed: { events: 2 }, remaining: {} } });
      expect(await clearOf(admin)).toEqual(before);
      const heads = await withDatabase((database) => blobHeads(database, tenant));
      const current = heads.filter(({ field }) => field !== 'formerKeys');
      expect(current.length).toBeGreaterThan(8);
      expect(new Set(current.map(({ keyId }) => keyId))).toEqual(new Set([2]));
      await sendAll(admin, [eventOf({ identifiers: [byUser('u1')] })]);
    },
    LIMIT_MS,
  );

  test(
    'to another suite is a setting and a job',
    async () => {
      const version = (
        await admin.data<{ tenantSettings: { version: number } }, object>('{ tenantSettings { version } }')
      ).tenantSettings.version;
      const choose = (suite: string) => ({ settings: { suite }, expectedVersion: version });
      expect(await admin.codes(UpdateTenantSettingsDocument, choose('ROT13'))).toEqual(['BAD_USER_INPUT']);
      const before = await clearOf(admin);
      await admin.data(UpdateTenantSettingsDocument, choose('SM4_GCM_SM3'));
      const { id } = await startJob(admin, 'reseal');
      expect(await endOf(admin, id, LIMIT_MS)).toMatchObject({ state: 'SUCCEEDED', result: { remaining: {} } });
      expect(await clearOf(admin)).toEqual(before);
      const heads = await withDatabase((database) => blobHeads(database, tenant));
      expect(new Set(heads.map(({ suite }) => suite))).toEqual(new Set([2]));
    },
    LIMIT_MS,
  );

  test(
    'one aim at a time: the same again is the job under way, another is a CONFLICT',
    async () => {
      const first = (await admin.data(RotateKeysDocument, { kind: 'DATA' })).rotateKeys;
      const again = (await admin.data(RotateKeysDocument, { kind: 'DATA' })).rotateKeys;
      expect([again.id, again.state]).toEqual([first.id, expect.stringMatching(/QUEUED|RUNNING/)]);
      const other = await admin.ask(RotateKeysDocument, { kind: 'ACCOUNTS' });
      expect(other.errors?.[0]).toMatchObject({ extensions: { code: 'CONFLICT', details: { jobId: first.id } } });
      await cancelJob(admin, first.id);
      expect((await endOf(admin, first.id, LIMIT_MS)).state).toBe('CANCELLED');
      expect(await clearOf(admin)).toBeDefined();
    },
    LIMIT_MS,
  );

  test('is for who manages settings alone', async () => {
    for (const role of ['MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER']) {
      const client = clientOf(tenant, [role]);
      expect([role, await client.codes(RotateKeysDocument, { kind: 'DATA' })]).toEqual([role, ['FORBIDDEN']]);
      expect([role, await client.codes(StartJobDocument, { kind: 'reseal', parameters: {} })]).toEqual([
        role,
        ['FORBIDDEN'],
      ]);
    }
    const parameters = { rotate: 'DATA', dryRun: true };
    expect(await admin.codes(StartJobDocument, { kind: 'reseal', parameters })).toEqual(['BAD_USER_INPUT']);
    expect(await admin.codes(StartJobDocument, { kind: 'reseal', parameters: { rotate: 'MASTER' } })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });
});

describe('another master key', () => {
  const first = new OwnServer('warn');
  afterAll(() => first.dispose(), 30_000);

  test(
    'takes over by a command; then the former one can be left out',
    async () => {
      await first.start();
      await first.createTenant('master');
      const { MASTER_KEY: former, ...others } = first.environment;
      await sendAll(first.client('master'), [identify({ identifiers: [byUser('u1'), byPhone(PHONE)] })]);
      const now = randomBytes(32).toString('base64url');
      const beside = { ...others, MASTER_KEY: now, MASTER_KEY_PREVIOUS: former };
      const rewrap = async () => JSON.parse((await runCommand(['rewrap-keys'], beside)).output);
      expect(await rewrap()).toEqual({ tenants: 1, rewrapped: 1 });
      expect(await rewrap()).toEqual({ tenants: 1, rewrapped: 0 });
      const [alone, old] = [first.beside({ MASTER_KEY: now }), first.beside()];
      try {
        await alone.start();
        const client = new ApiClient(alone.url, first.token('master'));
        expect((await profileBy(client, byPhone(PHONE))).traits.phone).toBe(PHONE);
        await old.start();
        const refused = new ApiClient(old.url, first.token('master'));
        const events = [identify({ identifiers: [byUser('u1')] })];
        expect(await refused.codes(IngestDocument, { events })).toEqual(['SERVICE_UNAVAILABLE']);
      } finally {
        await Promise.all([alone.kill(), old.kill()]);
      }
    },
    LIMIT_MS,
  );
});
