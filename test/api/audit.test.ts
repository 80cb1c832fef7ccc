import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AuditConsistencyDocument,
  AuditProofDocument,
  CreateApiTokenDocument,
  MergeProfilesDocument,
  NodeDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  ProfileUpdatedDocument,
  QuarantinedItemsDocument,
  SetTraitDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
  VerifyAuditLogDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { entriesOf, untilEntries } from '../support/audit-reader.js';
import { profileIdOf } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, phoneNumber, send, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

const PHONE = byPhone(phoneNumber(77));
const NAME = '韩梅梅';
const PHONE_OF = 'query ($id: ID!) { profile(id: $id) { id traits { phone name city } version } }';

let tenant: string;
let admin: ApiClient;
let steward: ApiClient;
let marketer: ApiClient;
let id: string;
let other: string;

beforeAll(async () => {
  tenant = await createTenant('audit');
  admin = clientOf(tenant);
  steward = clientWith(tokenFor(tenant, ['STEWARD'], { sub: 'steward-1' }));
  marketer = clientWith(tokenFor(tenant, ['MARKETER'], { sub: 'marketer-1' }));
  await sendAll(admin, [
    identify({ identifiers: [PHONE], traits: { name: NAME, phone: PHONE.value, city: '上海' } }),
    identify({ identifiers: [byUser('audited')], traits: { city: '北京' } }),
    eventOf({ identifiers: [PHONE], properties: { contact: phoneNumber(78), sku: 'T-1' } }),
  ]);
  id = present(await profileIdOf(admin, PHONE));
  other = present(await profileIdOf(admin, byUser('audited')));
}, 120_000);

describe('reading in clear', () => {
  test('is one entry a request: whom, and which fields', async () => {
    await steward.data(PHONE_OF, { id });
    const [entry] = await untilEntries(admin, { actor: 'steward-1', action: 'readClear' }, 1);
    expect(entry).toMatchObject({ subject: id, outcome: 'OK', actor: 'steward-1' });
    expect(entry?.details).toMatchObject({
      operation: 'profile',
      kind: 'USER',
      fields: ['ProfileTraits.name', 'ProfileTraits.phone'],
      requestId: expect.any(String),
    });
  });

  test('of nobody by who sees masks, of no CORE field, of none that is skipped, and of a person without any is none', async () => {
    const reader = clientWith(tokenFor(tenant, ['STEWARD'], { sub: 'reader-1' }));
    await marketer.data(PHONE_OF, { id });
    await marketer.data(Profile360Document, { id });
    await reader.data('query ($id: ID!) { profile(id: $id) { id version traits { city } } }', { id });
    const conditional = `query ($id: ID!, $all: Boolean = false) { profile(id: $id) { version ...Clear @include(if: $all) } }
      fragment Clear on Profile { traits { phone } }`;
    await reader.data(conditional, { id });
    await reader.data(PHONE_OF, { id: other });
    await reader.data(conditional, { id, all: true });
    const entries = await untilEntries(admin, { actor: 'reader-1' }, 1);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.details).toMatchObject({ fields: ['ProfileTraits.phone'] });
    expect(await entriesOf(admin, { actor: 'marketer-1', action: 'readClear' })).toEqual([]);
  });

  test('of many names them all, and is found by each of them', async () => {
    const lister = clientWith(tokenFor(tenant, ['PRIVACY_OFFICER'], { sub: 'lister' }));
    await sendAll(admin, [identify({ identifiers: [byPhone(phoneNumber(79))], traits: { name: '李雷' } })]);
    const third = present(await profileIdOf(admin, byPhone(phoneNumber(79))));
    await lister.data('{ profiles(first: 10) { edges { node { id identifiers { value } } } } }');
    for (const subject of [id, third]) {
      const [entry] = await untilEntries(admin, { actor: 'lister', subject }, 1);
      expect(entry).toMatchObject({ action: 'readClear', subject: null });
      expect(entry?.details).toMatchObject({ fields: ['Identifier.value'], ids: expect.arrayContaining([id, third]) });
    }
    expect(await entriesOf(admin, { actor: 'lister', subject: other })).toEqual([]);
  });

  test('tells of accounts, events and quarantined originals', async () => {
    const deep = clientWith(tokenFor(tenant, ['ADMIN'], { sub: 'deep' }));
    await deep.data(Profile360Document, { id });
    const [view] = await untilEntries(admin, { actor: 'deep', subject: id }, 1);
    const fields = ['Event.properties', 'Identifier.value', 'ProfileTraits.name', 'ProfileTraits.phone'];
    expect(view?.details.fields).toEqual(expect.arrayContaining(fields));
    await send(admin, [eventOf({ identifiers: [] })]);
    const { quarantinedItems } = await deep.data(QuarantinedItemsDocument, { first: 1 });
    const subject = present(quarantinedItems.edges[0]).node.id;
    const [item] = await untilEntries(admin, { actor: 'deep', subject }, 1);
    expect(item).toMatchObject({ action: 'readClear', details: { fields: ['QuarantinedItem.original'] } });
  });
});

describe('what is done', () => {
  test('each mutation is an entry: what was done, to what, and how it ended', async () => {
    const doer = clientWith(tokenFor(tenant, ['ADMIN'], { sub: 'doer' }));
    await doer.data(SetTraitDocument, { profileId: id, trait: 'city', value: '杭州', reason: '本人要求 13812345678' });
    await doer.codes(SetTraitDocument, { profileId: id, trait: 'city', value: '杭州', reason: '' });
    await doer.data(MergeProfilesDocument, { into: id, from: [other], reason: 'x' });
    const { tenantSettings } = await doer.data(TenantSettingsDocument, {});
    const settings = { requiredTraits: ['name'] };
    await doer.data(UpdateTenantSettingsDocument, { settings, expectedVersion: tenantSettings.version });
    await doer.codes(UpdateTenantSettingsDocument, { settings: { 13812345678: 1 }, expectedVersion: 1 });
    const input = { name: '合作伙伴', scopes: ['profiles:read'] };
    const { createApiToken } = await doer.data(CreateApiTokenDocument, { input });
    await sendAll(doer, [eventOf({ identifiers: [byUser('audited')] })]);
    await untilEntries(admin, { actor: 'doer', action: 'ingest' }, 1);
    const done = (await entriesOf(admin, { actor: 'doer' })).filter(({ action }) => action !== 'readClear');
    const told = done.map(({ action, subject, outcome, details }) => ({ action, subject, outcome, details })).reverse();
    const common = { requestId: expect.any(String), kind: 'USER' };
    const named = ['profileId', 'reason', 'trait', 'value'];
    expect(told).toEqual([
      { action: 'setTrait', subject: id, outcome: 'OK', details: { ...common, arguments: named, trait: ['city'] } },
      { action: 'setTrait', subject: id, outcome: 'BAD_USER_INPUT', details: { ...common, arguments: named } },
      expect.objectContaining({ action: 'mergeProfiles', subject: id, outcome: 'OK' }),
      {
        action: 'updateTenantSettings',
        subject: null,
        outcome: 'OK',
        details: { ...common, arguments: ['expectedVersion', 'settings.requiredTraits'] },
      },
      {
        action: 'updateTenantSettings',
        subject: null,
        outcome: 'BAD_USER_INPUT',
        details: { ...common, arguments: ['expectedVersion', 'settings'] },
      },
      {
        action: 'createApiToken',
        subject: createApiToken.token.id,
        outcome: 'OK',
        details: { ...common, arguments: ['input.name', 'input.scopes'], scopes: ['profiles:read'] },
      },
      {
        action: 'ingest',
        subject: null,
        outcome: 'OK',
        details: { ...common, arguments: ['events'], eventsGiven: 1, accepted: 1, duplicates: 0, rejected: 0 },
      },
    ]);
    expect(told[2]?.details.ids).toEqual(expect.arrayContaining([id, other]));
  });

  test('a look-up by identifier is one, with a keyed hash of what was looked for, also by who sees masks', async () => {
    await marketer.data(ProfileByIdentifierDocument, { identifier: PHONE });
    await marketer.data(ProfileByIdentifierDocument, { identifier: { ...PHONE, value: ` ${PHONE.value}` } });
    const entries = await untilEntries(admin, { actor: 'marketer-1', action: 'profileByIdentifier' }, 2);
    expect(entries[0]).toMatchObject({ subject: id, outcome: 'OK', details: { identifierType: 'PHONE' } });
    const hashes = new Set(entries.map(({ details }) => details.identifier));
    expect([...hashes]).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
  });

  test('a batch over the Segment endpoint is one, with its counts', async () => {
    const input = { name: 'audit web', scopes: ['events:write'] };
    const { createApiToken } = await admin.data(CreateApiTokenDocument, { input });
    const batch = [
      { type: 'track', userId: 'segment', event: 'E' },
      { type: 'track', event: 'Nobody' },
    ];
    const authorization = `Basic ${Buffer.from(`${createApiToken.secret}:`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify({ batch });
    expect((await fetch(new URL('/v1/batch', testServer().url), { method: 'POST', headers, body })).status).toBe(200);
    const [entry] = await untilEntries(admin, { actor: createApiToken.token.id }, 1);
    expect(entry).toMatchObject({ action: 'segmentBatch', details: { events: 2, accepted: 1, rejected: 1 } });
  });

  test('a name that is an address or a number is written as a keyed hash, and found by what it is', async () => {
    const sub = 'mei.han@example.org';
    await clientWith(tokenFor(tenant, ['ADMIN'], { sub })).data(PHONE_OF, { id });
    const [entry] = await untilEntries(admin, { actor: sub }, 1);
    expect(entry?.actor).toMatch(/^hash:[\w-]{22}$/);
  });
});

describe('following', () => {
  test('in clear is one entry a subscription and profile, before the message; over masks it is none', async () => {
    const { url } = testServer();
    const subjects = ['follower-1', 'follower-2', 'follower-masked'];
    const sockets = subjects.map(
      (sub, n) => new SocketClient(url, tokenFor(tenant, [n < 2 ? 'STEWARD' : 'MARKETER'], { sub })),
    );
    const followed = sockets.map((socket) => socket.follow(ProfileUpdatedDocument, { id }));
    const change = (value: string) =>
      admin.data(SetTraitDocument, { profileId: id, trait: 'city', value, reason: 'followed' });
    for (let n = 0; followed.some(({ messages }) => messages.length < 2); n += 1) {
      await change(`城市${n}`);
      await Promise.all(followed.map((one) => one.until(({ length }) => length > 0 || n < 20, 2_000).catch(() => [])));
    }
    for (const actor of subjects.slice(0, 2)) {
      const entries = await untilEntries(admin, { actor, action: 'followClear' }, 1);
      expect(entries).toHaveLength(1);
      expect(entries[0]).toMatchObject({ subject: id, details: { operation: 'profileUpdated' } });
      expect(entries[0]?.details.fields).toEqual(['ProfileTraits.name', 'ProfileTraits.phone']);
    }
    expect(await entriesOf(admin, { actor: 'follower-masked' })).toEqual([]);
    for (const socket of sockets) socket.close();
  }, 120_000);

  test('a query over a socket is written down as any other', async () => {
    const socket = new SocketClient(testServer().url, tokenFor(tenant, ['STEWARD'], { sub: 'socket-1' }));
    await socket.ask(PHONE_OF, { id });
    socket.close();
    const [entry] = await untilEntries(admin, { actor: 'socket-1' }, 1);
    expect(entry).toMatchObject({ action: 'readClear', subject: id });
  });
});

describe('refusals', () => {
  test('for missing rights are entries each, also where the query was answered to others before', async () => {
    const viewer = clientWith(tokenFor(tenant, ['VIEWER'], { sub: 'viewer-1' }));
    for (let n = 0; n < 3; n += 1) await admin.data(TenantSettingsDocument, {});
    for (let n = 0; n < 2; n += 1) expect(await viewer.codes(TenantSettingsDocument, {})).toEqual(['FORBIDDEN']);
    const purpose = viewer.withHeaders({ 'tributary-purpose': 'NONE' });
    expect(await purpose.codes('{ viewer { subject } }')).toEqual(['FORBIDDEN']);
    const entries = await untilEntries(admin, { actor: 'viewer-1' }, 3);
    const told = entries.map(({ action, outcome }) => `${action} ${outcome}`);
    expect(told).toEqual(['purpose FORBIDDEN', 'tenantSettings FORBIDDEN', 'tenantSettings FORBIDDEN']);
  });

  test('of a token that is over are one a minute, and of one that nobody gave none', async () => {
    const expired = clientWith(tokenFor(tenant, ['ADMIN'], { sub: 'expired-1', exp: 1_700_000_000 }));
    for (let n = 0; n < 3; n += 1) expect(await expired.codes('{ viewer { subject } }')).toEqual(['UNAUTHENTICATED']);
    const forged = clientWith(`${tokenFor(tenant, ['ADMIN'], { sub: 'forged-1' }).slice(0, -4)}AAAA`);
    expect(await forged.codes('{ viewer { subject } }')).toEqual(['UNAUTHENTICATED']);
    const [entry] = await untilEntries(admin, { actor: 'expired-1' }, 1);
    expect(entry).toMatchObject({ action: 'authenticate', outcome: 'UNAUTHENTICATED' });
    await steward.data(PHONE_OF, { id });
    expect(await entriesOf(admin, { actor: 'expired-1' })).toHaveLength(1);
    expect(await entriesOf(admin, { actor: 'forged-1' })).toEqual([]);
  });
});

describe('the log', () => {
  test('is read by pages, newest first, by time and by id; a cursor fits its own query alone', async () => {
    const all = await entriesOf(admin);
    expect(all.length).toBeGreaterThan(10);
    const sequences = all.map(({ sequence }) => Number(sequence));
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(new Set(sequences).size).toBe(all.length);
    const codes = (client: ApiClient) => client.codes(VerifyAuditLogDocument, {});
    expect(await codes(marketer)).toEqual(['FORBIDDEN']);
    const oldest = present(all.at(-1));
    const range = { from: oldest.at, to: new Date(Date.parse(oldest.at) + 1).toISOString() };
    expect((await entriesOf(admin, { range })).map(({ id: entryId }) => entryId)).toContain(oldest.id);
    const { node } = await admin.data(NodeDocument, { id: oldest.id });
    expect(node).toMatchObject({ id: oldest.id });
    expect((await marketer.data(NodeDocument, { id: oldest.id })).node).toBeNull();
  });

  test('is whole, whichever process of these tests has written it', async () => {
    const { verifyAuditLog } = await admin.data(VerifyAuditLogDocument, {});
    expect(verifyAuditLog).toMatchObject({ valid: true, firstInvalidSequence: null, fault: null });
    expect(verifyAuditLog.treeSize).toBe(verifyAuditLog.entries);
  });

  test('proves its entries, and that it only grew', async () => {
    const { auditProof } = await admin.data(AuditProofDocument, { sequence: 1 });
    expect(auditProof).toMatchObject({ sequence: 1, treeSize: auditProof.head.treeSize });
    for (const sequence of [0, -1, 1_000_000]) {
      expect(await admin.codes(AuditProofDocument, { sequence })).toEqual(['NOT_FOUND']);
    }
    const toSize = Number(auditProof.treeSize);
    const { auditConsistency } = await admin.data(AuditConsistencyDocument, { fromSize: 3, toSize });
    expect(auditConsistency.toRoot).toBe(auditProof.rootHash);
    expect(await admin.codes(AuditConsistencyDocument, { fromSize: 4, toSize: 3 })).toEqual(['BAD_USER_INPUT']);
    expect(await admin.codes(AuditConsistencyDocument, { fromSize: 1, toSize: 1e9 })).toEqual(['BAD_USER_INPUT']);
  });
});
