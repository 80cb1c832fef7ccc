import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiTokenDocument,
  CreateSegmentDocument,
  EventsByMessageIdDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  NodeDocument,
  Profile360Document,
  ProfileAccountsDocument,
  ProfileByIdentifierDocument,
  ProfileEventsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { type Profile360, profileBy, profileOf } from '../support/profile-reader.js';
import { byDevice, byOpenId, byPhone, byUser, daysAgo, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

/** Values of class CORE, which nobody without the right may see anywhere. */
const CORE = {
  phone: '+8613987654321',
  national: '13987654321',
  email: 'mei.secret@example.org',
  name: '韩梅梅',
  birthday: '1991-07-23',
  address: '浙江省杭州市文三路九十号',
  openId: 'oSecretOpenId0001',
  receiver: '韩收件人',
  government: '330106199107231234',
};
/** Values of class IMPORTANT. */
const IMPORTANT = {
  city: '杭州',
  gender: 'FEMALE',
  memberNo: 'MEMBER-777-888',
  device: 'device-secret-42',
  revenue: '1234.56',
};

let tenant: string;
let admin: ApiClient;
let id: string;

beforeAll(async () => {
  tenant = await createTenant('masks');
  admin = clientOf(tenant);
  const { phone, email, name, birthday, address } = CORE;
  await sendAll(admin, [
    identify({
      channel: 'ECOMMERCE',
      identifiers: [byPhone(phone), { type: 'MEMBER_NO', value: IMPORTANT.memberNo }],
      traits: {
        ...{ name, birthday, address, email, city: IMPORTANT.city, gender: IMPORTANT.gender, language: 'zh' },
        ...{
          receiverName: CORE.receiver,
          governmentId: CORE.government,
          contact: `call ${CORE.national}`,
          plan: 'gold',
        },
      },
      occurredAt: daysAgo(3),
    }),
    identify({
      channel: 'WEB',
      identifiers: [byPhone(phone), byUser('user-42')],
      traits: { name: '小韩', city: '宁波' },
    }),
    identify({
      channel: 'MINI_PROGRAM',
      identifiers: [byPhone(phone), byOpenId(CORE.openId)],
      traits: { nickname: CORE.name },
    }),
    eventOf({
      messageId: 'masked-order',
      name: 'Order Completed',
      channel: 'IOT',
      identifiers: [byDevice(IMPORTANT.device), byPhone(phone)],
      properties: {
        revenue: IMPORTANT.revenue,
        total: IMPORTANT.revenue,
        sku: 'A-1',
        note: `mail ${email}`,
        to: { tel: CORE.national },
      },
      context: { campaign: { source: 'wechat', name: CORE.email } },
      occurredAt: daysAgo(1),
    }),
  ]);
  id = (await profileBy(admin, byPhone(phone))).id;
});

/** All that a caller can see of the person, by every way in. */
async function allSeenBy(client: ApiClient): Promise<string> {
  const answers = await Promise.all([
    client.ask(Profile360Document, { id }),
    client.ask(ProfileAccountsDocument, { id }),
    client.ask(ProfileEventsDocument, { id, filter: { names: ['Order Completed'] } }),
    client.ask(ProfileEventsDocument, { id, first: 100 }),
    client.ask(EventsByMessageIdDocument, { messageIds: ['masked-order'] }),
    client.ask(ListProfilesDocument, {}),
    client.ask(IdentityGraphDocument, { profileId: id }),
    client.ask(NodeDocument, { id }),
    client.ask(ProfileByIdentifierDocument, { identifier: byUser('user-42') }),
    client.ask(
      `{ profile(id: "${id}") { channelAccounts { ... on EcommerceAccount { receiverName receiverAddress orderTotal { amount } } } } }`,
    ),
  ]);
  return JSON.stringify(answers);
}

const shows = (text: string, values: Record<string, string>) =>
  Object.keys(values).filter((key) => text.includes(String(values[key])));

async function tokenWith(...scopes: string[]): Promise<ApiClient> {
  const { createApiToken } = await admin.data(CreateApiTokenDocument, { input: { name: 'partner', scopes } });
  return clientWith(createApiToken.secret);
}

const withheldOf = (profile: Profile360) => profile.withheld.map(({ path, reason }) => `${path} ${reason}`).sort();
const CORE_TRAITS = ['address', 'birthday', 'custom.contact', 'email', 'name', 'phone'].map(
  (trait) => `traits.${trait} ROLE`,
);
const IMPORTANT_TRAITS = ['city', 'gender'].map((trait) => `traits.${trait} ROLE`);

describe('roles', () => {
  test.each(['ADMIN', 'STEWARD', 'PRIVACY_OFFICER'])('%s sees all in clear', async (role) => {
    const client = clientOf(tenant, [role]);
    const profile = await profileOf(client, id);
    const { name, birthday, address, email, phone } = CORE;
    expect(profile.traits).toMatchObject({
      name,
      birthday,
      address,
      email,
      phone,
      city: IMPORTANT.city,
      gender: 'FEMALE',
    });
    expect(profile.traits.custom).toEqual({ contact: `call ${CORE.national}`, plan: 'gold' });
    const text = await allSeenBy(client);
    expect(shows(text, CORE)).toEqual(Object.keys(CORE));
    expect(shows(text, IMPORTANT)).toEqual(Object.keys(IMPORTANT));
    expect(withheldOf(profile).filter((entry) => entry.startsWith('traits.'))).toEqual([]);
  });

  test('MARKETER sees IMPORTANT values alone in clear', async () => {
    const client = clientOf(tenant, ['MARKETER']);
    const text = await allSeenBy(client);
    expect(shows(text, CORE)).toEqual([]);
    expect(shows(text, IMPORTANT)).toEqual(Object.keys(IMPORTANT));
    expect(withheldOf(await profileOf(client, id))).toEqual(CORE_TRAITS);
  });

  test.each(['ANALYST', 'VIEWER'])('%s sees masked values, wherever they stand', async (role) => {
    const client = clientOf(tenant, [role]);
    const text = await allSeenBy(client);
    expect([shows(text, CORE), shows(text, IMPORTANT)]).toEqual([[], []]);
    const profile = await profileOf(client, id);
    expect(profile.traits).toEqual({
      ...{
        name: '韩**',
        birthday: '1991-**-**',
        phone: '139****4321',
        email: 'm***@example.org',
        address: '浙江省****',
      },
      ...{ city: null, gender: null, country: null, province: null, avatarUrl: null, language: 'zh' },
      custom: { plan: 'gold', contact: null },
    });
    expect(withheldOf(profile)).toEqual([...CORE_TRAITS, ...IMPORTANT_TRAITS].sort());
    expect(profile.provenance.find(({ trait }) => trait === 'name')).toMatchObject({
      value: '韩**',
      alternatives: [{ value: '韩**' }, { value: '小**' }],
    });
    expect(profile.provenance.find(({ trait }) => trait === 'city')).toMatchObject({
      value: null,
      alternatives: [{ value: null }],
    });
    expect(profile.identifiers.map(({ type, value }) => `${type} ${value}`).sort()).toEqual([
      'DEVICE_ID de****42',
      'EMAIL m***@example.org',
      'MEMBER_NO ME****88',
      'OPEN_ID oS****01',
      'PHONE 139****4321',
      'USER_ID user-42',
    ]);
    const order = present(profile.events)
      .edges.map(({ node }) => node)
      .find(({ name }) => name === 'Order Completed');
    expect(order).toMatchObject({
      revenue: null,
      properties: { sku: 'A-1', revenue: null, total: null, note: null, to: null },
      campaign: { source: 'wechat', name: null },
    });
  });

  test('several roles see what any of them sees', async () => {
    const text = await allSeenBy(clientOf(tenant, ['VIEWER', 'MARKETER']));
    expect([shows(text, CORE), shows(text, IMPORTANT)]).toEqual([[], Object.keys(IMPORTANT)]);
    expect(shows(await allSeenBy(clientOf(tenant, ['VIEWER', 'STEWARD'])), CORE)).toEqual(Object.keys(CORE));
  });

  test('looking people up is for some', async () => {
    const codes = (client: ApiClient) => client.codes(ProfileByIdentifierDocument, { identifier: byPhone(CORE.phone) });
    for (const role of ['ADMIN', 'MARKETER', 'STEWARD', 'PRIVACY_OFFICER'])
      expect(await codes(clientOf(tenant, [role]))).toEqual([]);
    for (const role of ['ANALYST', 'VIEWER']) expect(await codes(clientOf(tenant, [role]))).toEqual(['FORBIDDEN']);
    expect(await codes(await tokenWith('profiles:read'))).toEqual(['FORBIDDEN']);
    expect(await codes(await tokenWith('profiles:read', 'profiles:lookup'))).toEqual([]);
  });
});

describe('scopes of API tokens', () => {
  test('profiles:read sees masked profiles and no events; withheld says so', async () => {
    const client = await tokenWith('profiles:read');
    const text = await allSeenBy(client);
    expect([shows(text, CORE), shows(text, IMPORTANT)]).toEqual([[], []]);
    const profile = await profileOf(client, id);
    expect(profile.traits.name).toBe('韩**');
    expect(profile.events).toBeNull();
    expect(withheldOf(profile)).toEqual(
      expect.arrayContaining(['events ROLE', 'journey ROLE', 'segments ROLE', ...CORE_TRAITS]),
    );
    expect(withheldOf(profile)).not.toContain('channelAccounts ROLE');
    expect(await client.codes(EventsByMessageIdDocument, { messageIds: ['x'] })).toEqual(['FORBIDDEN']);
  });

  test('profiles:read:clear sees them in clear', async () => {
    const profile = await profileOf(await tokenWith('profiles:read', 'profiles:read:clear', 'events:read'), id);
    expect(profile.traits).toMatchObject({ name: CORE.name, phone: CORE.phone, city: IMPORTANT.city });
    expect(shows(JSON.stringify(profile.events), { email: CORE.email, revenue: IMPORTANT.revenue })).toEqual([
      'email',
      'revenue',
    ]);
  });

  test('events:read without the clear scope sees masked events', async () => {
    const profile = await profileOf(await tokenWith('profiles:read', 'events:read'), id);
    const text = JSON.stringify(profile.events);
    expect(text).toContain('Order Completed');
    expect([shows(text, CORE), shows(text, IMPORTANT)]).toEqual([[], []]);
  });

  test('a token that is confined to segments sees nobody outside them, by any way', async () => {
    const scopes = ['profiles:read', 'profiles:read:clear', 'profiles:lookup', 'events:read'];
    const rule = { trait: { path: 'city', op: 'EQ' as const, value: 'nowhere' } };
    const { createSegment } = await admin.data(CreateSegmentDocument, { name: 'Nobody', rule });
    const input = { name: 'confined', scopes, segmentIds: [createSegment.id] };
    const client = clientWith((await admin.data(CreateApiTokenDocument, { input })).createApiToken.secret);
    const whole = await profileOf(admin, id);
    const account = present(whole.channelAccounts?.[0]).id;
    const event = present(whole.events?.edges[0]).node.id;
    const text = await allSeenBy(client);
    expect([shows(text, CORE), shows(text, IMPORTANT)]).toEqual([[], []]);
    expect((await client.data(ListProfilesDocument, {})).profiles.edges).toEqual([]);
    for (const one of [id, account, event]) expect((await client.data(NodeDocument, { id: one })).node).toBeNull();
    expect((await client.data(EventsByMessageIdDocument, { messageIds: ['masked-order'] })).eventsByMessageId).toEqual([
      null,
    ]);
  });
});
