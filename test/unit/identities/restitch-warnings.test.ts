import { describe, expect, test } from '@jest/globals';
import { identifierRulesOf } from '../../../src/channels/identifier-limits.rules.js';
import type { Component } from '../../../src/identities/component.rules.js';
import type { LinkRecord } from '../../../src/identities/link.rules.js';
import {
  bondsBetween,
  objectionsTo,
  overridings,
  scatterings,
  unnamed,
} from '../../../src/identities/restitch-warnings.rules.js';
import { account, componentOf, held } from '../../support/evident-accounts.js';

const RULES = identifierRulesOf({});
const sidesOf = (...ids: string[]) => ids.map((id) => ({ profileId: `prf_${id}`, accountIds: [id] }));

describe('what speaks against a merge', () => {
  const objections = (accounts: Component['accounts'], others: Partial<Component> = {}) =>
    objectionsTo(sidesOf(...accounts.map(({ id }) => id)), componentOf(accounts, others), RULES);

  test('is nothing where nothing does', () => {
    expect(objections([account('a', [held('PHONE', '1')]), account('b', [held('PHONE', '2')])])).toEqual([]);
  });

  test('is judged for each profile against all before it', () => {
    const said = objections([
      account('a', [], { birthday: '1985-03-12' }),
      account('b', [], { name: '王伟' }),
      account('c', [], { birthday: '1992-07-25' }),
    ]);
    expect(said).toEqual([expect.stringMatching(/^Against merging prf_c .*birthdays/)]);
  });

  test('is a limit, with its week', () => {
    const devices = (id: string) =>
      account(
        id,
        ['1', '2', '3'].map((n) => held('DEVICE_ID', `${id}${n}`)),
      );
    expect(objections([devices('a'), devices('b')])).toEqual([
      'Against merging prf_b speaks that one person may have 5 DEVICE_ID a week, and together there would be more.',
    ]);
  });

  test('is no limit over values that link nobody', () => {
    const of = (id: string) => account(id, [held('USER_ID', id)]);
    const shared = new Map([['USER_ID a', 'a']]);
    expect(objections([of('a'), of('b')])).toHaveLength(1);
    expect(objections([of('a'), of('b')], { shared })).toEqual([]);
  });

  test('is not what a profile was made of by hand', () => {
    const accounts = [account('a', [held('USER_ID', '1')]), account('b', [held('USER_ID', '2')]), account('c', [])];
    const sides = [
      { profileId: 'prf_a', accountIds: ['a', 'b'] },
      { profileId: 'prf_c', accountIds: ['c'] },
    ];
    expect(objectionsTo(sides, componentOf(accounts), RULES)).toEqual([]);
  });
});

test('bonds are counted, the strongest first, and at most ten are named', () => {
  const keys = ['1', '2'].map((n) => held('PHONE', n));
  const left = Array.from({ length: 12 }, (_, n) => account(`s${n}`, n === 7 ? keys : keys.slice(0, 1)));
  const staying = left.map(({ id }) => id);
  const component = componentOf([account('l', keys), ...left]);
  const said = bondsBetween(['l'], staying, component);
  expect(said).toHaveLength(11);
  expect(said[0]).toBe('s7, which stays, shares 2 identifiers with the accounts that leave.');
  expect(said[10]).toBe('2 more accounts that stay share identifiers with those that leave.');
  expect(bondsBetween(['l'], staying, { ...component, shared: new Map([['PHONE 1', 'l']]) })).toEqual([
    's7, which stays, shares 1 identifier with the accounts that leave.',
  ]);
});

test('accounts that fall apart are told of, on either side', () => {
  const persons = [['a', 'x'], ['b'], ['c'], ['d']];
  expect(
    scatterings(persons, [
      ['a', 'b'],
      ['c', 'd'],
    ]),
  ).toEqual([
    'The accounts named would become 2 profiles: nothing else links them.',
    'The accounts that are left would become 2 profiles: nothing else links them.',
  ]);
  expect(scatterings(persons, [['a', 'x'], ['c']])).toEqual([]);
});

test('what people did before is told once a day and kind', () => {
  const link = (kind: string, day: string) => ({ kind, createdAt: new Date(`${day}T10:00:00Z`) }) as LinkRecord;
  const links = [
    link('CANNOT_LINK', '2026-01-05'),
    link('CANNOT_LINK', '2026-01-05'),
    link('CANNOT_LINK', '2026-01-04'),
  ];
  expect(overridings(links)).toEqual([
    'On 2026-01-04 a person took accounts of these profiles apart; this would override it.',
    'On 2026-01-05 a person took accounts of these profiles apart; this would override it.',
  ]);
  expect(overridings([link('MANUAL', '2026-01-05')])[0]).toContain('merged what would be parted');
});

test('profiles that nobody named are, at most ten by name', () => {
  const others = Array.from({ length: 12 }, (_, n) => `prf_${n}`);
  expect(unnamed(['prf_a'], ['prf_a'])).toEqual([]);
  expect(unnamed([...others, 'prf_a'], ['prf_a'])).toHaveLength(11);
});
