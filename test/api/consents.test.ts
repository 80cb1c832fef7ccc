import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountProfilesDocument,
  CreateApiTokenDocument,
  EventsByMessageIdDocument,
  ExplainMatchDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  NodeDocument,
  ProfileByIdentifierDocument,
  ProfileConsentsDocument,
  RecordConsentDocument,
  type RecordConsentMutationVariables,
} from '../../schema/generated/operations.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { CITY, expectShell, expectWhole, forPurpose, newPerson, readAs, record } from '../support/consenting-people.js';
import { decideSettings } from '../support/match-candidates.js';
import { byPhone, daysAgo } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';

const BEYOND_SERVICE = ['ANALYTICS', 'MARKETING', 'PERSONALISATION'] as const;

let tenant: string;
let admin: ApiClient;
let marketing: ApiClient;

beforeAll(async () => {
  tenant = await createTenant('consent');
  admin = clientOf(tenant);
  marketing = forPurpose(admin, 'MARKETING');
});

describe('recording', () => {
  test('gives back what was recorded, and keeps what was said before', async () => {
    const { id } = await newPerson(admin);
    const evidence = { form: 'checkout', wording: 3 };
    const expiresAt = daysAgo(-30);
    const more = { policyVersion: 'v7', channel: 'APP' as const, expiresAt, evidence };
    const said = { purpose: 'MARKETING', granted: true, ...more, isGuarded: false, guardian: null, grant: null };
    expect(await record(admin, id, 'MARKETING', true, more)).toMatchObject(said);
    await record(admin, id, 'ANALYTICS', false);
    const { version, consents } = present((await admin.data(ProfileConsentsDocument, { id })).profile);
    expect(consents).toMatchObject([{ purpose: 'ANALYTICS', granted: false, evidence: null }, said]);
    await record(admin, id, 'MARKETING', false, { channel: 'APP' });
    const after = present((await admin.data(ProfileConsentsDocument, { id })).profile);
    expect(after.version).toBe(version + 1);
    expect(after.consents).toMatchObject([{ purpose: 'ANALYTICS' }, { purpose: 'MARKETING', granted: false }]);
  });

  test('is for those who may write consents', async () => {
    const { id } = await newPerson(admin);
    const variables = { profileId: id, purpose: 'MARKETING', granted: true } as const;
    for (const role of ['ADMIN', 'STEWARD', 'PRIVACY_OFFICER'])
      expect((await clientOf(tenant, [role]).ask(RecordConsentDocument, variables)).errors).toBeUndefined();
    for (const role of ['MARKETER', 'ANALYST', 'VIEWER'])
      expect(await clientOf(tenant, [role]).codes(RecordConsentDocument, variables)).toEqual(['FORBIDDEN']);
    const input = { name: 'banner', scopes: ['consents:write'] };
    const { secret } = (await admin.data(CreateApiTokenDocument, { input })).createApiToken;
    const { data, errors } = await clientWith(secret).ask(RecordConsentDocument, variables);
    expect([data.recordConsent.granted, errors]).toEqual([true, undefined]);
    const reader = { name: 'reader', scopes: ['profiles:read'] };
    const { secret: reading } = (await admin.data(CreateApiTokenDocument, { input: reader })).createApiToken;
    expect(await clientWith(reading).codes(RecordConsentDocument, variables)).toEqual(['FORBIDDEN']);
  });

  test('shows proof to those who may read CORE values in clear', async () => {
    const { id } = await newPerson(admin);
    await record(admin, id, 'MARKETING', true, { evidence: { form: 'paper' } });
    for (const [role, evidence] of [
      ['PRIVACY_OFFICER', { form: 'paper' }],
      ['VIEWER', null],
    ] as const) {
      const { profile } = await clientOf(tenant, [role]).data(ProfileConsentsDocument, { id });
      expect(profile?.consents).toMatchObject([{ granted: true, evidence }]);
    }
  });

  test.each<[string, Partial<RecordConsentMutationVariables>]>([
    ['policyVersion', { policyVersion: ' ' }],
    ['expiresAt', { expiresAt: daysAgo(1) }],
    ['expiresAt', { granted: false, expiresAt: daysAgo(-1) }],
    ['evidence.a.b', { evidence: { a: { b: 'x\0' } } }],
    ['evidence', { evidence: { a: 'x'.repeat(8_000), b: 'x'.repeat(8_000) } }],
    ['guardian.name', { guardian: { name: '', contact: 'x', relation: 'mother' } }],
    ['grant', { grant: { partner: 'Lumen' } }],
    ['grant.partner', { purpose: 'PARTNER_SHARING', grant: { partner: 'nobody knows it' } }],
    ['grant.fields[1]', { purpose: 'PARTNER_SHARING', grant: { partner: 'x', fields: ['events', 'id'] } }],
    ['grant.fields', { purpose: 'PARTNER_SHARING', grant: { partner: 'x', fields: [] } }],
    ['grant.until', { purpose: 'PARTNER_SHARING', grant: { partner: 'x', until: daysAgo(1) } }],
    ['grant.until', { purpose: 'PARTNER_SHARING', granted: false, grant: { partner: 'x', until: daysAgo(-1) } }],
  ])('refuses a wrong %s, and records nothing: %p', async (path, wrong) => {
    const { id } = await newPerson(admin);
    const variables = { profileId: id, purpose: 'MARKETING', granted: true, ...wrong } as const;
    const { errors } = await admin.ask(RecordConsentDocument, variables);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path } } }]);
    expect((await admin.data(ProfileConsentsDocument, { id })).profile?.consents).toEqual([]);
  });

  test('of nobody, or of another tenant, is NOT_FOUND', async () => {
    const { id } = await newPerson(admin);
    const other = clientOf(await createTenant('consent-other'));
    const said = { purpose: 'MARKETING', granted: true } as const;
    expect(await other.codes(RecordConsentDocument, { profileId: id, ...said })).toEqual(['NOT_FOUND']);
    expect(await admin.codes(RecordConsentDocument, { profileId: 'prf_nobody', ...said })).toEqual(['NOT_FOUND']);
  });

  test('runs once under an Idempotency-Key', async () => {
    const { id } = await newPerson(admin);
    const once = admin.withHeaders({ 'idempotency-key': `consent-${id}` });
    const first = await record(once, id, 'MARKETING', true, {});
    const { version } = present((await admin.data(ProfileConsentsDocument, { id })).profile);
    expect(await record(once, id, 'MARKETING', true, {})).toEqual(first);
    expect((await admin.data(ProfileConsentsDocument, { id })).profile?.version).toBe(version);
  });
});

describe('reading for a purpose', () => {
  test.each(BEYOND_SERVICE)(
    '%s: withheld until it is granted, and from the moment it is taken back',
    async (purpose) => {
      const client = forPurpose(admin, purpose);
      const { id } = await newPerson(admin);
      await expectShell(client, id);
      await record(admin, id, purpose, true);
      await expectWhole(client, id);
      await record(admin, id, purpose, false);
      await expectShell(client, id);
      await expectWhole(admin, id);
      await expectWhole(forPurpose(admin, 'SERVICE'), id);
    },
  );

  test('another purpose granted opens nothing', async () => {
    const { id } = await newPerson(admin);
    await record(admin, id, 'ANALYTICS', true);
    await expectShell(marketing, id);
    const both = clientWith(tokenFor(tenant, ['ADMIN'], { purposes: ['ANALYTICS', 'MARKETING'] }));
    await expectWhole(both, id);
  });

  test('SERVICE is served whatever was said', async () => {
    const { id } = await newPerson(admin);
    await record(admin, id, 'SERVICE', false);
    await expectWhole(forPurpose(admin, 'SERVICE'), id);
  });

  test('a grant runs out without an event', async () => {
    const { id } = await newPerson(admin);
    const expiresAt = new Date(Date.now() + 3_000).toISOString();
    const { granted } = await record(admin, id, 'MARKETING', true, { expiresAt });
    expect(granted).toBe(true);
    for (const end = Date.parse(expiresAt); Date.now() <= end; )
      await new Promise((done) => setTimeout(done, end - Date.now() + 1));
    await expectShell(marketing, id);
  });

  test('masks stay on what is open', async () => {
    const { id } = await newPerson(admin);
    await record(admin, id, 'MARKETING', true);
    const shown = present(await readAs(forPurpose(clientOf(tenant, ['MARKETER']), 'MARKETING'), id));
    expect(shown.traits).toMatchObject({ city: CITY, name: expect.stringContaining('*') });
    expect(shown.withheld).toContainEqual({ path: 'traits.name', reason: 'ROLE' });
  });

  test('accounts, events and the identity graph are withheld by every way to them', async () => {
    const { id, user, phone, messageId } = await newPerson(admin);
    const { events, channelAccounts } = present(await readAs(admin, id));
    const eventId = present(events?.edges.find(({ node }) => node.name === 'Product Viewed')).node.id;
    const accountId = present(channelAccounts?.[0]).id;
    const seen = async () => {
      const nodes = await Promise.all([eventId, accountId].map((one) => marketing.data(NodeDocument, { id: one })));
      const { eventsByMessageId } = await marketing.data(EventsByMessageIdDocument, { messageIds: [messageId] });
      const { identityGraph } = await marketing.data(IdentityGraphDocument, { profileId: id });
      return [...nodes.map(({ node }) => node !== null), eventsByMessageId[0] !== null, identityGraph.nodes.length > 0];
    };
    expect(await seen()).toEqual([false, false, false, false]);
    const byPhoneNumber = await marketing.data(ProfileByIdentifierDocument, { identifier: byPhone(phone) });
    expect(JSON.stringify(byPhoneNumber)).not.toContain(user);
    await record(admin, id, 'MARKETING', true);
    expect(await seen()).toEqual([true, true, true, true]);
  });

  test('two people are compared for a purpose that both consented to', async () => {
    const model = await addModel(tenant);
    await decideSettings(admin, { matchModel: model });
    const ids = [(await newPerson(admin)).id, (await newPerson(admin)).id] as const;
    const compare = { leftProfileId: ids[0], rightProfileId: ids[1] };
    await record(admin, ids[0], 'MARKETING', true);
    expect(await marketing.codes(ExplainMatchDocument, compare)).toEqual(['CONSENT_REQUIRED']);
    await record(admin, ids[1], 'MARKETING', true);
    expect(await marketing.codes(ExplainMatchDocument, compare)).toEqual([]);
    await decideSettings(admin, { matchModel: null });
  });

  test('what the role withholds is named once, and not as well for missing consent', async () => {
    const { id } = await newPerson(admin);
    const officer = forPurpose(clientOf(tenant, ['PRIVACY_OFFICER']), 'MARKETING');
    const paths = present(await readAs(officer, id)).withheld.map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)]);
  });

  test('lists show shells, and nobody is found by what is withheld', async () => {
    const { id, phone, name } = await newPerson(admin);
    const found = async (filter: Record<string, unknown>) => {
      const { profiles } = await marketing.data(ListProfilesDocument, { filter });
      const { totalCount } = (await marketing.data(CountProfilesDocument, { filter })).profiles;
      return [profiles.edges.some(({ node }) => node.id === id), (totalCount ?? 0) > 0];
    };
    const personal = [
      { search: name },
      { search: phone },
      { search: phone.slice(-4) },
      { ids: [id], channels: ['APP'] },
    ];
    const all = () => Promise.all(personal.map(found));
    expect(await all()).toEqual(personal.map(() => [false, false]));
    expect(await found({ ids: [id] })).toEqual([true, true]);
    const { profiles } = await marketing.data(ListProfilesDocument, { filter: { ids: [id] } });
    expect(JSON.stringify(profiles)).not.toContain(name);
    await record(admin, id, 'MARKETING', true);
    expect(await all()).toEqual(personal.map(() => [true, true]));
    await record(admin, id, 'MARKETING', false);
    expect(await all()).toEqual(personal.map(() => [false, false]));
  });

  test('a list goes on behind its cursor without those who may not be found', async () => {
    const crowd = await Promise.all([0, 1, 2, 3].map(() => newPerson(admin, { name: 'Qiqiwen' })));
    for (const { id } of crowd.slice(1)) await record(admin, id, 'MARKETING', true);
    const seen: string[] = [];
    const filter = { search: 'Qiqiwen' };
    const pageAfter = async (after: string | null) =>
      (await marketing.data(ListProfilesDocument, { filter, first: 1, after })).profiles;
    for (let page = await pageAfter(null); ; page = await pageAfter(page.pageInfo.endCursor ?? null)) {
      seen.push(...page.edges.map(({ node }) => node.id));
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(seen.sort()).toEqual(
      crowd
        .slice(1)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('the tenant decides what holds for people who were not asked', async () => {
    const their = clientOf(await createTenant('consent-default'));
    const { id, name } = await newPerson(their);
    const child = await newPerson(their, { birthday: `${new Date().getFullYear() - 5}-01-01` });
    const analysts = forPurpose(their, 'ANALYTICS');
    await expectShell(analysts, id);
    await decideSettings(their, { consentDefaults: { ANALYTICS: true } });
    const found = async (search: string) =>
      (await analysts.data(ListProfilesDocument, { filter: { search } })).profiles.edges.length;
    await expectWhole(analysts, id);
    expect([await found(name), await found(child.name)]).toEqual([1, 0]);
    await expectShell(analysts, child.id);
    await expectShell(forPurpose(their, 'MARKETING'), id);
    await record(their, id, 'ANALYTICS', false, {});
    await expectShell(analysts, id);
    expect(await found(name)).toBe(0);
  });

  test('settings are refused for purposes that no default can stand in for', async () => {
    await expect(decideSettings(admin, { consentDefaults: { PARTNER_SHARING: true } })).rejects.toThrow(
      'consentDefaults',
    );
  });
});
