import { describe, expect, test } from '@jest/globals';
import { BlockedValues } from '../../../src/ingestion/blocked-values.rules.js';
import type { EventInputLike, Observation, Refusal } from '../../../src/ingestion/observation.js';
import { type ReadingRules, readObservation } from '../../../src/ingestion/observation.rules.js';

const rules: ReadingRules = {
  oldest: null,
  region: 'CN',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  blocked: new BlockedValues([], 'CN'),
  defaultNamespace: null,
  now: new Date('2026-03-01T00:00:00Z'),
};
const valid: EventInputLike = {
  messageId: 'm1',
  type: 'TRACK',
  name: 'Order Completed',
  channel: 'WEB',
  identifiers: [{ type: 'USER_ID', value: 'u1' }],
  occurredAt: '2026-02-01T00:00:00Z',
};
const read = (change: object = {}) => readObservation(3, { ...valid, ...change }, rules);
const taken = (change: object = {}): Observation => {
  const outcome = read(change);
  if ('code' in outcome) throw new Error(outcome.message);
  return outcome;
};
const refusalOf = (change: object): Partial<Refusal> => {
  const outcome = read(change);
  return 'code' in outcome ? { code: outcome.code, path: outcome.path ?? '' } : {};
};
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 1]));

describe('what is refused', () => {
  test.each<[string, object, string, string]>([
    ['no messageId', { messageId: undefined }, 'INVALID_MESSAGE_ID', 'messageId'],
    ['a blank messageId', { messageId: ' ' }, 'INVALID_MESSAGE_ID', 'messageId'],
    ['a messageId that is a number', { messageId: 7 }, 'INVALID_MESSAGE_ID', 'messageId'],
    ['a messageId of 257 characters', { messageId: 'm'.repeat(257) }, 'INVALID_MESSAGE_ID', 'messageId'],
    ['a messageId with NUL', { messageId: 'm\0' }, 'INVALID_TEXT', 'messageId'],
    ['an unknown type', { type: 'CLICK' }, 'UNKNOWN_TYPE', 'type'],
    ['an unknown channel', { channel: 'FAX' }, 'UNKNOWN_CHANNEL', 'channel'],
    ['a channel in lower case', { channel: 'web' }, 'UNKNOWN_CHANNEL', 'channel'],
    ['no channel', { channel: undefined }, 'UNKNOWN_CHANNEL', 'channel'],
    ['a channel that is an object', { channel: {} }, 'UNKNOWN_CHANNEL', 'channel'],
    ['a TRACK without a name', { name: undefined }, 'MISSING_NAME', 'name'],
    ['an empty name', { name: '' }, 'MISSING_NAME', 'name'],
    ['a name of 257 characters', { name: 'n'.repeat(257) }, 'MISSING_NAME', 'name'],
    ['an event in 2099', { occurredAt: '2099-01-01T00:00:00Z' }, 'OCCURRED_IN_FUTURE', 'occurredAt'],
    ['an event of 1969', { occurredAt: '1969-12-31T00:00:00Z' }, 'OCCURRED_TOO_EARLY', 'occurredAt'],
    ['a name that is a phone', { traits: { '13912345678': 'home' } }, 'INVALID_KEY', 'traits.…'],
    ['a day and a second ahead', { occurredAt: '2026-03-02T00:00:01Z' }, 'OCCURRED_IN_FUTURE', 'occurredAt'],
    ['no instant', { occurredAt: 'soon' }, 'INVALID_TYPE', 'occurredAt'],
    ['no occurredAt', { occurredAt: undefined }, 'INVALID_TYPE', 'occurredAt'],
    ['traits that are a list', { traits: [] }, 'INVALID_TYPE', 'traits'],
    ['traits that are text', { traits: 'x' }, 'INVALID_TYPE', 'traits'],
    ['properties that are a number', { properties: 1 }, 'INVALID_TYPE', 'properties'],
    ['a context that is a list', { context: [] }, 'INVALID_TYPE', 'context'],
    ['a trait of a wrong type', { traits: { city: {} } }, 'INVALID_TYPE', 'traits.city'],
    ['an attribute of a wrong type', { traits: { newsletter: 'maybe' } }, 'INVALID_TYPE', 'traits.newsletter'],
    ['NUL in a trait', { traits: { city: 'a\0' } }, 'INVALID_TEXT', 'traits.city'],
    ['half a surrogate pair', { properties: { a: ['\ud800'] } }, 'INVALID_TEXT', 'properties.a[0]'],
    [
      'half a surrogate pair in an identifier',
      { identifiers: [{ type: 'USER_ID', value: '\ud800' }] },
      'INVALID_TEXT',
      'identifiers[0].value',
    ],
    ['$ in a trait name', { traits: { $set: 1 } }, 'INVALID_KEY', 'traits.$set'],
    ['. in a trait name', { traits: { 'a.b': 1 } }, 'INVALID_KEY', 'traits.a.b'],
    ['__proto__', { traits: JSON.parse('{"__proto__":{}}') }, 'INVALID_KEY', 'traits.__proto__'],
    ['a text of 1 MB', { traits: { city: 'x'.repeat(1_048_576) } }, 'TEXT_TOO_LONG', 'traits.city'],
    ['20,000 traits', { traits: many(20_000) }, 'TOO_MANY', 'traits'],
    [
      'deep properties',
      { properties: { a: { a: { a: { a: { a: { a: { a: { a: { a: {} } } } } } } } } } },
      'TOO_DEEP',
      `properties${'.a'.repeat(9)}`,
    ],
    [
      'more than 32 kB in all',
      { traits: { a: 'x'.repeat(8_000) }, properties: { b: Array(4).fill('y'.repeat(8_000)) } },
      'TOO_LARGE',
      'event',
    ],
    [
      'an invalid identifier',
      { identifiers: [{ type: 'FAX', value: '1' }] },
      'INVALID_IDENTIFIER',
      'identifiers[0].type',
    ],
    ['identifiers that are no list', { identifiers: 'u1' }, 'INVALID_IDENTIFIER', 'identifiers'],
    ['no identifiers', { identifiers: [] }, 'NO_IDENTIFIER', 'identifiers'],
    ['junk alone', { identifiers: [{ type: 'USER_ID', value: 'null' }] }, 'NO_IDENTIFIER', 'identifiers'],
  ])('%s', (_, change, code, path) => {
    expect(refusalOf(change)).toEqual({ code, path });
  });

  test('a message says where and why', () => {
    expect(read({ occurredAt: 'soon' })).toMatchObject({
      message: expect.stringMatching(/^occurredAt: must be an instant/),
    });
  });
});

describe('what is taken', () => {
  test('all of it, in one form', () => {
    const change = {
      traits: { 姓名: ' 王芳 ', mobile: '139 1234 5678', landing_page: '/a', taste: ' ｔｅａ ', size: 7, gone: null },
      properties: { total: '199.00', currency: 'usd' },
      context: { ip: '::1' },
    };
    expect(taken(change)).toEqual({
      index: 3,
      messageId: 'm1',
      type: 'TRACK',
      name: 'Order Completed',
      channel: 'WEB',
      identifiers: [
        { type: 'USER_ID', namespace: null, value: 'u1', linking: true },
        { type: 'PHONE', namespace: null, value: '+8613912345678', linking: true },
      ],
      accountIdentifier: { type: 'USER_ID', namespace: null, value: 'u1', linking: true },
      attributes: { name: '王芳', phone: '+8613912345678', landingPage: '/a' },
      custom: { taste: 'tea', size: 7, gone: null },
      properties: change.properties,
      context: change.context,
      revenue: { amount: '199.00', currency: 'USD' },
      occurredAt: new Date('2026-02-01T00:00:00Z'),
    });
  });

  test.each<[string, object, object]>([
    ['a type that is left out is TRACK', { type: undefined }, { type: 'TRACK' }],
    ['an IDENTIFY needs no name', { type: 'IDENTIFY', name: null }, { name: 'Identify' }],
    ['a PAGE needs no name', { type: 'PAGE', name: undefined }, { name: 'Page Viewed' }],
    ['a name is cleaned', { name: ' Ａ\u200b ' }, { name: 'A' }],
    [
      'a day ahead is not the future',
      { occurredAt: '2026-03-02T00:00:00Z' },
      { occurredAt: new Date('2026-03-02T00:00:00Z') },
    ],
    [
      "an instant without a zone is the tenant's",
      { occurredAt: '2026-02-01T08:00:00' },
      { occurredAt: valid.occurredAt && new Date('2026-02-01T00:00:00Z') },
    ],
    [
      'an email that identifies is a trait',
      { identifiers: [{ type: 'EMAIL', value: 'A1@shop.cn' }] },
      { attributes: { email: 'a1@shop.cn' } },
    ],
    [
      'a trait given goes before an identifier',
      { identifiers: [{ type: 'EMAIL', value: 'a1@shop.cn' }], traits: { email: 'b2@shop.cn' } },
      { attributes: { email: 'b2@shop.cn' }, identifiers: [{ value: 'a1@shop.cn' }, { value: 'b2@shop.cn' }] },
    ],
    [
      'a phone that is none is kept and identifies nobody',
      { traits: { phone: '123' } },
      { attributes: { phone: '123' }, identifiers: [{ value: 'u1' }] },
    ],
    ['an example phone links nobody', { traits: { phone: '13800138000' } }, { identifiers: [{}, { linking: false }] }],
    [
      'traits that are null are none',
      { traits: null, properties: null, context: null },
      { attributes: {}, custom: {}, properties: {}, context: {} },
    ],
    [
      'a phone alone may identify',
      { identifiers: [], traits: { phone: '13912345678' } },
      { accountIdentifier: { type: 'PHONE' } },
    ],
  ])('%s', (_, change, expected) => {
    expect(taken(change)).toMatchObject(expected);
  });

  test.each<[string, object, object | null]>([
    ['revenue', { revenue: 5, total: 9 }, { amount: '5', currency: 'CNY' }],
    ['an order total', { total: '9.9' }, { amount: '9.9', currency: 'CNY' }],
    ['an order value', { value: 3 }, { amount: '3', currency: 'CNY' }],
    ['a currency that is none', { total: 1, currency: 'yuan' }, { amount: '1', currency: 'CNY' }],
    ['no amount', { total: 'free' }, null],
  ])('revenue from %s', (_, properties, revenue) => {
    expect(taken({ properties }).revenue).toEqual(revenue);
  });

  test('a total earns nothing where no order was completed', () => {
    expect(taken({ name: 'Cart Viewed', properties: { total: 9 } }).revenue).toBeNull();
  });
});

describe('several names for one attribute', () => {
  test.each([[{ phone: '13912345678', mobile: '13912345679' }], [{ mobile: '13912345679', phone: '13912345678' }]])(
    '%j: its own is read, the other is kept',
    (traits) => {
      const { attributes, custom } = taken({ traits });
      expect(attributes.phone).toBe('+8613912345678');
      expect(custom).toEqual({ mobile: '13912345679' });
    },
  );
});
