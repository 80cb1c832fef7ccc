import { describe, expect, test } from '@jest/globals';
import { type AccountObservation, type AccountRecord, observeAccount } from '../../../src/channels/account.rules.js';
import { Channel } from '../../../src/channels/channel.js';
import { held, minute, observation } from '../../support/account-records.js';

function accountAfter(...observations: Partial<AccountObservation>[]): AccountRecord {
  const [first, ...others] = observations.map((change) => observation(change));
  if (!first) throw new Error('An account is made of one observation at least.');
  return others.reduce((account, one) => observeAccount(account, one), observeAccount(undefined, first));
}
const said = (city: unknown, at: number, messageId: string) => ({
  attributes: { city },
  custom: { taste: city },
  occurredAt: minute(at),
  messageId,
});

describe('an account keeps of each attribute', () => {
  test.each<[string, Partial<AccountObservation>[], unknown]>([
    ['the last value by time', [said('Oslo', 2, 'm1'), said('Rome', 1, 'm2')], 'Oslo'],
    ['the later value that comes later', [said('Oslo', 1, 'm1'), said('Rome', 2, 'm2')], 'Rome'],
    ['of one moment the value of the higher messageId', [said('Oslo', 1, 'm2'), said('Rome', 1, 'm1')], 'Oslo'],
    ['a null that is the last', [said('Oslo', 1, 'm1'), said(null, 2, 'm2')], null],
    ['a value after a null', [said(null, 1, 'm1'), said('Rome', 2, 'm2')], 'Rome'],
    [
      'what it had where an observation says nothing of it',
      [said('Oslo', 1, 'm1'), { occurredAt: minute(9), messageId: 'm9' }],
      'Oslo',
    ],
  ])('%s', (_, observations, value) => {
    expect(accountAfter(...observations)).toMatchObject({ attributes: { city: value }, custom: { taste: value } });
    expect(accountAfter(...[...observations].reverse())).toMatchObject({
      attributes: { city: value },
      custom: { taste: value },
    });
  });

  test('the same of observations at once as of one by one', () => {
    const [first, second, third] = [said('Oslo', 2, 'm1'), said('Rome', 3, 'm2'), said('Bern', 1, 'm3')].map((change) =>
      observation({ ...change, identifiers: [held(change.messageId), held('u1')] }),
    ) as [AccountObservation, AccountObservation, AccountObservation];
    const oneByOne = [second, third].reduce<AccountRecord>(
      (account, one) => observeAccount(account, one),
      observeAccount(undefined, first),
    );
    expect(observeAccount(undefined, first, second, third)).toEqual(oneByOne);
    expect(oneByOne).toMatchObject({ firstSeenAt: minute(1), lastSeenAt: minute(3), attributes: { city: 'Rome' } });
  });

  test('a stamp of its own', () => {
    const { stamps } = accountAfter(
      { ...said('Oslo', 1, 'm1') },
      { attributes: { name: 'Anna' }, occurredAt: minute(3), messageId: 'm2' },
    );
    expect(stamps).toEqual({
      city: [minute(1).getTime(), 'm1'],
      taste: [minute(1).getTime(), 'm1'],
      name: [minute(3).getTime(), 'm2'],
    });
  });
});

test('it was seen from the first to the last observation', () => {
  const account = accountAfter({ occurredAt: minute(2) }, { occurredAt: minute(5) }, { occurredAt: minute(1) });
  expect([account.firstSeenAt, account.lastSeenAt]).toEqual([minute(1), minute(5)]);
});

test('its identifiers stand once each, the newest first, with the span they were seen in', () => {
  const { identifiers } = accountAfter(
    { identifiers: [held('b'), held('a')], occurredAt: minute(3) },
    { identifiers: [held('c')], occurredAt: minute(4) },
    { identifiers: [held('a')], occurredAt: minute(1) },
  );
  expect(identifiers.map(({ value, firstSeenAt, lastSeenAt }) => [value, firstSeenAt, lastSeenAt])).toEqual([
    ['c', minute(4), minute(4)],
    ['a', minute(1), minute(3)],
    ['b', minute(3), minute(3)],
  ]);
  expect(identifiers[0]?.channels).toEqual([Channel.WEB]);
});

test('of more than 200 identifiers the 200 seen last stay', () => {
  const all = Array.from({ length: 205 }, (_, at) => ({ identifiers: [held(`d${at}`)], occurredAt: minute(at) }));
  const { identifiers } = accountAfter(...all);
  expect(identifiers).toHaveLength(200);
  expect([identifiers[0]?.value, identifiers.at(-1)?.value]).toEqual(['d204', 'd5']);
});

test.each<[Channel, object, string | null]>([
  [Channel.WECHAT_OFFICIAL_ACCOUNT, { nickname: 'Fish', name: 'Anna' }, 'Fish'],
  [Channel.WECHAT_OFFICIAL_ACCOUNT, { name: 'Anna' }, 'Anna'],
  [Channel.WEB, { nickname: 'Fish', name: 'Anna' }, 'Anna'],
  [Channel.WEB, { name: 7 }, null],
  [Channel.WEB, {}, null],
])('the name shown by %s for %j is %s', (channel, attributes, name) => {
  expect(accountAfter({ channel, attributes: { ...attributes } }).displayName).toBe(name);
});

test('the account and the observation given stay as they are', () => {
  const before = accountAfter({ attributes: { city: 'Oslo' }, identifiers: [held('a')] });
  const copy = structuredClone(before);
  observeAccount(
    before,
    observation({ attributes: { city: 'Rome' }, identifiers: [held('b')], occurredAt: minute(9) }),
  );
  expect(before).toEqual(copy);
});
