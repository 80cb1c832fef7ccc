import { expect, test } from '@jest/globals';
import { decideLinks } from '../../../src/identities/matcher.rules.js';

const pairsOf = (holders: readonly string[], affected: readonly string[]) =>
  decideLinks([{ key: 'k', type: 'PHONE', holders }], new Set(affected)).map(({ accountIds }) => accountIds.join('-'));

test.each<[string, string[], string[], string[]]>([
  ['one holder has nobody to be linked to', ['a'], ['a'], []],
  ['no holder', [], ['a'], []],
  ['two', ['b', 'a'], ['b'], ['a-b']],
  ['the lowest is linked to each other', ['c', 'a', 'b'], ['a'], ['a-b', 'a-c']],
  [
    'all are linked where one is affected: the lowest may be linked to none yet',
    ['a', 'b', 'c'],
    ['c'],
    ['a-b', 'a-c'],
  ],
  ['holders that nobody touched', ['a', 'b'], ['c'], []],
])('%s', (_, holders, affected, pairs) => {
  expect(pairsOf(holders, affected)).toEqual(pairs);
});

test('a decision names the type and the blinded identifier', () => {
  const shared = [
    { key: 'k1', type: 'PHONE', holders: ['a', 'b'] },
    { key: 'k2', type: 'EMAIL', holders: ['b', 'c'] },
  ];
  expect(decideLinks(shared, new Set(['b']))).toEqual([
    { accountIds: ['a', 'b'], rule: 'PHONE', evidenceKey: 'k1' },
    { accountIds: ['b', 'c'], rule: 'EMAIL', evidenceKey: 'k2' },
  ]);
});
