import { describe, expect, test } from '@jest/globals';
import { NO_CONSENTS } from '../../../src/privacy/consent-fact.js';
import { consentsBinding, joinConsents, lastWordsOf } from '../../../src/privacy/consent-fold.rules.js';
import { day, kept, said, withdrawn } from '../../support/consent-facts.js';

describe('what profiles keep of consents', () => {
  test('is the last word of each account on each matter', () => {
    const [first, second] = [said({ accountIds: ['a', 'b'] }), withdrawn({ accountIds: ['a'], at: day(2) })];
    expect(kept(first, second).entries).toEqual([second, { ...first, accountIds: ['b'] }]);
    expect(kept(first, said({ ...second, accountIds: ['a', 'b'] })).entries).toHaveLength(1);
  });

  test('holds what a guardian said beside what a child said', () => {
    expect(kept(said({ isGuarded: true }), said({ at: day(2) })).entries).toHaveLength(2);
  });

  test('is at most 400 last words, the newest, and says where there were more', () => {
    const facts = Array.from({ length: 401 }, (_, n) => said({ accountIds: [`a${n}`], at: new Date(n) }));
    const { entries, leftOut } = lastWordsOf(facts);
    expect([entries.length, leftOut, entries.at(-1)?.at.getTime()]).toEqual([400, true, 1]);
    expect(lastWordsOf(facts.slice(1)).leftOut).toBe(false);
    expect(joinConsents([lastWordsOf(facts.slice(0, 200)), lastWordsOf(facts.slice(200))])).toEqual({
      entries,
      leftOut,
    });
  });

  test('of nothing is nothing, and of one part that part', () => {
    const one = kept(said());
    expect(joinConsents([NO_CONSENTS, NO_CONSENTS])).toBe(NO_CONSENTS);
    expect(joinConsents([NO_CONSENTS, one])).toBe(one);
  });
});

describe('what binds a person', () => {
  const isOwn = (accountId: string) => accountId === 'b';
  test.each([
    ['a withdrawal said of their account and another', withdrawn({ accountIds: ['a', 'b'] }), ['b']],
    ['a withdrawal said of another account', withdrawn({ accountIds: ['a'] }), undefined],
    ['a grant with its anchor here', said({ accountIds: ['b', 'c'] }), ['b', 'c']],
    ['a grant with its anchor elsewhere', said({ accountIds: ['a', 'b'] }), undefined],
  ])('%s', (_, fact, accountIds) => {
    expect(consentsBinding([fact], isOwn).map((one) => one.accountIds)).toEqual(accountIds ? [accountIds] : []);
  });
});
