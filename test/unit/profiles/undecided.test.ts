import { describe, expect, test } from '@jest/globals';
import { identifierRulesOf } from '../../../src/channels/identifier-limits.rules.js';
import type { IdentifierType } from '../../../src/channels/identifier-type.js';
import { countedValue, isUndecided, type Written } from '../../../src/profiles/undecided.rules.js';

const RULES = identifierRulesOf({ CUSTOM: { most: null } });
const FIRST_WEEK = new Date('2026-01-05');
const SECOND_WEEK = new Date('2026-01-12');

type Shown = Written['state'];

/** A profile of accounts, each a letter, that shows values, each `TYPE value`; those of `later` since the second week. */
function profile(accounts: string, values: readonly string[], more: Partial<Shown> & { later?: boolean } = {}): Shown {
  const { later = false, ...rest } = more;
  const identifiers = values.map((key) => {
    const firstSeenAt = later ? SECOND_WEEK : FIRST_WEEK;
    return { key, type: key.split(' ')[0] as IdentifierType, linking: !key.endsWith('!'), firstSeenAt };
  });
  const shown = { accounts: [...accounts].map((id) => ({ id })), identifiers };
  return { ...shown, accountsLeftOut: false, truncated: false, ...rest } as unknown as Shown;
}

const written = (state: Shown, known: Shown[], more: Partial<Written> = {}) => ({
  state,
  known,
  absorbed: [],
  ...more,
});
const undecided = (one: Written) => isUndecided(one, undefined, RULES);

describe('a profile that is about to be written', () => {
  test.each<[string, boolean, Written]>([
    ['of one account needs no decision', false, written(profile('a', ['PHONE 1']), [])],
    ['that shows what it showed needs none', false, written(profile('ab', ['PHONE 1']), [profile('ab', ['PHONE 1'])])],
    ['of another account does', true, written(profile('ab', []), [profile('a', [])])],
    ['with another value does', true, written(profile('ab', ['PHONE 1', 'PHONE 2']), [profile('ab', ['PHONE 1'])])],
    ['with one that has no limit does not', false, written(profile('ab', ['CUSTOM 1']), [profile('ab', [])])],
    ['with one that links nobody does not', false, written(profile('ab', ['PHONE 1!']), [profile('ab', [])])],
    [
      'with one that now counts in another week does',
      true,
      written(profile('ab', ['DEVICE_ID 1']), [profile('ab', ['DEVICE_ID 1'], { later: true })]),
    ],
    [
      'with one that counts once and for all does not, since whenever it was seen',
      false,
      written(profile('ab', ['PHONE 1']), [profile('ab', ['PHONE 1'], { later: true })]),
    ],
    [
      'that takes in what it has taken in before, and nothing else, does not',
      false,
      written(profile('ab', ['PHONE 1']), [profile('ab', ['PHONE 1']), profile('b', [])], {
        absorbed: [profile('b', [])],
      }),
    ],
    [
      'does not, where its accounts held before what it had no room to show',
      false,
      written(profile('ab', ['PHONE 1']), [profile('ab', [], { truncated: true })], { kept: new Set(['PHONE 1']) }),
    ],
    [
      'does, where it had',
      true,
      written(profile('ab', ['PHONE 1']), [profile('ab', [])], { kept: new Set(['PHONE 1']) }),
    ],
    [
      'of one account and others that it has no copies of does',
      true,
      written(profile('a', ['PHONE 1'], { accountsLeftOut: true }), []),
    ],
  ])('%s', (_what, expected, one) => {
    expect(undecided(one)).toBe(expected);
  });

  test('is asked about with all accounts: those it shows, showed, and takes in', () => {
    const asked: unknown[] = [];
    const persons = {
      cover: (accountIds: readonly string[], values: readonly string[]) => {
        asked.push([...accountIds].sort(), values);
        return true;
      },
    };
    const one = written(profile('ac', ['PHONE 1', 'DEVICE_ID 1']), [profile('ab', [])], {
      absorbed: [profile('cd', [])],
    });
    expect(isUndecided(one, persons, RULES)).toBe(false);
    const week = Math.floor((FIRST_WEEK.getTime() / 86_400_000 + 3) / 7);
    expect(asked).toEqual([
      ['a', 'b', 'c', 'd'],
      [countedValue('PHONE 1', 0), countedValue('DEVICE_ID 1', week)],
    ]);
  });
});
