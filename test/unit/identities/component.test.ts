import { describe, expect, test } from '@jest/globals';
import { identifierRulesOf } from '../../../src/channels/identifier-limits.rules.js';
import { type Component, decideComponent } from '../../../src/identities/component.rules.js';
import { account, alike, componentOf, held } from '../../support/evident-accounts.js';

const RULES = identifierRulesOf({});
const PHONE = held('PHONE', '1');
const decide = (accounts: Component['accounts'], others: Partial<Component> = {}) =>
  decideComponent(componentOf(accounts, others), RULES);
const refusedFor = ({ edges }: ReturnType<typeof decide>) =>
  edges.filter(({ kind }) => kind === 'REFUSED').map(({ accountIds, reason }) => [...accountIds, reason].join(' '));

test('accounts that share an identifier are one person, each linked to the lowest', () => {
  const { persons, edges } = decide([account('c', [PHONE]), account('a', [PHONE]), account('b', [PHONE])]);
  expect(persons).toEqual([['a', 'b', 'c']]);
  expect(edges.map(({ accountIds, kind, rule }) => [...accountIds, kind, rule].join(' ')).sort()).toEqual([
    'a b IDENTIFIER PHONE',
    'a c IDENTIFIER PHONE',
  ]);
});

test('accounts that share nothing stay apart', () => {
  expect(decide([account('a', [PHONE]), account('b', [held('PHONE', '2')])]).persons).toEqual([['a'], ['b']]);
});

describe('limits', () => {
  test('a second user id is another person, whatever they share', () => {
    const decision = decide([
      account('a', [held('USER_ID', 'u1'), PHONE]),
      account('b', [held('USER_ID', 'u2'), PHONE]),
    ]);
    expect(decision.persons).toEqual([['a'], ['b']]);
    expect(refusedFor(decision)).toEqual(['a b LIMIT_USER_ID']);
  });

  test('of links that cannot all hold, those of the higher rank do', () => {
    const decision = decide([
      account('a', [held('USER_ID', 'u1'), held('EMAIL', 'e')]),
      account('b', [held('EMAIL', 'e'), PHONE]),
      account('c', [held('USER_ID', 'u2'), PHONE]),
    ]);
    expect(decision.persons).toEqual([['a'], ['b', 'c']]);
  });

  test.each([
    ['in one week', [0, 1, 2, 3, 4, 5], 2],
    ['over two weeks', [0, 1, 2, 7, 8, 9], 1],
  ])('six devices %s', (_, days, persons) => {
    const accounts = days.map((day, n) => account(`d${n}`, [held('DEVICE_ID', `${n}`, day), PHONE]));
    expect(decide(accounts).persons).toHaveLength(persons);
  });

  test('an account that holds too many values of a type itself links by those seen first', () => {
    const many = account('a', [held('MEMBER_NO', 'm1', 3), held('MEMBER_NO', 'm2', 1)]);
    const { persons, unlinked } = decide([
      many,
      account('b', [held('MEMBER_NO', 'm1')]),
      account('c', [held('MEMBER_NO', 'm2')]),
    ]);
    expect(persons).toEqual([['a', 'c'], ['b']]);
    expect([...unlinked]).toEqual([]);
    expect([...decide([many]).unlinked]).toEqual(['MEMBER_NO m1']);
  });
});

test('what is beyond the limits of one account links others all the same', () => {
  const many = account('a', [held('MEMBER_NO', 'own', 0), held('MEMBER_NO', 'm', 5)]);
  const { persons, unlinked } = decide([
    many,
    account('b', [held('MEMBER_NO', 'm')]),
    account('c', [held('MEMBER_NO', 'm')]),
  ]);
  expect(persons).toEqual([['a'], ['b', 'c']]);
  expect([...unlinked]).toEqual([]);
});

describe('what too many people share', () => {
  test('links nobody, and says so', () => {
    const decision = decide([account('a', [PHONE]), account('b', [PHONE])], { shared: new Map([[PHONE.key, 'a']]) });
    expect(decision.persons).toEqual([['a'], ['b']]);
    expect(refusedFor(decision)).toEqual(['a b SHARED_BY_TOO_MANY']);
    expect([...decision.unlinked]).toEqual([PHONE.key]);
  });
});

describe('conflicts', () => {
  test.each([
    ['another birthday', { name: '王伟', birthday: '1985-03-12' }, { name: '李强', birthday: '1992-07-25' }, 2],
    ['a slip in the birthday', { birthday: '1985-03-12' }, { birthday: '1985-03-21' }, 1],
    ['day and month swapped', { birthday: '1985-03-12' }, { birthday: '1985-12-03' }, 1],
    ['the default of a form', { birthday: '1985-03-12' }, { birthday: '1990-01-01' }, 1],
    ['twins', { name: '王伟', birthday: '1985-03-12' }, { name: '王强', birthday: '1985-03-12' }, 2],
    ['the same name, spelt otherwise', { name: '王伟' }, { name: 'Wang Wei' }, 1],
    ['two union ids and names', { name: '王伟', unionId: 'x' }, { name: '李强', unionId: 'y' }, 2],
    ['two union ids of one name', { name: '王伟', unionId: 'x' }, { name: '王伟', unionId: 'y' }, 1],
    ['two names alone', { name: '王伟' }, { name: '李强' }, 1],
  ])('%s', (_, left, right, persons) => {
    expect(decide([account('a', [PHONE], left), account('b', [PHONE], right)]).persons).toHaveLength(persons);
  });

  test('an account that says nothing bridges no conflict: it goes with whom it met last', () => {
    const family = [
      account('a', [held('PHONE', '1', 0, 100)], { birthday: '1985-03-12' }),
      account('b', [held('PHONE', '1', 300, 400)], { birthday: '1992-07-25' }),
    ];
    expect(decide([...family, account('c', [held('PHONE', '1', 350)])]).persons).toEqual([['a'], ['b', 'c']]);
    expect(decide([...family, account('c', [held('PHONE', '1', 50)])]).persons).toEqual([['a', 'c'], ['b']]);
  });
});

describe('what people decide', () => {
  test('a merge joins what shares nothing, and over a limit', () => {
    const accounts = [account('a', [held('USER_ID', 'u1')]), account('b', [held('USER_ID', 'u2')])];
    expect(decide(accounts, { merges: [['a', 'b']] }).persons).toEqual([['a', 'b']]);
  });

  test('a parting holds against any link; a bridge goes where it is bound more strongly', () => {
    const accounts = [
      account('a', [held('EMAIL', 'e')]),
      account('b', [PHONE]),
      account('bridge', [held('EMAIL', 'e'), PHONE]),
    ];
    const parted = decide(accounts, { partings: [{ id: 'p', sides: [['a'], ['b']] }] });
    expect(parted.persons).toEqual([['a'], ['b', 'bridge']]);
    expect(refusedFor(parted)).toEqual(['a bridge PARTED']);
  });
});

test('likeness links where no identifier does, and yields to what forbids it', () => {
  const likenesses = [
    { accountIds: ['a', 'b'] as const, weight: 12, model: 1 },
    { accountIds: ['b', 'c'] as const, weight: 9, model: 1 },
  ];
  const accounts = [account('a', [held('USER_ID', '1')]), account('b', []), account('c', [held('USER_ID', '2')])];
  const decision = decide(accounts, { alike: alike(likenesses) });
  expect(decision.persons).toEqual([['a', 'b'], ['c']]);
  expect(decision.edges.find(({ kind }) => kind === 'PROBABILISTIC')).toMatchObject({
    accountIds: ['a', 'b'],
    weight: 12,
  });
});

test('who writes a name in two scripts is told from others by either', () => {
  const [mobile, wechat] = [held('PHONE', '1'), held('UNION_ID', 'u')];
  const accounts = [
    account('a', [mobile, wechat], { name: '王伟', unionId: 'u' }),
    account('b', [mobile, wechat], { name: 'Wang Wei', unionId: 'u' }),
    account('c', [mobile], { name: '李娜', unionId: 'v' }),
  ];
  for (const order of [accounts, accounts.toReversed()]) expect(decide(order).persons).toEqual([['a', 'b'], ['c']]);
});
