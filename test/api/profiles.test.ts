import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  EventsByMessageIdDocument,
  NodeDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { type Profile360, profileBy, profileOf } from '../support/profile-reader.js';
import { byEmail, byPhone, byUser, daysAgo, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const STRANGERS_ID = 'prf_00000000000000000000000000';

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('profiles'));
});

const reasonOf = (profile: Profile360, trait: string) => profile.provenance.find((reason) => reason.trait === trait);

/** One person told of by three channels, of the priorities 30, 60 and 80. */
async function personOfThreeChannels(n: number): Promise<Profile360> {
  const identifiers = [byPhone(phoneNumber(n))];
  await sendAll(admin, [
    identify({ channel: 'CRM', identifiers, traits: { name: '李 雷', city: '北京' }, occurredAt: daysAgo(9) }),
    identify({ channel: 'STORE', identifiers, traits: { name: '李雷雷', gender: '男' }, occurredAt: daysAgo(5) }),
    identify({
      channel: 'WEB',
      identifiers,
      traits: { name: 'lilei', city: '上海', language: 'zh', plan: 'gold' },
      occurredAt: daysAgo(1),
    }),
  ]);
  return profileBy(admin, byPhone(phoneNumber(n)));
}

describe('the golden record', () => {
  test('takes each trait from the channel of the highest priority, and says who lost', async () => {
    const profile = await personOfThreeChannels(1);
    expect(profile.traits).toMatchObject({ name: '李 雷', city: '北京', gender: 'MALE', language: 'zh', email: null });
    expect(profile.traits.custom).toEqual({ plan: 'gold' });
    const accounts = new Map(present(profile.channelAccounts).map(({ channel, id }) => [channel, id]));
    expect([...accounts.keys()].sort()).toEqual(['CRM', 'STORE', 'WEB']);
    expect(reasonOf(profile, 'name')).toMatchObject({
      value: '李 雷',
      channel: 'CRM',
      accountId: accounts.get('CRM'),
      rule: 'SOURCE_PRIORITY',
      observedAt: expect.stringMatching(daysAgo(9).slice(0, 10)),
      alternatives: [
        { value: '李雷雷', channel: 'STORE', accountId: accounts.get('STORE') },
        { value: 'lilei', channel: 'WEB', accountId: accounts.get('WEB') },
      ],
    });
    expect(reasonOf(profile, 'gender')?.alternatives).toEqual([]);
  });

  test('between channels of one priority the later value wins', async () => {
    const identifiers = [byPhone(phoneNumber(2))];
    await sendAll(admin, [
      identify({ channel: 'APP', identifiers, traits: { city: '广州' }, occurredAt: daysAgo(2) }),
      identify({ channel: 'WEB', identifiers, traits: { city: '深圳' }, occurredAt: daysAgo(3) }),
    ]);
    const profile = await profileBy(admin, byPhone(phoneNumber(2)));
    expect(reasonOf(profile, 'city')).toMatchObject({
      value: '广州',
      channel: 'APP',
      rule: 'RECENCY',
      alternatives: [{ value: '深圳', channel: 'WEB' }],
    });
  });

  test('is the same whatever the order and the batches', async () => {
    const tell = (n: number) =>
      [
        { channel: 'CRM', traits: { name: 'A', city: '北京' }, occurredAt: daysAgo(9) },
        { channel: 'WEB', traits: { name: 'B', vip: true }, occurredAt: daysAgo(8) },
        { channel: 'CRM', traits: { name: 'C' }, occurredAt: daysAgo(7) },
        { channel: 'ERP', traits: { city: null, email: `order-${n}@example.org` }, occurredAt: daysAgo(6) },
      ].map((told) => identify({ ...told, identifiers: [byPhone(phoneNumber(n))] } as never));
    await sendAll(admin, tell(3));
    for (const event of tell(4).reverse()) await sendAll(admin, [event]);
    const [together, oneByOne] = [
      await profileBy(admin, byPhone(phoneNumber(3))),
      await profileBy(admin, byPhone(phoneNumber(4))),
    ];
    expect(together.traits).toMatchObject({ name: 'C', city: '北京', custom: { vip: true } });
    expect({ ...oneByOne.traits, phone: '', email: '' }).toEqual({ ...together.traits, phone: '', email: '' });
  });
});

describe('setTrait', () => {
  const set = async (profileId: string, trait: string, value: unknown) =>
    (await admin.data(SetTraitDocument, { profileId, trait, value, reason: 'the customer called' })).setTrait;

  test('stands over any channel until null gives the trait back', async () => {
    const before = await personOfThreeChannels(10);
    const after = await set(before.id, 'city', '  成都 ');
    expect(after.traits.city).toBe('成都');
    expect(after.version).toBeGreaterThan(before.version);
    expect(after.provenance.find(({ trait }) => trait === 'city')).toMatchObject({ value: '成都', rule: 'MANUAL' });
    await sendAll(admin, [
      identify({
        channel: 'CRM',
        identifiers: [byPhone(phoneNumber(10))],
        traits: { city: '天津' },
        occurredAt: daysAgo(0),
      }),
    ]);
    const held = await profileOf(admin, before.id);
    expect(held.traits.city).toBe('成都');
    expect(reasonOf(held, 'city')?.alternatives.map(({ value }) => value)).toEqual(['天津', '上海']);
    expect((await set(before.id, 'city', null)).traits.city).toBe('天津');
  });

  test('sets custom traits, and normalises standard ones', async () => {
    const { id } = await personOfThreeChannels(11);
    expect((await set(id, 'favourite', ['tea', 'jazz'])).traits.custom).toEqual({
      plan: 'gold',
      favourite: ['tea', 'jazz'],
    });
    expect((await set(id, 'favourite', null)).traits.custom).toEqual({ plan: 'gold' });
    expect((await set(id, 'phone', '139 1234 5678')).traits.phone).toBe('+8613912345678');
    expect((await set(id, 'gender', '女')).traits.gender).toBe('FEMALE');
  });

  test.each([
    ['value', 'phone', 'no phone'],
    ['value', 'birthday', '2001-02-30'],
    ['value', 'gender', { any: 1 }],
    ['value.__proto__', '__proto__', 1],
    ['value.$set', '$set', 1],
    ['value.a.b', 'a.b', 1],
  ])('a fault at %s is refused: %s', async (path, trait, value) => {
    const { id } = await personOfThreeChannels(12);
    const { errors } = await admin.ask(SetTraitDocument, { profileId: id, trait, value, reason: 'x' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path } } }]);
    expect((await profileOf(admin, id)).provenance.every(({ rule }) => rule !== 'MANUAL')).toBe(true);
  });

  test('needs a reason and a profile', async () => {
    const { id } = await personOfThreeChannels(13);
    const fault = (profileId: string, reason: string) =>
      admin.codes(SetTraitDocument, { profileId, trait: 'city', value: 'x', reason });
    expect(await fault(id, ' ')).toEqual(['BAD_USER_INPUT']);
    expect(await fault(STRANGERS_ID, 'x')).toEqual(['NOT_FOUND']);
    expect(await fault('nonsense', 'x')).toEqual(['NOT_FOUND']);
    expect((await profileOf(admin, id)).traits.city).toBe('北京');
  });
});

describe('node', () => {
  const node = async (id: string) => (await admin.data(NodeDocument, { id })).node;

  test('finds profiles, accounts and events by their ids', async () => {
    const event = identify({ channel: 'CRM', identifiers: [byPhone(phoneNumber(20)), byEmail('node@example.org')] });
    await sendAll(admin, [event]);
    const profile = await profileBy(admin, byEmail('NODE@example.org'));
    const [sent] = (await admin.data(EventsByMessageIdDocument, { messageIds: [event.messageId] })).eventsByMessageId;
    expect(await node(profile.id)).toMatchObject({ __typename: 'Profile', id: profile.id, version: profile.version });
    expect(await node(present(sent).id)).toMatchObject({ __typename: 'Event', messageId: event.messageId });
    expect(await node(present(sent).accountId)).toMatchObject({
      __typename: 'CrmAccount',
      channel: 'CRM',
      externalId: phoneNumber(20),
    });
  });

  test.each([
    STRANGERS_ID,
    'acc_1C000000000000000000000000',
    'evt_00000000000000000000000000',
    'seg_00000000000000000000000000',
    'prf_',
    'prf_\u0000',
    'prf_\ud800',
    '',
    '__proto__',
    'constructor',
    `prf_${'0'.repeat(10_000)}`,
  ])('%j is null', async (id) => {
    expect(await node(id)).toBeNull();
    expect((await admin.data(Profile360Document, { id })).profile).toBeNull();
  });
});

describe('profileByIdentifier', () => {
  const find = (type: string, value: string, namespace: string | null = null) =>
    admin.ask(ProfileByIdentifierDocument, { identifier: { type, value, namespace } as never });

  test('finds whole identifiers in any spelling, in their scope', async () => {
    const scoped = { type: 'MEMBER_NO', namespace: 'gold-club', value: 'M-1001' } as const;
    await sendAll(admin, [identify({ channel: 'STORE', identifiers: [scoped, byPhone(phoneNumber(30))] })]);
    const { id } = await profileBy(admin, scoped);
    const found = async (...args: Parameters<typeof find>) => (await find(...args)).data.profileByIdentifier?.id;
    expect(await found('PHONE', phoneNumber(30).slice(3))).toBe(id);
    expect(await found('MEMBER_NO', ' Ｍ-1001', 'gold-club')).toBe(id);
    expect(await found('MEMBER_NO', 'M-1001', 'silver-club')).toBeUndefined();
    expect(await found('MEMBER_NO', 'M-1001')).toBeUndefined();
    expect(await found('USER_ID', 'M-1001', 'gold-club')).toBeUndefined();
    expect(await found('PHONE', phoneNumber(31))).toBeUndefined();
  });

  test('names what is no identifier', async () => {
    await sendAll(admin, [identify({ identifiers: [byUser('someone')] })]);
    expect((await find('PHONE', 'abc')).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', details: { path: 'identifier.value' } } },
    ]);
    expect((await find('FAX', '1')).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
