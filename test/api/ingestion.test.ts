import { beforeAll, describe, expect, test } from '@jest/globals';
import { EventsByMessageIdDocument, IngestDocument } from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { profileBy, profileIdOf } from '../support/profile-reader.js';
import {
  byEmail,
  byOpenId,
  byPhone,
  byUser,
  daysAgo,
  eventOf,
  identify,
  phoneNumber,
  send,
  sendAll,
} from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('ingestion'));
});

const traitsOf = async (phone: string) => (await profileBy(admin, byPhone(phone))).traits;

describe('a batch', () => {
  test('counts what is new, what was sent before and what is refused; the refused hold up nobody', async () => {
    const events = [0, 1, 2].map((n) => eventOf({ messageId: `counts-${n}`, identifiers: [byUser(`counts-${n}`)] }));
    expect(await send(admin, events)).toEqual({ accepted: 3, duplicates: 0, rejected: [] });
    const mixed = [
      ...events.slice(1),
      eventOf({ messageId: 'counts-3', identifiers: [byUser('counts-3')] }),
      eventOf({ messageId: 'counts-bad', identifiers: [byPhone('12')] }),
      eventOf({ messageId: 'counts-none', identifiers: [] }),
    ];
    expect(await send(admin, mixed)).toEqual({
      accepted: 1,
      duplicates: 2,
      rejected: [
        expect.objectContaining({
          index: 3,
          messageId: 'counts-bad',
          code: 'INVALID_IDENTIFIER',
          path: 'identifiers[0].value',
        }),
        expect.objectContaining({ index: 4, messageId: 'counts-none', code: 'NO_IDENTIFIER', path: 'identifiers' }),
      ],
    });
    const names = ['counts-0', 'counts-3', 'counts-bad', 'counts-none'];
    const { eventsByMessageId } = await admin.data(EventsByMessageIdDocument, { messageIds: names });
    expect(eventsByMessageId.map((event) => event?.messageId)).toEqual(['counts-0', 'counts-3', undefined, undefined]);
  });

  test('with one messageId twice takes the first', async () => {
    const first = eventOf({ name: 'First', identifiers: [byUser('twice-a')] });
    const second = { ...first, name: 'Second', identifiers: [byUser('twice-b')] };
    expect(await send(admin, [first, second])).toMatchObject({ accepted: 1, duplicates: 1 });
    const { eventsByMessageId } = await admin.data(EventsByMessageIdDocument, { messageIds: [first.messageId] });
    expect(eventsByMessageId).toMatchObject([{ name: 'First' }]);
    expect(await profileIdOf(admin, byUser('twice-b'))).toBeNull();
  });

  test('sent again changes nothing, not even the version of a profile', async () => {
    const event = identify({ identifiers: [byPhone(phoneNumber(1))], traits: { city: '上海' } });
    await sendAll(admin, [event]);
    const before = await profileBy(admin, byPhone(phoneNumber(1)));
    expect(await send(admin, [event])).toEqual({ accepted: 0, duplicates: 1, rejected: [] });
    expect(await profileBy(admin, byPhone(phoneNumber(1)))).toEqual(before);
  });

  test('the same batch from eight callers at once is accepted once', async () => {
    const events = Array.from({ length: 20 }, (_, n) => eventOf({ identifiers: [byUser(`at-once-${n % 5}`)] }));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => send(admin, events)));
    const sum = (pick: 'accepted' | 'duplicates') => outcomes.reduce((total, outcome) => total + outcome[pick], 0);
    expect([sum('accepted'), sum('duplicates')]).toEqual([20, 140]);
  });

  test('holds 1 to 5,000 events', async () => {
    const events = Array.from({ length: 5_001 }, (_, n) => eventOf({ identifiers: [byUser(`large-${n % 50}`)] }));
    const { errors } = await admin.ask(IngestDocument, { events });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', details: { path: 'events' } } }]);
    expect(await profileIdOf(admin, byUser('large-0'))).toBeNull();
    expect(await admin.codes(IngestDocument, { events: [] })).toEqual(['BAD_USER_INPUT']);
    expect(await send(admin, events.slice(1))).toEqual({ accepted: 5_000, duplicates: 0, rejected: [] });
    expect(await send(admin, events.slice(0, 1))).toMatchObject({ accepted: 1 });
  }, 180_000);
});

describe('values are normalised', () => {
  test.each([
    ['full-width digits', '１３９２０００００１１', '+8613920000011'],
    ['zero-width characters', '139\u200b2000\u200d0012\ufeff', '+8613920000012'],
    ['spaces, hyphens and the country code', '+86 139-2000-0013', '+8613920000013'],
    ['00 and the country code', '0086 13920000014', '+8613920000014'],
    ['another country', '+1 (202) 555-0142', '+12025550142'],
  ])('a phone with %s', async (_, written, normal) => {
    await sendAll(admin, [identify({ identifiers: [byPhone(written)] })]);
    const profile = await profileBy(admin, byPhone(normal));
    expect(profile.traits.phone).toBe(normal);
    expect(profile.identifiers).toMatchObject([{ type: 'PHONE', value: normal, linking: true }]);
  });

  test('emails, names, genders and birthdays', async () => {
    const traits = { name: ' 王\u200b小明　', sex: '女', birthday: '1990年1月5日', mail: 'Ｗang.XM@Example.ORG ' };
    await sendAll(admin, [identify({ identifiers: [byPhone(phoneNumber(20))], traits })]);
    expect(await traitsOf(phoneNumber(20))).toMatchObject({
      name: '王小明',
      gender: 'FEMALE',
      birthday: '1990-01-05',
      email: 'wang.xm@example.org',
    });
    expect(await profileIdOf(admin, byEmail('WANG.xm@example.org'))).not.toBeNull();
  });

  test('what stands for nobody is kept and links nothing', async () => {
    const junk = ['a', 'b'].map((user) =>
      identify({ identifiers: [byUser(`junk-${user}`), byPhone('13800138000'), byOpenId('null')] }),
    );
    await sendAll(admin, junk);
    expect(await profileIdOf(admin, byPhone('13800138000'))).toBeNull();
    const [a, b] = await Promise.all(['junk-a', 'junk-b'].map((user) => profileBy(admin, byUser(user))));
    expect(a?.id).not.toBe(b?.id);
    expect(a?.identifiers).toContainEqual(expect.objectContaining({ value: '+8613800138000', linking: false }));
    expect((await send(admin, [eventOf({ identifiers: [byOpenId('undefined')] })])).rejected).toMatchObject([
      { code: 'NO_IDENTIFIER' },
    ]);
  });
});

describe('observations in time', () => {
  const tell = (phone: string, traits: Record<string, unknown>, at: number, more: object = {}) =>
    sendAll(admin, [identify({ identifiers: [byPhone(phone)], traits, occurredAt: daysAgo(at), ...more })]);

  test('an explicit null clears, and what is older does not bring the value back', async () => {
    const phone = phoneNumber(30);
    await tell(phone, { name: 'Ada Byron', address: '1 Old Street', nickname: 'ada' }, 9);
    await tell(phone, { address: null, nickname: null }, 5);
    expect(await traitsOf(phone)).toMatchObject({ name: 'Ada Byron', address: null, custom: {} });
    await tell(phone, { address: '2 Late Street', nickname: 'late' }, 7);
    expect(await traitsOf(phone)).toMatchObject({ address: null, custom: {} });
    await tell(phone, { address: '3 New Street' }, 3);
    expect(await traitsOf(phone)).toMatchObject({ address: '3 New Street' });
  });

  test('the later event wins, whichever arrives first', async () => {
    const [forwards, backwards] = [phoneNumber(31), phoneNumber(32)];
    await tell(forwards, { city: '杭州' }, 8);
    await tell(forwards, { city: '苏州' }, 4);
    await tell(backwards, { city: '苏州' }, 4);
    await tell(backwards, { city: '杭州' }, 8);
    for (const phone of [forwards, backwards]) expect((await traitsOf(phone)).city).toBe('苏州');
    expect(await profileBy(admin, byPhone(backwards))).toMatchObject({
      firstSeenAt: expect.stringMatching(daysAgo(8).slice(0, 10)),
      lastSeenAt: expect.stringMatching(daysAgo(4).slice(0, 10)),
    });
  });

  test('of two at the same moment the higher messageId wins, whichever arrives first', async () => {
    const occurredAt = daysAgo(6);
    const low = (n: number) => ({ occurredAt, messageId: `equal-${n}-a` });
    const high = (n: number) => ({ occurredAt, messageId: `equal-${n}-b` });
    await tell(phoneNumber(33), { city: '低' }, 6, low(33));
    await tell(phoneNumber(33), { city: '高' }, 6, high(33));
    await tell(phoneNumber(34), { city: '高' }, 6, high(34));
    await tell(phoneNumber(34), { city: '低' }, 6, low(34));
    for (const n of [33, 34]) expect((await traitsOf(phoneNumber(n))).city).toBe('高');
  });
});
