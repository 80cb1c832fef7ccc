import { expect, test } from '@jest/globals';
import type { Identifier } from '../../../src/channels/identifier.entity.js';
import { measuresOf } from '../../../src/identities/profile-measures.rules.js';
import type { ProfileState } from '../../../src/profiles/profile-state.js';
import { snapshotOf } from '../../../src/profiles/snapshot.rules.js';
import { account } from '../../support/account-records.js';

const identifier = (type: string, linking = true) => ({ type, linking }) as Identifier;

/** A profile whose accounts said these things. */
function profile(said: readonly Record<string, unknown>[], others: Partial<ProfileState> = {}): ProfileState {
  const accounts = said.map((traits, n) => snapshotOf(account(`a${n}`, traits)));
  return { accounts, accountsLeftOut: false, identifiers: [], ...others } as unknown as ProfileState;
}

test.each([
  ['one account is not looked at further', [{ name: '王伟' }], undefined],
  ['one text for all', [{ name: '王伟' }, { name: '王伟' }, {}], 1],
  ['spellings of one name', [{ name: '王伟' }, { name: '王 伟' }, { name: '王維' }, { name: '王*' }], 1],
  ['two people', [{ name: '王伟' }, { name: '李娜' }], 2],
  ['nobody', [{}, {}], 0],
])('full names: %s', (_, said, names) => {
  expect(measuresOf(profile(said)).names).toBe(names);
});

test.each([
  ['a day that forms fill in', ['1970-01-01', '1985-03-12'], 1],
  ['two days', ['1985-03-12', '1992-07-25'], 2],
])('birthdays: %s', (_, birthdays, count) => {
  expect(measuresOf(profile(birthdays.map((birthday) => ({ birthday })))).birthdays).toBe(count);
});

test('accounts past those that a profile keeps count as one more', () => {
  expect(measuresOf(profile([{}, {}])).accounts).toBe(2);
  expect(measuresOf(profile([{}, {}], { accountsLeftOut: true })).accounts).toBe(3);
});

test.each([
  ['PHONE', true, true],
  ['UNION_ID', true, true],
  ['PHONE', false, false],
  ['DEVICE_ID', true, false],
  ['OPEN_ID', true, false],
])('a profile with %s, linking: %s, is identified: %s', (type, linking, isIdentified) => {
  expect(measuresOf(profile([{}], { identifiers: [identifier(type, linking)] })).isIdentified).toBe(isIdentified);
});
