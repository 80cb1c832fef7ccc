import { describe, expect, test } from '@jest/globals';
import { NO_CHANGES, regroupings, tallyWith } from '../../../src/identities/regrouping.rules.js';

/** What changes between profiles and persons, each written as its accounts: `ab c`. */
function tallyOf(before: string, after: string) {
  const groups = (text: string) => text.split(' ').map((group) => [...group]);
  const profiles = new Map(groups(before).flatMap((group) => group.map((id) => [id, group.join('')] as const)));
  const { samples, ...counts } = tallyWith(
    NO_CHANGES,
    0,
    regroupings(groups(after), (id) => profiles.get(id)),
  );
  return [counts.changed, counts.merged, counts.parted, samples.length];
}

describe('profiles that become others', () => {
  test.each([
    ['nothing', 'ab c', 'ab c', [0, 0, 0, 0]],
    ['two are one', 'a b', 'ab', [2, 1, 0, 1]],
    ['one is three', 'abc', 'a b c', [1, 0, 1, 1]],
    ['an account goes to another', 'ab c', 'a bc', [2, 1, 1, 1]],
    ['two changes that have nothing to do with each other', 'a b cd', 'ab c d', [3, 1, 1, 2]],
    ['an account in no profile changes none', 'a', 'ax', [0, 0, 0, 0]],
  ])('%s', (_name, before, after, counts) => {
    expect(tallyOf(before, after)).toEqual(counts);
  });

  test('a sample shows at most five groups of ten accounts, and says how many there are', () => {
    const ids = Array.from({ length: 120 }, (_, n) => `acc_${String(n).padStart(3, '0')}`);
    const persons = Array.from({ length: 6 }, (_, n) => ids.slice(n * 20, n * 20 + 20));
    const [sample] = tallyWith(
      NO_CHANGES,
      1,
      regroupings(persons, () => 'prf'),
    ).samples;
    expect(sample?.accounts).toBe(120);
    expect(sample?.before).toEqual([ids.slice(0, 10)]);
    expect(sample?.after.map((group) => group.length)).toEqual([10, 10, 10, 10, 10]);
  });
});
