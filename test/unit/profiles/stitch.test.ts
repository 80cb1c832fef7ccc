import { describe, expect, test } from '@jest/globals';
import { accountIdOf, profileIdOf } from '../../../src/profiles/profile-id.rules.js';
import { bySeniority, groupAccounts } from '../../../src/profiles/stitch.rules.js';

type Pairs = readonly (readonly [string, string])[];
const group = (
  accountIds: readonly string[],
  pairs: Pairs,
  roots: Readonly<Record<string, readonly [string, number]>> = {},
) =>
  groupAccounts(accountIds, pairs, (account) => {
    const root = roots[account];
    return root && { id: root[0], seniority: root[1] };
  })
    .map(({ accountIds: members, roots: ids }) => `${members.join('+')}>${ids.join('+')}`)
    .sort();

describe('groups', () => {
  test.each<[string, string[], Pairs, Record<string, readonly [string, number]>, string[]]>([
    ['each stands alone', ['b', 'a'], [], {}, ['a>', 'b>']],
    ['a pair joins', ['a', 'b', 'c'], [['a', 'b']], {}, ['a+b>', 'c>']],
    [
      'pairs join in a chain',
      ['a', 'b', 'c', 'd'],
      [
        ['c', 'd'],
        ['a', 'b'],
        ['d', 'a'],
      ],
      {},
      ['a+b+c+d>'],
    ],
    ['a pair brings in an account', ['a'], [['a', 'z']], {}, ['a+z>']],
    ['a profile joins its accounts', ['a', 'b'], [], { a: ['P', 1], b: ['P', 1] }, ['a+b>P']],
    ['two profiles meet, the senior first', ['a', 'b'], [['a', 'b']], { a: ['Q', 2], b: ['P', 1] }, ['a+b>P+Q']],
    ['of one seniority the lower id first', ['a', 'b'], [['a', 'b']], { a: ['Q', 1], b: ['P', 1] }, ['a+b>P+Q']],
    [
      'three profiles',
      ['a', 'b', 'c'],
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
      { a: ['P', 3], b: ['Q', 2], c: ['R', 1] },
      ['a+b+c>R+Q+P'],
    ],
    ['a pair of one account with itself', ['a'], [['a', 'a']], { a: ['P', 1] }, ['a>P']],
    ['nothing', [], [], {}, []],
  ])('%s', (_, accountIds, pairs, roots, groups) => {
    expect(group(accountIds, pairs, roots)).toEqual(groups);
    expect(group([...accountIds].reverse(), [...pairs].reverse(), roots)).toEqual(groups);
  });

  test('of a long chain', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `a${String(index).padStart(4, '0')}`);
    const pairs = names.slice(1).map((name, index) => [name, names[index] ?? ''] as const);
    expect(groupAccounts([], pairs, () => undefined)).toEqual([{ accountIds: names, roots: [] }]);
  });
});

test('a chosen survivor ranks before all others', () => {
  const ranks = [
    { id: 'b', seniority: 1 },
    { id: 'a', seniority: 5 },
    { id: 'c', seniority: Number.NEGATIVE_INFINITY },
  ];
  expect([...ranks].sort(bySeniority).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('a profile has the id of the account that founded it', () => {
  expect(profileIdOf('acc_X')).toBe('prf_X');
  expect(accountIdOf(profileIdOf('acc_X'))).toBe('acc_X');
});
