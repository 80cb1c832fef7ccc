import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isPattern, ValuePatterns } from '../../src/ingestion/value-patterns.rules.js';
import { isMatchedNaively } from '../support/naive-patterns.js';
import { runs } from '../support/stitching-scripts.js';

const text = (letters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength });

test('a value is matched by one of many patterns where it is by any of them alone', () => {
  const patterns = fc.array(text('aab*', 9).filter(isPattern), { maxLength: 6 });
  fc.assert(
    fc.property(patterns, fc.array(text('ab', 12), { minLength: 1, maxLength: 8 }), (given, values) => {
      const all = new ValuePatterns(given);
      for (const value of values)
        expect(all.match(value)).toBe(given.some((pattern) => isMatchedNaively(pattern, value)));
    }),
    runs(2_000),
  );
});
