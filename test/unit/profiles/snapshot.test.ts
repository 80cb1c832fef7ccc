import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { IdentifierType } from '../../../src/channels/identifier-type.js';
import { boundSnapshots, mergeIdentifiers, newestEvents, snapshotOf } from '../../../src/profiles/snapshot.rules.js';
import { account, held, minute } from '../../support/account-records.js';

const seen = (value: string, from: number, to: number, channel = Channel.WEB) => ({
  ...held(value, IdentifierType.EMAIL),
  channels: [channel],
  firstSeenAt: minute(from),
  lastSeenAt: minute(to),
});

describe('the copy of an account', () => {
  test('is whole up to 1 kB, without the messageIds of its stamps', () => {
    const record = account('a', { city: 'Oslo', browser: 'x' }, { custom: { taste: 'tea' }, at: 2 });
    const { stamps, ...copy } = snapshotOf(record);
    expect(copy).toMatchObject({ partial: false, attributes: record.attributes, custom: record.custom });
    expect(stamps).toEqual({
      city: [minute(2).getTime(), ''],
      browser: [minute(2).getTime(), ''],
      taste: [minute(2).getTime(), ''],
    });
  });

  test('is its standard traits, what stands for them, and three identifiers beyond 1 kB', () => {
    const identifiers = ['a', 'b', 'c', 'd'].map((value) => seen(value, 0, 0));
    const record = account(
      'a',
      { name: 'Anna', receiverName: 'B', shopName: 'x'.repeat(1_100) },
      { channel: Channel.ECOMMERCE, identifiers, custom: { taste: 'tea' } },
    );
    const copy = snapshotOf(record);
    expect(copy).toMatchObject({ partial: true, attributes: { name: 'Anna', receiverName: 'B' }, custom: {} });
    expect(Object.keys(copy.stamps)).toEqual(['name', 'receiverName']);
    expect(Object.keys(copy.attributes)).toEqual(['name', 'receiverName']);
    expect(copy.identifiers).toHaveLength(3);
  });
});

describe('the accounts a profile keeps', () => {
  const many = Array.from({ length: 70 }, (_, at) => snapshotOf(account(`a${at}`, {}, { at })));

  test('are the 64 seen last', () => {
    const { kept, truncated } = boundSnapshots(many);
    expect([kept.length, kept[0]?.id, kept.at(-1)?.id, truncated]).toEqual([64, 'a69', 'a6', true]);
    expect(boundSnapshots(many.slice(0, 64)).truncated).toBe(false);
  });

  test('ties go to the lower id, in any order', () => {
    const tied = ['c', 'a', 'b'].map((id) => snapshotOf(account(id)));
    for (const given of [tied, [...tied].reverse()])
      expect(boundSnapshots(given).kept.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });
});

describe('identifiers of several accounts', () => {
  test('stand once each with all their channels and the whole span', () => {
    const { kept } = mergeIdentifiers([[seen('a', 3, 4)], [seen('b', 9, 9)], [seen('a', 1, 2, Channel.CRM)]]);
    expect(
      kept.map(({ value, firstSeenAt, lastSeenAt, channels }) => [value, firstSeenAt, lastSeenAt, channels]),
    ).toEqual([
      ['b', minute(9), minute(9), ['WEB']],
      ['a', minute(1), minute(4), ['CRM', 'WEB']],
    ]);
  });

  test('one that links nobody anywhere links nobody', () => {
    const { kept } = mergeIdentifiers([[seen('a', 1, 1)], [{ ...seen('a', 1, 1), linking: false }]]);
    expect(kept[0]?.linking).toBe(false);
  });

  test('are the 200 seen last', () => {
    const all = Array.from({ length: 201 }, (_, at) => seen(`e${at}`, at, at));
    const { kept, truncated } = mergeIdentifiers([all]);
    expect([kept.length, kept.at(-1)?.value, truncated]).toEqual([200, 'e1', true]);
    expect(mergeIdentifiers([all.slice(1)]).truncated).toBe(false);
  });
});

test('of several lists of events the 21 newest, each once', () => {
  const events = Array.from({ length: 30 }, (_, at) => ({ id: `e${at}`, occurredAt: minute(at) }));
  const newest = newestEvents([events.slice(0, 20), events.slice(10)]);
  expect([newest.length, newest[0]?.id, newest.at(-1)?.id]).toEqual([21, 'e29', 'e9']);
});
