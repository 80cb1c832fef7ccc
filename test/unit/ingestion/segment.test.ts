import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import type { EventInputLike, RawItem } from '../../../src/ingestion/observation.js';
import { decodeCall, type Reception, type SegmentCall } from '../../../src/ingestion/segment.rules.js';
import { fullName } from '../../../src/ingestion/segment-traits.rules.js';

const receivedAt = new Date('2026-03-01T08:00:00.000Z');
const reception: Reception = { receivedAt, sentAt: undefined, channel: Channel.WEB, requestId: 'r1' };

const decode = (call: unknown, kind?: SegmentCall, at: Partial<Reception> = {}): RawItem =>
  decodeCall(call, 0, { ...reception, ...at }, kind);
const inputOf = (call: object, kind: SegmentCall = 'track', at: Partial<Reception> = {}): EventInputLike => {
  const { input, refusal } = decode({ userId: 'u1', event: 'E', ...call }, kind, at);
  if (!input) throw new Error(refusal?.message);
  return input;
};
const faultOf = (call: unknown, kind?: SegmentCall, at: Partial<Reception> = {}) => {
  const { refusal } = decode(call, kind, at);
  return refusal && [refusal.code, refusal.path];
};

describe('identifiers of a call', () => {
  test.each([
    [{ userId: 'u1' }, [{ type: 'USER_ID', value: 'u1' }]],
    [{ userId: 7 }, [{ type: 'USER_ID', value: 7 }]],
    [{ userId: '', anonymousId: 'a1' }, [{ type: 'ANONYMOUS_ID', value: 'a1' }]],
    [{ userId: null, context: { device: { id: 'd1', model: 'X' } } }, [{ type: 'DEVICE_ID', value: 'd1' }]],
    [
      { userId: null, context: { externalIds: [{ type: 'open_id', id: 'o1', collection: 'wx1', encoding: 'none' }] } },
      [{ type: 'OPEN_ID', namespace: 'wx1', value: 'o1' }],
    ],
  ])('%j', (call, identifiers) => {
    expect(inputOf(call).identifiers).toEqual(identifiers);
  });

  test('an alias links the user id with the previous id, which may have been a user id or an anonymous one', () => {
    expect(inputOf({ previousId: 'old' }, 'alias').identifiers).toEqual([
      { type: 'USER_ID', value: 'u1' },
      { type: 'ANONYMOUS_ID', value: 'old' },
      { type: 'USER_ID', value: 'old' },
    ]);
    const known = inputOf({ previousId: 'a1', anonymousId: 'a1' }, 'alias').identifiers as { type: string }[];
    expect(known.map(({ type }) => type)).toEqual(['USER_ID', 'ANONYMOUS_ID', 'ANONYMOUS_ID']);
  });

  test('what identifies is not repeated in the context', () => {
    const context = { traits: { phone: '1' }, externalIds: [], device: { id: 'd1', model: 'X' }, ip: '::1' };
    expect(inputOf({ context }).context).toEqual({ device: { model: 'X' }, ip: '::1' });
    expect(inputOf({ context: { device: { id: 'd1' } } }).context).toEqual({});
  });
});

describe('the channel of a call', () => {
  test.each([
    [undefined, Channel.APP, 'APP'],
    [undefined, undefined, 'WEB'],
    ['server', Channel.APP, 'APP'],
    ['APP', Channel.APP, 'APP'],
    ['CRM', undefined, 'CRM'],
  ])('context.channel %s with a token of %s is %s', (named, channel, expected) => {
    expect(inputOf({ context: { channel: named } }, 'track', { channel }).channel).toBe(expected);
  });

  test('another channel than the token writes is refused', () => {
    expect(faultOf({ userId: 'u1', event: 'E', context: { channel: 'CRM' } }, 'track')).toEqual([
      'CHANNEL_NOT_ALLOWED',
      'context.channel',
    ]);
  });
});

describe('when a call happened', () => {
  const at = '2026-03-01T07:50:00.000Z';
  test.each([
    ['without any time', {}, undefined, receivedAt],
    ['without sentAt', { timestamp: at }, undefined, at],
    [
      'a sender whose clock is an hour slow',
      { timestamp: '2026-03-01T06:50:00Z' },
      '2026-03-01T07:00:00Z',
      new Date(at),
    ],
    ['a sender that is in 2099', { timestamp: '2099-01-01T00:00:00Z' }, '2099-01-01T00:10:00Z', new Date(at)],
    [
      'the original time first',
      { timestamp: 'x', originalTimestamp: '2026-03-01T07:00:00Z' },
      '2026-03-01T07:10:00Z',
      new Date(at),
    ],
    ['a moment after it was sent', { timestamp: '2026-03-01T07:00:01Z' }, '2026-03-01T07:00:00Z', receivedAt],
    ['long after it was sent', { timestamp: '2099-01-01T00:00:00Z' }, '2026-03-01T08:00:00Z', '2099-01-01T00:00:00Z'],
    ['what is no time', { timestamp: 'yesterday' }, '2026-03-01T08:00:00Z', 'yesterday'],
    ['a sentAt that is no time', { timestamp: at }, 'now', at],
  ])('%s', (_case, call, sentAt, expected) => {
    expect(inputOf(call, 'track', { sentAt }).occurredAt).toEqual(expected);
  });
});

describe('what a call tells', () => {
  test('identify: traits of the call before those of the context', () => {
    const call = { traits: { phone: '13912345678', city: null }, context: { traits: { phone: '1', plan: 'pro' } } };
    expect(inputOf(call, 'identify')).toMatchObject({
      type: 'IDENTIFY',
      traits: { phone: '13912345678', city: null, plan: 'pro' },
    });
  });

  test("group: the group is an attribute, its traits are not the person's", () => {
    const call = { groupId: 'g1', traits: { phone: '021-1', name: 'ACME' }, context: { traits: { age: 3 } } };
    expect(inputOf(call, 'group')).toMatchObject({
      type: 'GROUP',
      traits: { age: 3, group: 'g1' },
      properties: { phone: '021-1', name: 'ACME' },
    });
    expect(inputOf(call, 'group').traits).not.toHaveProperty('phone');
  });

  test.each([
    ['page', { name: 'Home', category: 'Docs' }, 'Docs Home'],
    ['page', { name: 'Home' }, 'Home'],
    ['screen', {}, undefined],
  ] as const)('%s %j is called %s', (kind, call, name) => {
    const read = inputOf({ ...call, properties: { url: '/' } }, kind);
    expect(read.name).toBe(name);
    expect(read.properties).toEqual({ ...call, url: '/' });
  });

  test('campaign and referrer stay in the context', () => {
    const context = { campaign: { source: 's' }, page: { referrer: 'r' } };
    expect(inputOf({ context }).context).toEqual(context);
  });

  test('an address is spread and a name joined', () => {
    const address = { street: '1 Road', city: 'Here', state: 'S', postalCode: '1', country: 'CN', zone: 'z' };
    expect(
      inputOf({ traits: { firstName: 'Ada', lastName: 'King', address, city: 'There' } }, 'identify').traits,
    ).toEqual({
      name: 'Ada King',
      address: '1 Road',
      city: 'There',
      province: 'S',
      postalCode: '1',
      country: 'CN',
      address_zone: 'z',
    });
    expect(inputOf({ traits: { name: 'A', firstName: 'B', address: 'C' } }, 'identify').traits).toEqual({
      name: 'A',
      firstName: 'B',
      address: 'C',
    });
  });

  test.each([
    ['Ada', 'King', 'Ada King'],
    ['', 'King', 'King'],
    ['伟', '张', '张伟'],
  ])('first %j and last %j are %j', (first, last, name) => {
    expect(fullName(first, last)).toBe(name);
  });
});

describe('the message id', () => {
  const timed = { event: 'E', userId: 'u1', timestamp: '2026-03-01T07:00:00Z', properties: { a: 1, b: 2 } };
  const idOf = (call: object, at: Partial<Reception> = {}, index = 0) =>
    decodeCall(call, index, { ...reception, ...at }, 'track').input?.messageId;

  test("is the call's own", () => expect(idOf({ ...timed, messageId: 'm1' })).toBe('m1'));

  test('of a call without one is the same for the same content, whenever it is sent', () => {
    const again = { ...timed, properties: { b: 2, a: 1 }, sentAt: '2026-03-01T09:00:00Z', messageId: '' };
    expect(idOf(again, { requestId: 'r2' }, 5)).toBe(idOf(timed));
    expect(idOf({ ...timed, properties: { a: 1, b: 3 } })).not.toBe(idOf(timed));
  });

  test('of a call without a time is its own, since a repetition is no retry', () => {
    const { timestamp: _, ...untimed } = timed;
    expect(idOf(untimed, { requestId: 'r2' })).not.toBe(idOf(untimed));
    expect(idOf(untimed, {}, 1)).not.toBe(idOf(untimed));
  });
});

describe('what is refused', () => {
  const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
  test.each([
    ['no object', 'text', undefined, ['INVALID_TYPE', 'event']],
    ['a list', [], undefined, ['INVALID_TYPE', 'event']],
    ['no type', { userId: 'u' }, undefined, ['UNKNOWN_TYPE', 'type']],
    ['an unknown type', { type: 'trace', userId: 'u' }, undefined, ['UNKNOWN_TYPE', 'type']],
    ['a type of the prototype', { type: 'constructor', userId: 'u' }, undefined, ['UNKNOWN_TYPE', 'type']],
    ['a track without a name', { userId: 'u' }, 'track', ['MISSING_NAME', 'event']],
    ['a group without an id', { userId: 'u' }, 'group', ['MISSING_GROUP', 'groupId']],
    ['an alias of nothing', { userId: 'u' }, 'alias', ['MISSING_PREVIOUS_ID', 'previousId']],
    ['a user id that is an object', { userId: {}, event: 'E' }, 'track', ['INVALID_IDENTIFIER', 'userId']],
    ['a context that is text', { event: 'E', context: 'c' }, 'track', ['INVALID_TYPE', 'context']],
    ['traits that are a list', { traits: [] }, 'identify', ['INVALID_TYPE', 'traits']],
    [
      'external ids that are an object',
      { event: 'E', context: { externalIds: {} } },
      'track',
      ['INVALID_TYPE', 'context.externalIds'],
    ],
    [
      'an external id of an unknown type',
      { event: 'E', context: { externalIds: [{ type: 'idfa', id: '1' }] } },
      'track',
      ['INVALID_IDENTIFIER', 'context.externalIds[0].type'],
    ],
    [
      'an external id without a value',
      { event: 'E', context: { externalIds: [{ type: 'OPEN_ID' }] } },
      'track',
      ['INVALID_IDENTIFIER', 'context.externalIds[0].id'],
    ],
    ['NUL in a text', { event: 'E', properties: { a: 'x\0' } }, 'track', ['INVALID_TEXT', 'properties.a']],
    ['half a surrogate pair', { event: 'E', traits: { a: '\ud800' } }, 'track', ['INVALID_TEXT', 'traits.a']],
    [
      '__proto__',
      JSON.parse('{"event":"E","traits":{"__proto__":{"a":1}}}'),
      'track',
      ['INVALID_KEY', 'traits.__proto__'],
    ],
    [
      'more than 32 kB',
      { event: 'E', properties: { a: Array.from({ length: 9 }, () => 'x'.repeat(4_000)) } },
      'track',
      ['TOO_LARGE', 'event'],
    ],
    [
      'nested too deeply',
      { event: 'E', properties: { a: [[[[[[[[[[1]]]]]]]]]] } },
      'track',
      ['TOO_DEEP', 'properties.a[0][0][0][0][0][0][0][0]'],
    ],
    ['nested too deeply to be written', { event: 'E', properties: { deep } }, 'track', ['TOO_DEEP', 'event']],
  ] as const)('%s', (_case, call, kind, expected) => {
    expect(faultOf(call, kind)).toEqual(expected);
  });

  test('what can be written is kept as it came', () => {
    const call = { userId: 'u' };
    expect(decode(call, 'track').raw).toBe(call);
    expect(() => JSON.stringify(decode({ deep }, 'track').raw)).not.toThrow();
  });
});
