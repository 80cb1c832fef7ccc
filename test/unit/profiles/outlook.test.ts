import { expect, test } from '@jest/globals';
import { mergedIdsAfter, regrouped } from '../../../src/profiles/outlook.rules.js';

/** Accounts are in the profile of their first letter; `x` is in none. */
const profileOf = (id: string) => (id.startsWith('x') ? undefined : id[0]);
const of = (...persons: string[][]) =>
  regrouped(persons, profileOf).map((person) =>
    person.map(({ profileId, accountIds, isAll }) => [profileId, accountIds, isAll]),
  );

test.each([
  ['all stays as it is', [['a1', 'a2'], ['b1']], []],
  ['an account comes that no profile has yet', [['a1', 'a2', 'x1'], ['x2']], []],
  [
    'two become one',
    [['a1', 'b1']],
    [
      [
        ['a', ['a1'], true],
        ['b', ['b1'], true],
      ],
    ],
  ],
  ['one becomes two', [['a1'], ['a2']], [[['a', ['a1'], false]], [['a', ['a2'], false]]]],
  [
    'a part goes over to another',
    [['a1'], ['a2', 'b1']],
    [
      [['a', ['a1'], false]],
      [
        ['a', ['a2'], false],
        ['b', ['b1'], true],
      ],
    ],
  ],
])('%s', (_, persons, expected) => {
  expect(of(...persons)).toEqual(expected);
});

test('ids that lead to a survivor: its own, those of the others, and they themselves; at most so many', () => {
  const survivor = { id: 'a', mergedIds: ['a1'] };
  const others = [
    { id: 'b', mergedIds: ['b1', 'a'] },
    { id: 'c', mergedIds: ['b1'] },
  ];
  expect(mergedIdsAfter(survivor, others, 200)).toEqual(['a1', 'b1', 'b', 'c']);
  expect(mergedIdsAfter(survivor, others, 2)).toEqual(['a1', 'b1']);
});
