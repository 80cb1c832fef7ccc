import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  IngestDocument,
  ListProfilesDocument,
  RotateKeysDocument,
  StartJobDocument,
} from '../../schema/generated/operations.js';
import { ACCOUNT_TYPES } from '../../src/channels/account-types.js';
import { blindedCollections } from '../../src/collections.js';
import { collectionOf } from '../../src/platform/entity.js';
import { BLINDING_DECISIONS, renewedCollections } from '../../src/sealing/blinding-decisions.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { cancelJob, endOf, jobOf, resultOf, startJob, untilJob } from '../support/job-client.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { type StoredToken, storedTokens } from '../support/stored-tokens.js';

const LIMIT_MS = 240_000;
const PHONE = '+8613912340001';
const OTHER = '+8613912340002';

const EVENTS = [
  identify({ channel: 'CRM', identifiers: [byUser('u1'), byPhone(PHONE)], traits: { name: '王小芳' } }),
  identify({ channel: 'WEB', identifiers: [byUser('w1'), byPhone(PHONE)], traits: { city: '杭州' } }),
  identify({ channel: 'CRM', identifiers: [byUser('u2'), byPhone(OTHER)], traits: { name: '李强' } }),
  eventOf({ identifiers: [byUser('u1')] }),
];

/** What callers see of people, however they look for them. */
async function seenBy(admin: ApiClient): Promise<unknown> {
  const found = await Promise.all(
    [byUser('u1'), byPhone(PHONE), byUser('w1'), byPhone(OTHER)].map((by) => profileBy(admin, by)),
  );
  const searched = [];
  for (const search of ['王小', 'wangx', '1391234', '0002', PHONE]) {
    const { profiles } = await admin.data(ListProfilesDocument, { first: 10, filter: { search } });
    searched.push(profiles.edges.map(({ node }) => node.id).sort());
  }
  return {
    found: found.map(({ id, traits, identifiers, channelAccounts }) => ({ id, traits, identifiers, channelAccounts })),
    searched,
  };
}

/** The tokens stored of a tenant, those of accounts by one name; texts that look like tokens and are of no key are left out. */
async function tokensOf(tenant: string): Promise<StoredToken[]> {
  const accounts = new Set(ACCOUNT_TYPES.map((type) => collectionOf(type).collection));
  const all = await withDatabase((database) => storedTokens(database, tenant));
  return all.map((token) => {
    const [collection = '', field] = token.place.split('.');
    return accounts.has(collection) ? { ...token, place: `accounts.${field}` } : token;
  });
}

async function renewedVersions(tenant: string): Promise<Record<string, number[]>> {
  const renewed = (await tokensOf(tenant)).filter(({ place }) => BLINDING_DECISIONS[place] === 'RENEWED');
  const places = [...new Set(renewed.map(({ place }) => place))].sort();
  const versionsAt = (place: string) => [
    ...new Set(renewed.filter((one) => one.place === place).map(({ version }) => version)),
  ];
  return Object.fromEntries(places.map((place) => [place, versionsAt(place).sort()]));
}

describe('rotating the index key', () => {
  let tenant: string;
  let admin: ApiClient;
  beforeAll(async () => {
    tenant = await createTenant('index');
    admin = clientOf(tenant);
    await sendAll(admin, EVENTS);
  });

  const again = async () => (await admin.data(IngestDocument, { events: EVENTS })).ingest;

  test(
    'changes nothing that is found before, while and after it is done, and leaves nothing under the former one',
    async () => {
      const before = await seenBy(admin);
      expect(Object.values(await renewedVersions(tenant)).flat()).not.toContain(2);
      const { rotateKeys } = await admin.data(RotateKeysDocument, { kind: 'INDEX' });
      expect(rotateKeys).toMatchObject({ kind: 'reindex', parameters: { rotate: true, dryRun: false } });
      let rounds = 0;
      for (let job = rotateKeys; job.state !== 'SUCCEEDED'; job = await jobOf(admin, rotateKeys.id)) {
        expect(['QUEUED', 'RUNNING']).toContain(job.state);
        expect(await seenBy(admin)).toEqual(before);
        expect(await again()).toMatchObject({ accepted: 0, duplicates: EVENTS.length });
        await sendAll(admin, [identify({ identifiers: [byUser(`new${rounds}`)], traits: {} })]);
        rounds += 1;
      }
      expect(rounds).toBeGreaterThan(3);
      const { result } = await jobOf(admin, rotateKeys.id);
      expect(result).toMatchObject({ rotate: true, version: 2, remaining: {}, unreadable: 0, formerVersions: 0 });
      expect(result).toMatchObject({
        moved: { claims: expect.any(Number), links: expect.any(Number), profiles: expect.any(Number) },
      });
      const versions = await renewedVersions(tenant);
      expect(Object.keys(versions)).toEqual(
        expect.arrayContaining([
          'accounts.packed',
          'claims._id',
          'links._id',
          'profiles.packed',
          'profiles.searchTokens',
        ]),
      );
      expect(Object.values(versions).flat()).toEqual(Object.keys(versions).map(() => 2));
      expect(await seenBy(admin)).toEqual(before);
      expect(await again()).toMatchObject({ accepted: 0, duplicates: EVENTS.length });
      for (let n = 0; n < rounds; n += 1) await profileBy(admin, byUser(`new${n}`));
    },
    LIMIT_MS,
  );

  test(
    'one that was cancelled is gone on with: until then all is found, and a dry run counts what remains',
    async () => {
      const before = await seenBy(admin);
      const { id } = (await admin.data(RotateKeysDocument, { kind: 'INDEX' })).rotateKeys;
      expect((await admin.data(RotateKeysDocument, { kind: 'INDEX' })).rotateKeys.id).toBe(id);
      await untilJob(admin, id, ({ progress }) => (progress ?? 0) > 0, LIMIT_MS);
      await cancelJob(admin, id);
      expect((await endOf(admin, id, LIMIT_MS)).state).toBe('CANCELLED');
      expect(await seenBy(admin)).toEqual(before);
      expect(await again()).toMatchObject({ accepted: 0, duplicates: EVENTS.length });
      const counted = await resultOf(admin, 'reindex', { dryRun: true });
      expect(counted).toMatchObject({ dryRun: true, version: 3, formerVersions: 1 });
      const done = await resultOf(admin, 'reindex');
      expect(done).toMatchObject({ rotate: false, version: 3, remaining: {}, formerVersions: 0 });
      expect(new Set(Object.values(await renewedVersions(tenant)).flat())).toEqual(new Set([3]));
      expect(await seenBy(admin)).toEqual(before);
    },
    LIMIT_MS,
  );

  test('every place where tokens are stored is decided on', async () => {
    const found = new Set((await tokensOf(tenant)).map(({ place }) => place));
    expect([...found].filter((place) => !BLINDING_DECISIONS[place])).toEqual([]);
    const done = await withDatabase(async (database) => blindedCollections(database).map(({ type }) => type));
    const accounts = new Set(ACCOUNT_TYPES);
    const names = done.map((type) => (accounts.has(type as never) ? 'accounts' : collectionOf(type).collection));
    expect(new Set(names)).toEqual(renewedCollections());
  });

  test('is for who manages settings alone, and counting rotates nothing', async () => {
    for (const role of ['MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER']) {
      const client = clientOf(tenant, [role]);
      expect([role, await client.codes(RotateKeysDocument, { kind: 'INDEX' })]).toEqual([role, ['FORBIDDEN']]);
      expect(await client.codes(StartJobDocument, { kind: 'reindex', parameters: {} })).toEqual(['FORBIDDEN']);
    }
    const parameters = { rotate: true, dryRun: true };
    expect(await admin.codes(StartJobDocument, { kind: 'reindex', parameters })).toEqual(['BAD_USER_INPUT']);
    const counting = await startJob(admin, 'reindex', { dryRun: true });
    const other = await admin.ask(RotateKeysDocument, { kind: 'INDEX' });
    if (other.errors)
      expect(other.errors[0]).toMatchObject({ extensions: { code: 'CONFLICT', details: { jobId: counting.id } } });
    await cancelJob(admin, counting.id);
  });
});
