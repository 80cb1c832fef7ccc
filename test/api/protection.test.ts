import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  type IdentifierInput,
  IdentityGraphDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { resultOf } from '../support/job-client.js';
import { idBy, profileBy, profileIdOf } from '../support/profile-reader.js';
import {
  byDevice,
  byEmail,
  byOpenId,
  byPhone,
  byUnionId,
  byUser,
  daysAgo,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('protection'));
});

/** A customer as a till knows one: an id of its own, a phone, a name. */
function atTheTill(member: string, phone: string, traits: Record<string, unknown> = {}): EventInput {
  return identify({ channel: 'STORE', identifiers: [byTill(member), byPhone(phone)], traits });
}

const member = (value: string): IdentifierInput => ({ type: 'MEMBER_NO', value });
const byTill = (value: string): IdentifierInput => byOpenId(value, 'till');

async function idsOf(identifiers: readonly IdentifierInput[]): Promise<string[]> {
  return Promise.all(identifiers.map((identifier) => idBy(admin, identifier)));
}

async function refusalsOf(profileId: string): Promise<string[]> {
  const { identityGraph } = await admin.data(IdentityGraphDocument, { profileId });
  const refused = identityGraph.edges.filter(({ kind, active }) => kind === 'REFUSED' && active);
  return [...new Set(refused.map(({ rule, reason }) => `${rule} ${reason}`))].sort();
}

const NAMES = ['王伟', '李娜', '张敏', '刘洋', '陈静', '杨磊', '赵艳'];

describe("a clerk's phone", () => {
  const phone = phoneNumber(1_001);
  const customers = NAMES.map((name, n) => atTheTill(`clerk-${n}`, phone, { name }));
  const held = NAMES.map((_, n) => byTill(`clerk-${n}`));

  test('links nobody once more people hold it than may, and those it had linked are taken apart', async () => {
    await sendAll(admin, customers.slice(0, 5));
    expect(new Set(await idsOf(held.slice(0, 5))).size).toBe(1);
    await sendAll(admin, customers.slice(5, 6));
    expect(new Set(await idsOf(held.slice(0, 6))).size).toBe(6);
    await sendAll(admin, customers.slice(6));
    expect(new Set(await idsOf(held)).size).toBe(7);
  });

  test('is shown as linking nobody, with the reason, and finds nobody', async () => {
    for (const [n, identifier] of held.entries()) {
      const profile = await profileBy(admin, identifier);
      expect(profile.traits.name).toBe(NAMES[n]);
      expect(profile.channelAccounts).toHaveLength(1);
      expect(profile.identifiers.find(({ type }) => type === 'PHONE')).toMatchObject({ linking: false });
    }
    expect(await profileIdOf(admin, byPhone(phone))).toBeNull();
  });

  test('stays refused when one of its holders is decided on again', async () => {
    const ids = await idsOf(held);
    for (const [n, identifier] of held.entries())
      await sendAll(admin, [
        identify({ channel: 'STORE', identifiers: [identifier, byEmail(`clerk-${n}@example.org`)] }),
        identify({ channel: 'CRM', identifiers: [byEmail(`clerk-${n}@example.org`)] }),
      ]);
    for (const id of ids) expect(await refusalsOf(id)).toEqual(['PHONE SHARED_BY_TOO_MANY']);
  });

  test('comes to the same when all are sent at once, or the other way round', async () => {
    for (const [shop, order] of [customers, customers.toReversed()].entries()) {
      const there = order.map((event, n) => ({
        ...event,
        messageId: `shop-${shop}-${n}`,
        identifiers: [byTill(`shop-${shop}-${n}`), byPhone(phoneNumber(1_100 + shop))],
      }));
      await sendAll(admin, there);
      const ids = await idsOf(order.map((_, n) => byTill(`shop-${shop}-${n}`)));
      expect(new Set(ids).size).toBe(7);
    }
  });

  test('one person who is spelt in many ways stays one', async () => {
    const spellings = ['王伟', '王 伟', '王先生', 'Wang Wei', '王*', '王維'];
    await sendAll(
      admin,
      spellings.map((name, n) => atTheTill(`spelt-${n}`, phoneNumber(1_200), { name })),
    );
    expect(new Set(await idsOf(spellings.map((_, n) => byTill(`spelt-${n}`)))).size).toBe(1);
  });
});

describe('limits', () => {
  test('bind an account that is one with others by what it comes to hold alone, in whatever order', async () => {
    const known = (channel: 'STORE' | 'CRM', one: string, more: readonly IdentifierInput[]) =>
      identify({ channel, identifiers: [byOpenId(`${channel}-${one}`, 'till'), ...more] });
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ];
    for (const [n, order] of orders.entries()) {
      const phone = byPhone(phoneNumber(1_350 + n));
      const said = [
        known('STORE', `grown-${n}`, [phone, member(`A-${n}`)]),
        known('CRM', `grown-${n}`, [phone]),
        known('CRM', `grown-${n}`, [member(`B-${n}`)]),
      ];
      for (const at of order) await sendAll(admin, [said[at] as EventInput]);
      const [store, crm] = await idsOf(['STORE', 'CRM'].map((channel) => byOpenId(`${channel}-grown-${n}`, 'till')));
      expect(store).not.toBe(crm);
      expect(await refusalsOf(present(crm))).toEqual(['PHONE LIMIT_MEMBER_NO']);
    }
  });

  test('two user ids are two people, whatever they share; the graph says why', async () => {
    await sendAll(admin, [
      identify({ identifiers: [byUser('limit-1'), byEmail('both@example.org')] }),
      identify({ identifiers: [byUser('limit-2'), byEmail('both@example.org')] }),
    ]);
    const [first = '', second = ''] = await idsOf([byUser('limit-1'), byUser('limit-2')]);
    expect(first).not.toBe(second);
    expect(await refusalsOf(first)).toEqual(['EMAIL LIMIT_USER_ID']);
    expect(await refusalsOf(second)).toEqual(['EMAIL LIMIT_USER_ID']);
  });

  test('what stands between comes to its side by rank, also when it comes first', async () => {
    const bridge = identify({
      channel: 'CRM',
      identifiers: [byPhone(phoneNumber(1_300)), byEmail('bridge@example.org')],
    });
    const byTheMail = identify({ identifiers: [byUser('rank-1'), byEmail('bridge@example.org')] });
    const byThePhone = identify({ channel: 'APP', identifiers: [byUser('rank-2'), byPhone(phoneNumber(1_300))] });
    for (const event of [bridge, byTheMail, byThePhone]) await sendAll(admin, [event]);
    const [mail, phone, between] = await idsOf([byUser('rank-1'), byUser('rank-2'), byPhone(phoneNumber(1_300))]);
    expect(between).toBe(phone);
    expect(mail).not.toBe(phone);
    expect((await profileBy(admin, byUser('rank-1'))).channelAccounts).toHaveLength(1);
  });

  test('hold as the tenant sets them', async () => {
    const own = clientOf(await createTenant('protection-limits'));
    const settings = { identifierRules: { USER_ID: { most: 2 }, PHONE: { most: 1 } }, sharedByMost: 2 };
    await own.data(UpdateTenantSettingsDocument, { settings, expectedVersion: 1 });
    await sendAll(own, [
      identify({ identifiers: [byUser('a'), byEmail('three@example.org')] }),
      identify({ identifiers: [byUser('b'), byEmail('three@example.org')] }),
      identify({ identifiers: [byUser('c'), byEmail('three@example.org')] }),
    ]);
    const ids = await Promise.all(['a', 'b', 'c'].map((user) => profileIdOf(own, byUser(user))));
    expect(new Set(ids).size).toBe(2);
    const none = { identifierRules: { PHONE: { most: 0 } } };
    const wrong = await own.ask(UpdateTenantSettingsDocument, { settings: none, expectedVersion: 2 });
    expect(wrong.errors?.[0]).toMatchObject({
      message: expect.stringContaining('settings.identifierRules.PHONE.most'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('six devices of one week are too many, of two weeks they are not', async () => {
    const seen = (user: string, days: readonly number[]) =>
      days.map((day, n) =>
        identify({
          channel: 'IOT',
          identifiers: [byDevice(`${user}-${n}`), byEmail(`${user}@example.org`)],
          occurredAt: new Date(Date.UTC(2026, 2, 2 + day)).toISOString(),
        }),
      );
    await sendAll(admin, [...seen('busy', [0, 1, 2, 3, 4, 5]), ...seen('calm', [0, 1, 2, 7, 8, 9])]);
    const devices = (user: string) => idsOf(Array.from({ length: 6 }, (_, n) => byDevice(`${user}-${n}`)));
    expect(new Set(await devices('busy')).size).toBe(2);
    expect(new Set(await devices('calm')).size).toBe(1);
  });
});

describe('a number that went to somebody else', () => {
  test('is theirs now, and what came before stays with its former owner', async () => {
    const phone = phoneNumber(1_400);
    await sendAll(admin, [
      { ...atTheTill('first-owner', phone, { name: '王伟', birthday: '1985-03-12' }), occurredAt: daysAgo(900) },
      { ...atTheTill('next-owner', phone, { name: '李娜', birthday: '1992-07-25' }), occurredAt: daysAgo(20) },
    ]);
    const [first = '', next] = await idsOf([byTill('first-owner'), byTill('next-owner')]);
    expect(first).not.toBe(next);
    expect(await profileIdOf(admin, byPhone(phone))).toBe(next);
    expect(await refusalsOf(first)).toEqual(['PHONE OTHER_BIRTHDAY']);
  });

  test('who turns out to be somebody else leaves the profile', async () => {
    const phone = phoneNumber(1_410);
    await sendAll(admin, [
      { ...atTheTill('parent', phone, { birthday: '1960-03-12' }), occurredAt: daysAgo(900) },
      { ...atTheTill('child', phone), occurredAt: daysAgo(800) },
    ]);
    const [together, same] = await idsOf([byTill('parent'), byTill('child')]);
    expect(same).toBe(together);
    await sendAll(admin, [atTheTill('child', phone, { birthday: '1990-07-25' })]);
    const [parent, child] = await idsOf([byTill('parent'), byTill('child')]);
    expect(child).not.toBe(parent);
    expect([parent, child]).toContain(together);
    expect((await profileBy(admin, byTill('parent'))).traits.birthday).toBe('1960-03-12');
  });
});

test('two people of one household who share a phone stay two by their union ids and names', async () => {
  const phone = phoneNumber(1_500);
  const inWechat = (n: number, name: string) =>
    identify({
      channel: 'MINI_PROGRAM',
      identifiers: [byOpenId(`home-${n}`), byUnionId(`home-${n}`), byPhone(phone)],
      traits: { name },
    });
  await sendAll(admin, [inWechat(1, '王伟'), inWechat(2, '李娜')]);
  const [one, other] = await idsOf([byOpenId('home-1'), byOpenId('home-2')]);
  expect(one).not.toBe(other);
});

describe('values that a pattern of the tenant matches', () => {
  const patterns = ['1380077*', '*@Till.example.org', 'kiosk-*'];
  const held = [byUser('pattern-1'), byUser('pattern-2')];
  let own: ApiClient;

  async function decide(settings: Record<string, unknown>): Promise<void> {
    const { tenantSettings } = await own.data(TenantSettingsDocument, {});
    await own.data(UpdateTenantSettingsDocument, { settings, expectedVersion: tenantSettings.version });
  }
  const countOf = async (identifiers: readonly IdentifierInput[]) =>
    new Set(await Promise.all(identifiers.map((identifier) => idBy(own, identifier)))).size;

  beforeAll(async () => {
    own = clientOf(await createTenant('protect-patterns'));
    await decide({ identifierRules: { USER_ID: { most: null } } });
  });

  test.each([
    ['a phone', byPhone('+8613800771234')],
    ['an email', byEmail('Clerk@till.example.org')],
    ['a device', byDevice('Kiosk-7')],
  ])('%s is kept with each who gives it, and links nobody', async (kind, shared) => {
    await decide({ blockedIdentifiers: patterns });
    const users = ['x', 'y'].map((side) => byUser(`${kind} ${side}`));
    await sendAll(
      own,
      users.map((user) => identify({ identifiers: [user, shared] })),
    );
    expect(await countOf(users)).toBe(2);
    for (const user of users)
      expect((await profileBy(own, user)).identifiers).toContainEqual(
        expect.objectContaining({
          type: shared.type,
          value: expect.stringMatching(/771234|till|Kiosk/),
          linking: false,
        }),
      );
    expect(await profileIdOf(own, shared)).toBeNull();
  });

  test('link where no pattern matches them from beginning to end', async () => {
    const near = [byPhone('+8613800781234'), byEmail('clerk@till.example.org.cn'), byDevice('my-kiosk-7')];
    for (const [n, shared] of near.entries()) {
      const users = ['x', 'y'].map((side) => byUser(`near-${n}-${side}`));
      await sendAll(
        own,
        users.map((user) => identify({ identifiers: [user, shared] })),
      );
      expect(await countOf(users)).toBe(1);
    }
  });

  test('part those whom they had joined, once these are decided on anew', async () => {
    await decide({ blockedIdentifiers: null });
    const shared = [byPhone('+8613800775555'), byDevice('kiosk-55')];
    await sendAll(
      own,
      held.map((user) => identify({ identifiers: [user, ...shared] })),
    );
    expect(await countOf(held)).toBe(1);
    await decide({ blockedIdentifiers: patterns });
    expect(await resultOf(own, 'restitch')).toMatchObject({ changed: 1, merged: 0, parted: 1 });
    expect(await countOf(held)).toBe(2);
    for (const user of held) {
      const { identifiers } = await profileBy(own, user);
      expect(identifiers.flatMap(({ type, linking }) => (linking ? [type] : []))).toEqual(['USER_ID']);
    }
    await decide({ blockedIdentifiers: null });
    expect(await resultOf(own, 'restitch')).toMatchObject({ merged: expect.any(Number) });
    expect(await countOf(held)).toBe(1);
  });

  test.each(['***', 'a*b'])('must tell somebody apart: %s would match nearly everything', async (entry) => {
    const settings = { blockedIdentifiers: ['kiosk-*', entry] };
    const { tenantSettings } = await own.data(TenantSettingsDocument, {});
    const { errors } = await own.ask(UpdateTenantSettingsDocument, {
      settings,
      expectedVersion: tenantSettings.version,
    });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining('settings.blockedIdentifiers[1]'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
