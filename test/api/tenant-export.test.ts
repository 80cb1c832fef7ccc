import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AuditLogDocument,
  DeleteTenantDocument,
  ExportTenantDocument,
  ResumeTenantDocument,
  StartJobDocument,
  SuspendTenantDocument,
  TenantDocument,
  TenantExportDocument,
} from '../../schema/generated/operations.js';
import { STORED } from '../../src/collections.js';
import { Download, DownloadPiece } from '../../src/downloads/download.entity.js';
import type { Database } from '../../src/platform/database.js';
import { collectionOf } from '../../src/platform/entity.js';
import { keyOf } from '../../src/platform/ids.js';
import { TENANT_EXPORT_DECISIONS } from '../../src/tenancy/tenant-export-decisions.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { exported, filled, own } from '../support/exported-tenants.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, phoneNumber } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { packageAt, type TenantPackage } from '../support/tenant-package.js';
import { decide } from '../support/tenant-policies.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 240_000;

let platform: ApiClient;
beforeAll(async () => {
  platform = clientOf(await createTenant('operator'), ['PLATFORM_ADMIN']);
});

const fetched = (url: string) => fetch(new URL(url, testServer().url));

/** What the tenant of the mark 71 must be told of, and where. */
const IN_CLEAR = [
  ['tenants', 'ROLE_71'],
  ['accounts_web', '李雷71'],
  ['accounts_crm', 'p71@example.org'],
  ['profiles', phoneNumber(71)],
  ['profiles', '小雷71'],
  ['events', 'call 13910000071'],
  ['events', '"identifiers":[{"type":"PHONE","namespace":null,"value":"+8613910000071"'],
  ['consents', 'form-71'],
  ['manual_traits', 'He said so.'],
  ['quarantine', 'refused-71'],
  ['privacy_requests', 'The customer wrote so.'],
  ['processing_limits', 'RESTRICTION'],
  ['audit_logs', 'publicKey'],
  ['audit_entries', 'previousHash'],
] as const;

/** How many documents there are under keys of a tenant, by collection. */
async function documentsOf(database: Database, tenant: string): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const type of STORED) {
    const found = database.collection(type).find({}, { projection: { _id: 1 } });
    let count = 0;
    for await (const { _id } of found) if (String(_id).startsWith(`${tenant}:`)) count += 1;
    counted[collectionOf(type).collection] = count;
  }
  return counted;
}

test('what to do has been decided on for every collection, and is done', async () => {
  const nameOf = (name: string) => name.replace(/^accounts_.*/, 'accounts');
  const names = STORED.map((type) => nameOf(collectionOf(type).collection));
  expect(Object.keys(TENANT_EXPORT_DECISIONS).sort()).toEqual([...new Set(names)].sort());
});

describe('the export of a tenant', () => {
  let theirs: Awaited<ReturnType<typeof filled>>;
  let whole: TenantPackage;

  beforeAll(async () => {
    theirs = await filled('exported', 71);
    await filled('neighbour', 83);
  }, LIMIT_MS);

  test(
    'holds every document of it in clear, and none of another',
    async () => {
      const job = await exported(theirs.tenant, platform);
      expect(job).toMatchObject({ state: 'SUCCEEDED', error: null, result: { unreadable: 0 } });
      const { id, url, bytes, files } = await own(theirs.officer);
      whole = await packageAt(present(url), testServer().url);
      const { counts, sha256, ...told } = present(job.result) as { counts: object; sha256: string };
      expect(told).toEqual({ id, unreadable: 0, bytes, expiresAt: expect.any(String) });
      expect(whole.manifestHash).toBe(sha256);
      expect(whole.manifest).toMatchObject({ format: 'tributary-tenant/1', tenant: theirs.tenant, unreadable: 0 });
      expect(files.slice(1).map(({ name, rows }) => [name, rows])).toEqual(
        whole.manifest.files.map(({ name, rows }) => [name, rows]),
      );
      const stored = await withDatabase((database) => documentsOf(database, theirs.tenant));
      const { audit_entries: entries = 0, tenants, ...others } = counts as Record<string, number>;
      for (const [name, count] of Object.entries(others)) expect([name, count]).toEqual([name, stored[name]]);
      expect([tenants, entries > 5, entries <= (stored.audit_entries ?? 0)]).toEqual([1, true, true]);
      for (const name of ['accounts_web', 'accounts_crm', 'profiles', 'events', 'links', 'consents', 'manual_traits'])
        expect([name, (others[name] ?? 0) > 0]).toEqual([name, true]);
      const handled = [...whole.rows.keys(), ...Object.keys(whole.manifest.leftOut)];
      expect(handled.sort()).toEqual(STORED.map((type) => collectionOf(type).collection).sort());
      for (const [name, value] of IN_CLEAR)
        expect([name, JSON.stringify(whole.rows.get(name))]).toEqual([name, expect.stringContaining(value)]);
      const foreign = /neighbour|李雷83|小雷83|p83@|"type":"Buffer"|\$binary|wrappedKeys/.exec(whole.text);
      expect(foreign?.[0]).toBeUndefined();
    },
    LIMIT_MS,
  );

  test('is sealed where it is stored', async () => {
    await withDatabase(async (database) => {
      const ofTenant = { tenantId: theirs.tenant } as object;
      const pieces = await database.collection(DownloadPiece).find(ofTenant).toArray();
      expect(pieces.length).toBeGreaterThan(20);
      const gzip = Buffer.from([0x1f, 0x8b, 0x08]);
      for (const { sealed } of pieces as unknown as DownloadPiece[]) expect(sealed.indexOf(gzip)).not.toBe(34);
      expect(JSON.stringify(await database.collection(Download).find(ofTenant).toArray())).not.toContain('李雷');
    });
  });

  test(
    'is for its own administrators and privacy officers; who runs the platform sees counts and hashes',
    async () => {
      expect((await own(theirs.admin)).url).toEqual(expect.any(String));
      for (const role of ['MARKETER', 'ANALYST', 'STEWARD', 'VIEWER', 'PLATFORM_ADMIN'])
        expect([role, await clientOf(theirs.tenant, [role]).codes(TenantExportDocument, {})]).toEqual([
          role,
          ['FORBIDDEN'],
        ]);
      expect(await platform.codes(TenantExportDocument, {})).toEqual(['FORBIDDEN']);
      const everyone = clientOf(theirs.tenant, ['ADMIN', 'PRIVACY_OFFICER']);
      expect(await everyone.codes(ExportTenantDocument, { tenant: theirs.tenant })).toEqual(['FORBIDDEN']);
      expect(await everyone.codes(StartJobDocument, { kind: 'export-tenant' })).toEqual(['FORBIDDEN']);
      const shown = await platform.data(TenantDocument, { tenant: theirs.tenant });
      expect(JSON.stringify(shown)).not.toMatch(/signature|v1\/downloads|李雷/);
      const assistantOf = {
        roles: [{ name: 'ASSISTANT', inherits: ['ADMIN'] }],
        rules: [{ subject: 'ASSISTANT', dataClass: 'CORE' as const }],
      };
      await decide(theirs.admin, assistantOf);
      expect((await own(clientOf(theirs.tenant, ['ASSISTANT']))).url).toBeNull();
      const stranger = await filled('export-stranger', 95);
      expect((await stranger.officer.data(TenantExportDocument, {})).tenantExport).toBeNull();
    },
    LIMIT_MS,
  );

  test('is fetched by its link alone, for a day', async () => {
    const url = present((await own(theirs.officer)).url);
    const changes: [RegExp | string, string][] = [
      [/&signature=.*/, ''],
      [/signature=./, url.includes('signature=_') ? 'signature=A' : 'signature=_'],
      [/expires=\d+/, `expires=${Date.now() + 9_000_000_000}`],
      ['manifest.json', 'other.jsonl.gz'],
      [theirs.tenant, 'demo'],
    ];
    for (const [from, to] of changes)
      expect([from, (await fetched(url.replace(from, to))).status]).toEqual([from, 404]);
    const [young, old] = await withServices(theirs.tenant, async ({ downloads }, ctx, database) => {
      const { id } = await own(theirs.officer);
      const [head] = await database.findByKeys(Download, [keyOf(theirs.tenant, id)]);
      const askedBefore = (hours: number) => ({ ...ctx, now: () => new Date(Date.now() - hours * 3_600_000) });
      return [23, 25].map((hours) =>
        downloads.linkTo(askedBefore(hours), id, 'manifest.json', present(head).expiresAt),
      );
    });
    expect([(await fetched(present(young))).status, (await fetched(present(old))).status]).toEqual([200, 404]);
  });

  test(
    'is made of a suspended tenant as well, and fetched once it is resumed; of a deleted one there is none',
    async () => {
      const before = await own(theirs.officer);
      await platform.data(SuspendTenantDocument, { tenant: theirs.tenant, reason: 'x' });
      expect((await fetched(present(before.url))).status).toBe(404);
      expect(await exported(theirs.tenant, platform)).toMatchObject({ state: 'SUCCEEDED' });
      await platform.data(ResumeTenantDocument, { tenant: theirs.tenant });
      expect((await fetched(present(before.url))).status).toBe(404); // another has begun since
      const after = await own(theirs.officer);
      expect(after.id).not.toBe(before.id);
      expect((await packageAt(present(after.url), testServer().url)).text).toContain('李雷71');
      const gone = await createTenant('export-gone');
      await platform.data(DeleteTenantDocument, { tenant: gone, confirm: gone, reason: 'x' });
      expect(await platform.codes(ExportTenantDocument, { tenant: gone })).toEqual(['CONFLICT']);
      expect(await platform.codes(ExportTenantDocument, { tenant: 'nobody-here' })).toEqual(['NOT_FOUND']);
    },
    LIMIT_MS,
  );

  test('is in the log of the tenant, with each fetch', async () => {
    const told = await eventually(
      async () =>
        (await theirs.officer.data(AuditLogDocument, { first: 100 })).auditLog.edges.map(({ node }) => node.action),
      (actions) => actions.includes('exportTenant') && actions.includes('downloadFetched'),
    );
    expect(told).toEqual(expect.arrayContaining(['exportTenant', 'jobStarted', 'jobEnded', 'downloadFetched']));
  });

  test(
    'goes with the next person who is erased',
    async () => {
      const { id, url } = await own(theirs.officer);
      const profileId = await idBy(theirs.admin, byUser('other-71'));
      const { counts } = await met(theirs.officer, { profileId, kind: 'ERASURE' });
      expect(counts.downloads).toBe(1);
      expect((await fetched(present(url))).status).toBe(404);
      expect((await theirs.officer.data(TenantExportDocument, {})).tenantExport).toBeNull();
      const filter = { tenantId: theirs.tenant, downloadId: id } as object;
      expect(await withDatabase((database) => database.collection(DownloadPiece).countDocuments(filter))).toBe(0);
    },
    LIMIT_MS,
  );
});
