import { expect, test } from '@jest/globals';
import { shownExplanation } from '../../../src/likeness/shown-explanation.rules.js';
import { justBelow } from '../../../src/platform/doubles.rules.js';

test('an explanation has the values that were compared; what is said of the pair has none', () => {
  const comparisons = ['name', 'address', 'birthday', 'household', 'contradiction'].map((field) => {
    return { field, level: 'exact', weight: 1 };
  });
  const why = { probability: 0.5, matchWeight: 0, priorWeight: -5, comparisons };
  const left = { name: '苏轼', province: '浙江省', address: '鲁迅中路241号', phone: '+8613900000000' };
  const shown = shownExplanation(why, left, { name: 'Su Shi', city: '绍兴市' });
  expect(shown).toMatchObject({ probability: 0.5, matchWeight: 0, priorWeight: -5 });
  expect(shown.comparisons.map(({ leftValue, rightValue }) => [leftValue, rightValue])).toEqual([
    ['苏轼', 'Su Shi'],
    ['浙江省 鲁迅中路241号', '绍兴市'],
    [null, null],
    [null, null],
    [null, null],
  ]);
});

test.each([1, 0.7, 0.5, 0.1 + 0.2, Number.EPSILON, 1e-300])(
  'no number lies between %d and the one just below',
  (number) => {
    const below = justBelow(number);
    expect(below).toBeLessThan(number);
    expect([below, number]).toContain((below + number) / 2);
  },
);
