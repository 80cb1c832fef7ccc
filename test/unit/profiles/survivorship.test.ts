import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import {
  type Candidate,
  candidateFor,
  customCandidateFor,
  survive,
  valueKey,
} from '../../../src/profiles/survivorship.rules.js';
import { account, minute } from '../../support/account-records.js';

const said = (value: unknown, channel: Channel, at: number, accountId: string): Candidate => ({
  value,
  channel,
  at,
  accountId,
});
const { WEB, APP, CRM } = Channel;

describe('of several values survives', () => {
  test.each<[string, Candidate[], Record<string, number>, unknown, string]>([
    ['the only one', [said('x', WEB, 1, 'a')], {}, 'x', 'RECENCY'],
    ['that of the higher source', [said('x', WEB, 9, 'a'), said('y', CRM, 1, 'b')], {}, 'y', 'SOURCE_PRIORITY'],
    [
      'that of the source the tenant prefers',
      [said('x', WEB, 1, 'a'), said('y', CRM, 9, 'b')],
      { WEB: 99 },
      'x',
      'SOURCE_PRIORITY',
    ],
    [
      'that of a source the tenant put last',
      [said('x', CRM, 9, 'a'), said('y', WEB, 1, 'b')],
      { CRM: 0 },
      'y',
      'SOURCE_PRIORITY',
    ],
    ['of equal sources the later', [said('x', WEB, 1, 'a'), said('y', APP, 2, 'b')], {}, 'y', 'RECENCY'],
    [
      'of equal times the most frequent',
      [said('x', WEB, 1, 'a'), said('y', APP, 1, 'b'), said('y', APP, 1, 'c')],
      {},
      'y',
      'FREQUENCY',
    ],
    [
      'of all equal the higher text, whatever the accounts',
      [said('x', WEB, 1, 'a'), said('y', APP, 1, 'b')],
      {},
      'y',
      'RECENCY',
    ],
    ['a null that is the latest', [said('x', WEB, 1, 'a'), said(null, WEB, 2, 'b')], {}, null, 'RECENCY'],
  ])('%s', (_, candidates, priorities, value, rule) => {
    for (const given of [candidates, [...candidates].reverse()])
      expect(survive(given, priorities)).toMatchObject({ chosen: { value }, rule });
  });

  test('of equal values that of the lowest account', () => {
    const given = [said('x', WEB, 1, 'b'), said('x', APP, 1, 'a')];
    for (const candidates of [given, [...given].reverse()]) expect(survive(candidates, {})?.chosen.accountId).toBe('a');
  });

  test('with the losers, the strongest first', () => {
    const others = survive([said('x', WEB, 1, 'a'), said('y', CRM, 1, 'b'), said('z', WEB, 2, 'c')], {})?.others;
    expect(others?.map(({ value }) => value)).toEqual(['z', 'x']);
  });

  test('none of none', () => {
    expect(survive([], {})).toBeUndefined();
  });
});

describe('what an account says', () => {
  const record = account(
    'a',
    { name: 'Anna', nickname: 'Fish' },
    { channel: Channel.MINI_PROGRAM, custom: { taste: 'tea' }, at: 3 },
  );
  const at = minute(3).getTime();

  test('is the trait where it was observed, else what stands for it', () => {
    expect(candidateFor(record, 'name')).toEqual({ value: 'Anna', channel: 'MINI_PROGRAM', accountId: 'a', at });
    const own = account('a', { nickname: 'Fish' }, { channel: Channel.MINI_PROGRAM });
    expect(candidateFor(own, 'name')?.value).toBe('Fish');
    expect(candidateFor({ ...own, channel: WEB }, 'name')).toBeUndefined();
    expect(
      candidateFor(account('a', { name: null, nickname: 'Fish' }, { channel: Channel.MINI_PROGRAM }), 'name')?.value,
    ).toBeNull();
  });

  test('of a custom trait is what was observed under that name', () => {
    expect(customCandidateFor(record, 'taste')).toMatchObject({ value: 'tea', at });
    expect(customCandidateFor(record, 'name')).toBeUndefined();
    expect(customCandidateFor(record, 'toString')).toBeUndefined();
  });
});

test.each<[unknown, string]>([
  ['a', 'a'],
  [7, '7'],
  [null, 'null'],
  [undefined, 'null'],
  [[1], '[1]'],
  [{ a: 1 }, '{"a":1}'],
])('%j is the same as what reads %s', (value, key) => {
  expect(valueKey(value)).toBe(key);
});
