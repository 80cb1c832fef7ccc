import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AssignTagDocument,
  DefineTagDocument,
  type EventInput,
  EventsByMessageIdDocument,
  NodeDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  ProfileUpdatedDocument,
  QuarantinedItemsDocument,
  RecordConsentDocument,
  ReplayQuarantinedDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { STORED } from '../../src/collections.js';
import { collectionOf } from '../../src/platform/entity.js';
import { profileIdOf } from '../../src/profiles/profile-id.rules.js';
import { type ErasedStores, erasedCollections } from '../../src/rights/erased-collections.js';
import { ERASED_OTHERWISE, ERASURE_DECISIONS } from '../../src/rights/erasure-decisions.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { documentsOf, isKept, namedIn } from '../support/erased-people.js';
import { startJob } from '../support/job-client.js';
import { demand, endOfDemand, met } from '../support/privacy-client.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import {
  byDevice,
  byEmail,
  byPhone,
  byUser,
  daysAgo,
  eventOf,
  identify,
  send,
  sendAll,
} from '../support/sample-events.js';
import { createTenant, tokenFor, withDatabase } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 300_000;
const PHONE = '+8613912340077';
const EMAIL = 'anna.erased@example.org';
const DEVICE = 'family-tablet-0001';

let tenant: string;
let admin: ApiClient;
let officer: ApiClient;

beforeAll(async () => {
  tenant = await createTenant('erasure');
  admin = clientOf(tenant);
  officer = clientOf(tenant, ['PRIVACY_OFFICER']);
});

/** What Anna's channels said: two accounts by her phone; and Ben, who shares the tablet. */
const ANNA: readonly EventInput[] = [
  identify({
    identifiers: [byUser('anna'), byPhone(PHONE), byDevice(DEVICE)],
    traits: { name: 'Anna Erased', birthday: '1980-01-02', address: 'Old Mill Lane 8' },
  }),
  identify({ channel: 'CRM', identifiers: [byPhone(PHONE), byEmail(EMAIL)], traits: { city: '杭州' } }),
  eventOf({ identifiers: [byUser('anna')], properties: { note: 'anna-plain-note' }, occurredAt: daysAgo(3) }),
];
const BEN: readonly EventInput[] = [
  identify({
    identifiers: [byUser('ben'), byDevice(DEVICE)],
    traits: { name: 'Ben Staying', birthday: '1975-05-06', city: '成都' },
  }),
];

const stored = () => withDatabase((database) => documentsOf(database, tenant));

describe('erasing a person', () => {
  let id: string;
  let benId: string;
  let accountIds: string[];
  let eventIds: string[];
  let ended: Awaited<ReturnType<typeof met>>;
  let socket: SocketClient;

  beforeAll(async () => {
    await sendAll(admin, [...ANNA]);
    await sendAll(admin, [...BEN]);
    [id, benId] = [await idBy(admin, byUser('anna')), await idBy(admin, byUser('ben'))];
    expect(benId).not.toBe(id);
    const { profile } = await admin.data(Profile360Document, { id });
    accountIds = present(profile?.channelAccounts).map((account) => account.id);
    eventIds = present(profile?.events).edges.map(({ node }) => node.id);
    const evidence = { call: 'recorded' };
    await admin.data(RecordConsentDocument, { profileId: id, purpose: 'MARKETING', granted: true, evidence });
    await admin.data(SetTraitDocument, { profileId: id, trait: 'nickname', value: 'Annie', reason: 'She said so.' });
    await admin.data(DefineTagDocument, { key: 'taught', name: 'Taught' });
    await admin.data(AssignTagDocument, { key: 'taught', profileIds: [id, benId] });
    const refused = [byPhone(PHONE), byUser('carl')].map((one) =>
      eventOf({ identifiers: [one], occurredAt: daysAgo(-5) }),
    );
    expect((await send(admin, refused)).rejected).toHaveLength(2);
  }, LIMIT_MS);
  afterAll(() => socket?.close());

  test(
    'a dry run counts by collection and changes nothing',
    async () => {
      const before = await profileOf(admin, id);
      const dry = await met(officer, { profileId: id, kind: 'ERASURE', dryRun: true });
      expect(dry.counts).toMatchObject({
        accounts_web: 1,
        accounts_crm: 1,
        events: 3,
        consents: 1,
        manual_traits: 1,
        tag_assignments: 1,
        profiles: 2,
        quarantine: 1,
      });
      expect(dry.counts.claims).toBeGreaterThan(2);
      expect(dry.certificate).toBeNull();
      expect(await profileOf(admin, id)).toEqual(before);
    },
    LIMIT_MS,
  );

  test(
    'is met within a minute, and who follows the profile is told',
    async () => {
      socket = new SocketClient(testServer().url, tokenFor(tenant));
      const followed = socket.follow(ProfileUpdatedDocument, { id });
      // following begins a moment after it was asked for
      for (let n = 0; n < 60 && followed.messages.length === 0; n += 1) {
        await admin.data(SetTraitDocument, {
          profileId: id,
          trait: 'nickname',
          value: `Annie ${n}`,
          reason: 'On the phone.',
        });
        await followed.until((all) => all.length > 0, 1_000).catch(() => undefined);
      }
      ended = await met(officer, { profileId: id, kind: 'ERASURE' });
      const messages = await followed.until((all) =>
        all.some(({ profileUpdated }) => profileUpdated.kind === 'ERASED'),
      );
      expect(messages.at(-1)?.profileUpdated).toMatchObject({ kind: 'ERASED', profileId: id, profile: null });
      expect(ended.counts).toMatchObject({ accounts_web: 1, accounts_crm: 1, events: 3, quarantine: 1 });
    },
    LIMIT_MS,
  );

  test('afterwards every id and identifier of the person leads to nothing', async () => {
    expect((await admin.data(Profile360Document, { id })).profile).toBeNull();
    for (const identifier of [byUser('anna'), byPhone(PHONE), byEmail(EMAIL)])
      expect((await admin.data(ProfileByIdentifierDocument, { identifier })).profileByIdentifier).toBeNull();
    for (const gone of [id, ...accountIds, ...eventIds])
      expect([gone, (await admin.data(NodeDocument, { id: gone })).node]).toEqual([gone, null]);
    const messageIds = ANNA.map(({ messageId }) => messageId);
    expect((await admin.data(EventsByMessageIdDocument, { messageIds })).eventsByMessageId).toEqual([null, null, null]);
    const again = officer.codes(
      'mutation ($id: ID!) { requestPrivacy(profileId: $id, kind: ERASURE, reason: "x") { id } }',
      { id },
    );
    expect(await again).toEqual(['NOT_FOUND']);
  });

  test('no collection holds anything of the person but tombstones and what erasure decided to keep', async () => {
    const names = [...accountIds, ...eventIds, 'anna', 'Annie', 'plain-note', PHONE];
    const told = (await stored()).filter((one) => !isKept(one) && namedIn(one, names).length > 0);
    expect(told).toEqual([]);
    const slots = accountIds.map((accountId) => `${tenant}:${profileIdOf(accountId)}`);
    const kept = (await stored()).filter(({ document }) => slots.includes(String(document._id)));
    expect(kept.map(({ collection }) => collection)).toEqual(slots.map(() => 'profiles'));
    const requests = (await stored()).filter(({ collection }) => collection === 'privacy_requests');
    expect(requests.map(({ document }) => document.sealed)).toEqual([null, null]);
  });

  test('the certificate is signed by the key of the audit log, and says what there was', async () => {
    const { auditHead } = await officer.data<{ auditHead: { publicKey: string } }, object>(
      '{ auditHead { publicKey } }',
    );
    const certificate = JSON.parse(present(ended.certificate)) as Record<string, string>;
    const { signed = '', signature = '', publicKey = '' } = certificate;
    expect(publicKey).toBe(auditHead.publicKey);
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    expect(verify(null, Buffer.from(signed), key, Buffer.from(signature, 'base64'))).toBe(true);
    expect(JSON.parse(signed)).toMatchObject({
      certificate: 'erasure',
      tenant,
      request: ended.id,
      profile: id,
      erased: ended.counts,
      remaining: {},
    });
  });

  test('what is sent again, late, or by another channel is refused by a code, and nothing of it is kept', async () => {
    const late = eventOf({ channel: 'STORE', identifiers: [byPhone(PHONE)], traits: { city: '杭州' } });
    const others = eventOf({ channel: 'APP', identifiers: [byUser('unheard'), byEmail(EMAIL)] });
    const unrelated = identify({ identifiers: [byUser('dora')] });
    const outcome = await send(admin, [...ANNA, late, unrelated, others]);
    expect(outcome.accepted).toBe(1);
    expect(outcome.rejected.map(({ index, code }) => [index, code])).toEqual(
      [0, 1, 2, 3, 5].map((index) => [index, 'PERSON_ERASED']),
    );
    for (const identifier of [byUser('anna'), byPhone(PHONE), byUser('unheard')])
      expect((await admin.data(ProfileByIdentifierDocument, { identifier })).profileByIdentifier).toBeNull();
    const { quarantinedItems } = await admin.data(QuarantinedItemsDocument, { code: 'PERSON_ERASED' });
    expect(quarantinedItems.edges.map(({ node }) => node.original)).toEqual([null, null, null, null, null]);
    const ids = quarantinedItems.edges.map(({ node }) => node.id);
    expect((await admin.data(ReplayQuarantinedDocument, { ids })).replayQuarantined).toEqual({
      accepted: 0,
      duplicates: 0,
      stillRefused: 5,
    });
    const names = [...accountIds, 'unheard'];
    expect((await stored()).filter((one) => !isKept(one) && namedIn(one, names).length > 0)).toEqual([]);
  });

  test('who shared a device stays, is found by it, and goes on being heard', async () => {
    const ben = await profileOf(admin, benId);
    expect(ben.traits).toMatchObject({ name: 'Ben Staying', city: '成都', phone: null });
    expect(ben.channelAccounts).toHaveLength(1);
    expect(await idBy(admin, byDevice(DEVICE))).toBe(benId);
    await sendAll(admin, [
      eventOf({ identifiers: [byUser('ben'), byDevice(DEVICE)], traits: { city: '重庆' }, occurredAt: daysAgo(1) }),
    ]);
    expect((await profileOf(admin, benId)).traits.city).toBe('重庆');
  });

  test('the audit log tells of it by ids alone', async () => {
    const query = `{ auditLog(action: "privacyRequestMet") { edges { node { actor action subject outcome details } } } }`;
    const { errors, data } = await officer.ask<Record<string, unknown>, object>(query);
    expect(errors ?? JSON.stringify(data)).toContain('ERASURE');
    expect(JSON.stringify(data)).not.toContain('customer wrote');
  });
});

test('demands are for privacy officers, and faults are named', async () => {
  await sendAll(admin, [identify({ identifiers: [byUser('someone')] })]);
  const profileId = await idBy(admin, byUser('someone'));
  const ask =
    'mutation ($profileId: ID!, $reason: String!, $kind: PrivacyRequestKind!) { requestPrivacy(profileId: $profileId, kind: $kind, reason: $reason) { id } }';
  const asked = { profileId, reason: 'asked', kind: 'ERASURE' };
  for (const role of ['ADMIN', 'MARKETER', 'ANALYST', 'STEWARD', 'VIEWER'])
    expect([role, await clientOf(tenant, [role]).codes(ask, asked)]).toEqual([role, ['FORBIDDEN']]);
  expect(await officer.codes(ask, { ...asked, reason: ' ' })).toEqual(['BAD_USER_INPUT']);
  expect(await officer.codes(ask, { ...asked, kind: 'RECTIFICATION' })).toEqual(['BAD_USER_INPUT']);
  expect(await officer.codes(ask, { ...asked, profileId: 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV' })).toEqual(['NOT_FOUND']);
  await expect(startJob(admin, 'privacy-requests')).rejects.toThrow('FORBIDDEN');
});

test(
  'several demands at once are all met',
  async () => {
    const users = Array.from({ length: 4 }, (_, n) => byUser(`one-of-four-${n}`));
    await sendAll(
      admin,
      users.map((user) => identify({ identifiers: [user] })),
    );
    const ids = await Promise.all(users.map((user) => idBy(admin, user)));
    const demands = await Promise.all(ids.map((profileId) => demand(officer, { profileId, kind: 'ERASURE' })));
    const ends = await Promise.all(demands.map(({ id }) => endOfDemand(officer, id)));
    expect(ends.map(({ state }) => state)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  },
  LIMIT_MS,
);

test('erasure has been decided on for every collection, and does what was decided', () => {
  const names = STORED.map((type) => collectionOf(type).collection.replace(/^accounts_.*/, 'accounts'));
  expect(Object.keys(ERASURE_DECISIONS).sort()).toEqual([...new Set(names)].sort());
  const decided = Object.keys(ERASURE_DECISIONS).filter((name) => ERASURE_DECISIONS[name] === 'ERASED');
  const byAccounts = erasedCollections({} as ErasedStores).map(({ name }) => name);
  expect([...byAccounts, ...ERASED_OTHERWISE].sort()).toEqual(decided);
});
