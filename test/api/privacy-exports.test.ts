import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AssignTagDocument,
  AuditLogDocument,
  DefineTagDocument,
  PrivacyRequestDocument,
  RecordConsentDocument,
  RequestPrivacyDocument,
  ResumeTenantDocument,
  RotateKeysDocument,
  SetTraitDocument,
  SuspendTenantDocument,
} from '../../schema/generated/operations.js';
import { Download, DownloadPiece } from '../../src/downloads/download.entity.js';
import type { EntityClass } from '../../src/platform/entity.js';
import { keyIdOf } from '../../src/platform/seal.js';
import { PrivacyRequestStore } from '../../src/rights/privacy-request.store.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/job-client.js';
import { met } from '../support/privacy-client.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { byEmail, byPhone, byUser, daysAgo, eventOf, identify, send, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { decide } from '../support/tenant-policies.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 300_000;
const PHONE = '+8613912340088';

let tenant: string;
let admin: ApiClient;
let officer: ApiClient;
let id: string;

beforeAll(async () => {
  tenant = await createTenant('exports');
  admin = clientOf(tenant);
  officer = clientOf(tenant, ['PRIVACY_OFFICER']);
  await sendAll(admin, [
    identify({
      identifiers: [byUser('olga'), byPhone(PHONE)],
      traits: { name: 'Olga Export', address: 'Quay 3, "North"', note: '=HYPERLINK("http://x.example")' },
    }),
    identify({ channel: 'CRM', identifiers: [byPhone(PHONE), byEmail('olga@example.org')] }),
    eventOf({ identifiers: [byUser('olga')], properties: { note: 'call 13912340088' } }),
    identify({ identifiers: [byUser('paula')], traits: { name: 'Paula Other' } }),
  ]);
  id = await idBy(admin, byUser('olga'));
  await send(admin, [eventOf({ identifiers: [byPhone(PHONE)], occurredAt: daysAgo(-5) })]);
  await admin.data(RecordConsentDocument, {
    profileId: id,
    purpose: 'MARKETING',
    granted: true,
    evidence: { form: 7 },
  });
  await admin.data(SetTraitDocument, { profileId: id, trait: 'nickname', value: 'Olly', reason: 'She said so.' });
  await admin.data(DefineTagDocument, { key: 'learns', name: 'Learns' });
  await admin.data(AssignTagDocument, { key: 'learns', profileIds: [id] });
}, LIMIT_MS);

const fetchFile = (url: string) => fetch(new URL(url, testServer().url));
const text = async (url: string) => (await fetchFile(url)).text();

/** What is stored of downloads. */
const documentsOf = (name: string) =>
  withDatabase(async (database) => {
    const all = (type: EntityClass) =>
      database
        .collection(type)
        .find({ tenantId: name } as object)
        .toArray();
    return { heads: await all(Download), pieces: (await all(DownloadPiece)) as unknown as DownloadPiece[] };
  });

/** A link to another file, tenant or request, or otherwise changed. */
const changed = (url: string, from: string | RegExp, to: string) => url.replace(from, to);

describe.each(['ACCESS', 'PORTABILITY'] as const)('%s', (kind) => {
  let url: string;

  test(
    'gives all that is stored about the person, as JSON and as CSV, in clear',
    async () => {
      const { counts, url: given, certificate } = await met(officer, { profileId: id, kind });
      url = present(given);
      expect(certificate).toBeNull();
      expect(counts).toMatchObject({
        profiles: 1,
        accounts: 2,
        events: 3,
        consents: 1,
        manual_traits: 1,
        tags: 1,
        quarantine: 1,
      });
      const response = await fetchFile(url);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const { data, files, profile } = (await response.json()) as {
        data: Record<string, Record<string, unknown>[]>;
        files: string[];
        profile: string;
      };
      expect(profile).toBe(id);
      const rows = Object.fromEntries(Object.entries(data).map(([name, own]) => [name, own.length]));
      expect(rows).toEqual(counts);
      const all = JSON.stringify(data);
      for (const value of [PHONE, 'Olga Export', 'olga@example.org', 'Olly', '"form":7', 'call 13912340088'])
        expect(all).toContain(value);
      expect(all).not.toContain('Paula');
      for (const file of files)
        expect([file, (await fetchFile(changed(url, 'data.json', file))).status]).toEqual([file, 200]);
      const accounts = await text(changed(url, 'data.json', 'accounts.csv'));
      expect(accounts).toContain('Olga Export');
      expect(accounts.split('\n')[0]).toContain('id,channel,externalId');
    },
    LIMIT_MS,
  );

  test('a cell that a spreadsheet would run has an apostrophe before it', async () => {
    const traits = await text(changed(url, 'data.json', 'accounts.csv'));
    expect(traits).not.toMatch(/(^|[,\n])"?[=+@-]/);
    expect(traits).toContain(`'${PHONE}`);
  });

  test('a link that is forged, changed or leads elsewhere is answered like one that has run out', async () => {
    const other = await createTenant('exports-other');
    const links = [
      changed(url, /expires=\d+/, `expires=${Date.now() + 9_000_000_000}`),
      changed(url, /expires=\d+/, 'expires=1'),
      changed(url, /&signature=.*/, ''),
      changed(url, /signature=./, url.includes('signature=_') ? 'signature=A' : 'signature=_'),
      changed(url, tenant, other),
      changed(url, tenant, 'platform'),
      changed(url, /prq_[0-9A-Z]+/, 'prq_01ARZ3NDEKTSV4RRFFQ69G5FAV'),
      ...['..%2f..%2fserver.lock', '%2e%2e%2fdata.json', 'data.json%00', 'other.csv', 'data.json.sealed'].map((file) =>
        changed(url, 'data.json', file),
      ),
    ];
    for (const link of links) {
      const response = await fetchFile(link);
      expect([link, response.status, await response.text()]).toEqual([
        link,
        404,
        expect.stringMatching(/NOT_FOUND|not found/i),
      ]);
    }
    expect((await fetchFile(url)).status).toBe(200);
  });
});

test('a link works for a day, and no longer', async () => {
  const { id: requestId, url } = await met(officer, { profileId: id, kind: 'ACCESS' });
  const [young = '', old = ''] = await withServices(tenant, async ({ privacyRequests }, ctx, database) => {
    const stored = present(await new PrivacyRequestStore(database).find(ctx, requestId));
    const askedBefore = (hours: number) => ({ ...ctx, now: () => new Date(Date.now() - hours * 3_600_000) });
    return [23, 25].map((hours) => present(privacyRequests.urlOf(askedBefore(hours), stored)));
  });
  expect([young, old]).not.toContain(url);
  expect((await fetchFile(young)).status).toBe(200);
  expect((await fetchFile(old)).status).toBe(404);
});

test('a link of a tenant that is suspended leads to nothing, until it is resumed', async () => {
  const { url } = await met(officer, { profileId: id, kind: 'ACCESS' });
  const platform = clientOf(await createTenant('operator'), ['PLATFORM_ADMIN']);
  await platform.data(SuspendTenantDocument, { tenant, reason: 'x' });
  expect((await fetchFile(present(url))).status).toBe(404);
  await platform.data(ResumeTenantDocument, { tenant });
  expect((await fetchFile(present(url))).status).toBe(200);
});

test('is not for a privacy officer from whom a class of data was taken', async () => {
  await decide(admin, {
    roles: [{ name: 'ASSISTANT', inherits: ['PRIVACY_OFFICER'] }],
    rules: [{ subject: 'ASSISTANT', dataClass: 'CORE' }],
  });
  const assistant = clientOf(tenant, ['ASSISTANT']);
  const asked = { profileId: id, kind: 'ACCESS', reason: 'asked' } as const;
  expect(await assistant.codes(RequestPrivacyDocument, asked)).toEqual(['FORBIDDEN']);
  const exported = await met(officer, { profileId: id, kind: 'ACCESS' });
  const { privacyRequest } = await assistant.data(PrivacyRequestDocument, { id: exported.id });
  expect([exported.url === null, privacyRequest?.url]).toEqual([false, null]);
});

test('it is stored in sealed pieces alone, in no file', async () => {
  const { id: requestId } = await met(officer, { profileId: id, kind: 'ACCESS' });
  const stored = await documentsOf(tenant);
  const own = stored.pieces.filter(({ downloadId }) => downloadId === requestId);
  expect(own.length).toBeGreaterThan(9);
  for (const { sealed } of own)
    for (const secret of ['13912340088', 'Olga', 'olga@']) expect((sealed as Buffer).includes(secret)).toBe(false);
  for (const secret of ['13912340088', 'Olga', 'olga@']) expect(JSON.stringify(stored.heads)).not.toContain(secret);
  expect(existsSync(join(testServer().dataDir, 'privacy-exports'))).toBe(false);
});

test(
  'it is sealed anew when the key of the tenant is rotated, and fetched as before',
  async () => {
    const { id: requestId, url } = await met(officer, { profileId: id, kind: 'ACCESS' });
    const before = await text(present(url));
    const { rotateKeys } = await admin.data(RotateKeysDocument, { kind: 'DATA' });
    const { result } = await endOf(admin, rotateKeys.id, LIMIT_MS);
    expect(result).toMatchObject({ resealed: { download_pieces: expect.any(Number) }, remaining: {}, unreadable: 0 });
    const own = (await documentsOf(tenant)).pieces.filter(({ downloadId }) => downloadId === requestId);
    expect(new Set(own.map(({ sealed }) => keyIdOf(sealed as Buffer)))).toEqual(new Set([2]));
    expect(await text(present(url))).toBe(before);
  },
  LIMIT_MS,
);

test('each fetch is in the audit log', async () => {
  await eventually(
    async () => (await officer.data(AuditLogDocument, { action: 'downloadFetched' })).auditLog.edges.length,
    (count) => count > 10,
  );
});

test(
  'an erasure takes exports with it',
  async () => {
    await sendAll(admin, [identify({ identifiers: [byUser('quinn')], traits: { name: 'Quinn Gone' } })]);
    const profileId = await idBy(admin, byUser('quinn'));
    const exported = await met(officer, { profileId, kind: 'ACCESS' });
    const url = present(exported.url);
    expect((await fetchFile(url)).status).toBe(200);
    const { counts } = await met(officer, { profileId, kind: 'ERASURE' });
    expect(counts.privacy_requests).toBe(1);
    expect((await fetchFile(url)).status).toBe(404);
    const left = await documentsOf(tenant);
    expect(JSON.stringify(left.heads)).not.toContain(exported.id);
    expect(left.pieces.filter(({ downloadId }) => downloadId === exported.id)).toEqual([]);
    const { privacyRequest } = await officer.data(PrivacyRequestDocument, { id: exported.id });
    expect(privacyRequest).toMatchObject({ state: 'SUCCEEDED', url: null });
  },
  LIMIT_MS,
);

test(
  'a rectification sets traits that hold over what channels say later',
  async () => {
    const wrong = { profileId: id, kind: 'RECTIFICATION', corrections: { birthday: 'no day' } } as const;
    await expect(met(officer, wrong)).rejects.toThrow('BAD_USER_INPUT');
    const corrections = { city: '上海', name: 'Olga Right' };
    const dry = await met(officer, { profileId: id, kind: 'RECTIFICATION', corrections, dryRun: true });
    expect(dry.counts).toEqual({ manual_traits: 2 });
    expect((await profileOf(admin, id)).traits.name).toBe('Olga Export');
    await met(officer, { profileId: id, kind: 'RECTIFICATION', corrections });
    await sendAll(admin, [
      identify({ identifiers: [byUser('olga')], traits: { name: 'Olga Wrong', city: '北京' }, occurredAt: daysAgo(0) }),
    ]);
    expect((await profileOf(admin, id)).traits).toMatchObject({ name: 'Olga Right', city: '上海' });
  },
  LIMIT_MS,
);
