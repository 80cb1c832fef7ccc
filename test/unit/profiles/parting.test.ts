import { describe, expect, test } from '@jest/globals';
import { NO_FACTS } from '../../../src/profiles/anchored-facts.rules.js';
import type { ProfileFacts } from '../../../src/profiles/derive.rules.js';
import { deriveProfile } from '../../../src/profiles/derive.rules.js';
import {
  accountsOfMark,
  DERIVE_ANEW,
  leavingParts,
  markOf,
  mergedIdsOf,
  ownersOf,
  type Redirect,
  slotOfPart,
  withKnown,
} from '../../../src/profiles/parting.rules.js';
import type { ProfileState } from '../../../src/profiles/profile-state.js';
import { account, held, minute } from '../../support/account-records.js';

const SETTINGS = { sourcePriorities: {}, requiredTraits: [] };
const seen = (value: string) => ({ ...held(value), channels: [], firstSeenAt: minute(0), lastSeenAt: minute(0) });

function factsOf(change: Partial<ProfileFacts> = {}): ProfileFacts {
  const one = account('acc_1', { city: 'Oslo' }, { identifiers: [seen('a'), seen('b')], at: 3 });
  const first = { id: 'acc_1', firstSeenAt: minute(0) };
  return { accounts: [one], accountsLeftOut: false, first, events: [], facts: NO_FACTS, ...change };
}

function stateOf(facts: ProfileFacts, change: Partial<ProfileState> = {}): ProfileState {
  const times = { createdAt: minute(5), updatedAt: minute(6) };
  const frame = {
    id: 'prf_1',
    version: 7,
    mergedIds: [],
    ...times,
    seniority: 5,
    absorbing: [],
    parting: [],
    parted: false,
  };
  return { ...deriveProfile(facts, frame, SETTINGS), ...change };
}

/** An event of an account, too large to be copied. */
const eventOf = (id: string, accountId: string, at = 0) => ({
  id,
  occurredAt: minute(at),
  accountId,
  copy: Buffer.alloc(0),
});

const slot = (id: string, change: Partial<Redirect> = {}): Redirect => ({
  id,
  mergedInto: 'prf_1',
  revision: 'r',
  wasProfile: false,
  seniority: undefined,
  ...change,
});

describe('the parts that leave', () => {
  test.each([
    ['all but that with the founding account', [['f', 'x'], ['y'], ['z']], [['y'], ['z']]],
    ['none, where none has it or there is nothing in them', [['f'], []], []],
    ['an account in the first part that names it alone', [['y', 'y'], ['z', 'y'], ['y']], [['y'], ['z']]],
    [
      'an account stays that the founding one’s part names first',
      [
        ['f', 'y'],
        ['y', 'z'],
      ],
      [['z']],
    ],
  ])('are %s', (_what, parts, leaving) => {
    expect(leavingParts(parts, 'f')).toEqual(leaving);
  });

  test('are noted in any order alike, and read back', () => {
    expect(markOf(['b', 'a'])).toBe(markOf(['a', 'b']));
    expect(accountsOfMark(markOf(['b', 'a']))).toEqual(['a', 'b']);
    expect(accountsOfMark(DERIVE_ANEW)).toEqual([]);
  });
});

describe('the slot whose id a part takes', () => {
  test.each([
    ['what was a profile', [slot('a'), slot('b', { wasProfile: true, seniority: 9 })], 'b'],
    ['the more senior of two', ['a', 'b'].map((id, n) => slot(id, { wasProfile: true, seniority: 9 - n })), 'b'],
    ['of two equally senior the lower', ['b', 'a'].map((id) => slot(id, { wasProfile: true, seniority: 9 })), 'a'],
    [
      'one whose seniority is known',
      [slot('a', { wasProfile: true }), slot('b', { wasProfile: true, seniority: 9 })],
      'b',
    ],
    ['else that of the account seen first', [slot('a'), slot('c'), slot('b')], 'c'],
  ])('is %s', (_what, slots, id) => {
    expect(slotOfPart(slots, 'c')?.id).toBe(id);
  });
});

describe('merged ids', () => {
  test('are those that lead there, first in the order known, at most 200', () => {
    const source = stateOf(factsOf(), { mergedIds: ['d', 'gone', 'a'] });
    expect(mergedIdsOf([source], new Set(['a', 'c', 'b', 'd']))).toEqual(['d', 'a', 'b', 'c']);
    const many = new Set(Array.from({ length: 300 }, (_, n) => `x${n}`));
    expect(mergedIdsOf([source], many)).toHaveLength(200);
  });
});

describe('facts, with what is known besides', () => {
  const source = stateOf(factsOf(), { recentEvents: [eventOf('e1', 'acc_1', 9), eventOf('e2', 'acc_2', 8)] });

  test('hold events of their accounts that are not stored yet', () => {
    expect([...ownersOf([source])]).toEqual(['acc_1', 'acc_2']);
    const facts = factsOf({ events: [eventOf('e0', 'acc_1', 1)] });
    expect(withKnown(facts, [source], new Set(['acc_1'])).events.map(({ id }) => id)).toEqual(['e1', 'e0']);
  });

  test('leave out identifiers that no profile shows, for they may not be linked yet', () => {
    const shown = { ...source, identifiers: source.identifiers.slice(0, 1) };
    const keys = (from: ProfileState) =>
      withKnown(factsOf(), [from], new Set()).accounts[0]?.identifiers.map(({ value }) => value);
    expect(keys(shown)).toEqual(['a']);
    expect(keys({ ...shown, truncated: true })).toEqual(['a', 'b']);
  });
});

describe('a derived profile', () => {
  test('has what its frame and its facts say', () => {
    const later = factsOf({ accountsLeftOut: true, first: { id: 'acc_0', firstSeenAt: minute(1) } });
    expect(stateOf(later)).toMatchObject({ id: 'prf_1', version: 7, createdAt: minute(5), updatedAt: minute(6) });
    expect(stateOf(later)).toMatchObject({ firstSeenAt: minute(1), lastSeenAt: minute(3), truncated: true });
    expect(stateOf(later).traits.city).toBe('Oslo');
    expect(stateOf(factsOf())).toMatchObject({ truncated: false, accountsLeftOut: false });
  });
});
