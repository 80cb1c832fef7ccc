import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountType } from '../../../src/channels/account-types.js';
import { Channel } from '../../../src/channels/channel.js';
import { Event } from '../../../src/events/event.entity.js';
import type { Sensitivity } from '../../../src/platform/entity.js';
import { hide, maskUnseen, reveal } from '../../../src/platform/protect.js';
import { Profile } from '../../../src/profiles/profile.entity.js';

const CORE: ReadonlySet<Sensitivity> = new Set(['CORE']);
const BOTH: ReadonlySet<Sensitivity> = new Set(['CORE', 'IMPORTANT']);
const at = new Date('2026-03-01T00:00:00Z');

const identifier = (type: string, value: string) => ({
  type,
  namespace: null,
  value,
  channels: ['WEB'],
  firstSeenAt: at,
  lastSeenAt: at,
  linking: true,
  key: 'k',
});
const account = (attributes: object, custom: object = {}) => ({
  channel: 'ECOMMERCE',
  externalId: 'u1',
  externalIdType: 'USER_ID',
  displayName: '王芳',
  identifiers: [
    identifier('PHONE', '+8613912345678'),
    identifier('USER_ID', 'u1'),
    identifier('MEMBER_NO', 'M1234567'),
  ],
  attributes,
  custom,
  stamps: {},
});
const profile = {
  version: 1,
  traits: {
    name: '王芳',
    gender: 'FEMALE',
    phone: '+8613912345678',
    email: null,
    city: '杭州',
    custom: { note: 'a@b.cn', size: 7 },
  },
  provenance: [
    { trait: 'phone', value: '+8613912345678', alternatives: [{ trait: 'phone', value: '+8613912345679' }] },
  ],
  identifiers: [identifier('EMAIL', 'wang@shop.cn')],
  accounts: [account({ receiverName: '王芳', orderCount: 3 })],
  manualTraits: [{ trait: 'name', value: '王小芳', accountId: 'a', at }],
  recentEvents: [],
  mergedIds: [],
};

describe('hidden values', () => {
  test('of a profile are masked wherever they stand, and the document given stays', () => {
    const before = structuredClone(profile);
    const { masked } = hide(Profile, profile as object, CORE);
    expect(profile).toEqual(before);
    expect(masked).toMatchObject({
      traits: { name: '王**', phone: '139****5678', gender: 'FEMALE', city: '杭州', custom: { note: null, size: 7 } },
      provenance: [{ value: '139****5678', alternatives: [{ value: '139****5679' }] }],
      identifiers: [{ value: 'w***@shop.cn' }],
      accounts: [{ displayName: '王**', attributes: { receiverName: '王**', orderCount: 3 } }],
      manualTraits: [{ value: '王**' }],
    });
    expect(JSON.stringify(masked)).not.toMatch(/王芳|13912345678|wang@|a@b/);
  });

  test.each<[string, object, RegExp]>([
    ['a government id', { governmentId: '110101199001011234' }, /110101199001011234/],
    ['an address', { receiverAddress: '浙江省杭州市1号' }, /杭州市/],
    ['a phone under a name of its own', { remark2: 'call 13912345678' }, /13912345678/],
  ])('of an account: %s', (_, attributes, clear) => {
    const { masked } = hide(accountType(Channel.ECOMMERCE), account(attributes), CORE);
    expect(JSON.stringify(masked)).not.toMatch(clear);
  });

  test('of an account: personal data in a trait of any name', () => {
    const custom = { remark: 'call 13912345678', list: ['x', { mail: 'wang@shop.cn' }], size: 7 };
    const { masked } = hide(accountType(Channel.ECOMMERCE), account({}, custom), CORE);
    expect(masked).toMatchObject({ custom: { remark: null, list: null, size: 7 } });
  });

  test('of an event: properties, revenue where it is sealed', () => {
    const event = {
      name: 'E',
      channel: 'WEB',
      properties: { total: 9, mail: 'a@b.cn', n: 1 },
      campaign: { name: 'to a@b.cn' },
      revenue: { amount: '9', currency: 'CNY' },
    };
    expect(hide(Event, event as object, CORE).masked).toMatchObject({
      properties: { total: 9, mail: null, n: 1 },
      campaign: { name: null },
    });
    const both = hide(Event, event as object, BOTH);
    expect(both.masked).toMatchObject({ properties: { total: null, mail: null, n: 1 }, revenue: null });
    expect(Object.keys(both.overlays).sort()).toEqual(['CORE', 'IMPORTANT']);
  });
});

describe('hide and reveal', () => {
  const value = fc.oneof(
    fc.constantFrom('a@b.cn', '13912345678', '王芳', null, 7, true),
    fc.string({ maxLength: 5 }),
    fc.array(fc.constantFrom('x', 'c@d.cn')),
    fc.record({ a: fc.constantFrom('e@f.cn', 1) }),
  );
  const name = fc.oneof(
    fc.constantFrom('name', 'phone', 'city', 'receiverName', 'orderTotal', 'a b', 'governmentId'),
    fc.string({ minLength: 1, maxLength: 4 }).filter((text) => text !== '__proto__' && !text.includes('.')),
  );
  const values = fc.dictionary(name, value, { maxKeys: 6, noNullPrototype: true });

  test.each([[CORE], [BOTH]])('are each other reversed, whatever an account holds', (sealed) => {
    fc.assert(
      fc.property(values, values, (attributes, custom) => {
        const given = account(attributes, custom);
        const { masked, overlays } = hide(accountType(Channel.ECOMMERCE), given, sealed);
        for (const overlay of Object.values(overlays)) reveal(masked, overlay);
        expect(masked).toEqual(given);
      }),
    );
  });

  test('of one class alone leave the other hidden', () => {
    const { masked, overlays } = hide(Profile, profile as object, BOTH);
    reveal(masked, overlays.IMPORTANT ?? {});
    expect(masked).toMatchObject({ traits: { name: '王**', gender: 'FEMALE', city: '杭州' } });
    reveal(masked, overlays.CORE ?? {});
    expect(masked).toEqual(profile);
  });

  test('what is gone meanwhile is passed over', () => {
    const { overlays } = hide(Profile, profile as object, CORE);
    expect(() => reveal({ traits: {} }, overlays.CORE ?? {})).not.toThrow();
  });
});

test('what a reader may not see is masked in place, and its paths are told', () => {
  const shown = structuredClone(profile);
  const paths = maskUnseen(Profile, shown, BOTH);

  expect(paths).toEqual(
    expect.arrayContaining([
      'traits.name',
      'traits.gender',
      'traits.custom.note',
      'identifiers.0.value',
      'accounts.0.attributes.orderCount',
    ]),
  );
  expect(paths).not.toContain('traits.email');
  expect(shown.traits).toMatchObject({ name: '王**', gender: null, city: null });
  expect(maskUnseen(Profile, structuredClone(profile), new Set())).toEqual([]);
});
