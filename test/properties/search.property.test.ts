import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { termsOf, termsOfQuery } from '../../src/profiles/search.rules.js';
import { ALL_RIGHTS, foundByTerms } from '../support/found-by-terms.js';

const HAN = [...'王李张刘陈杨赵黄周吴小芳伟娜敏静丽强磊军洋勇艳杰'];
const name = fc.oneof(
  fc.array(fc.constantFrom(...HAN), { minLength: 1, maxLength: 4 }).map((characters) => characters.join('')),
  fc
    .array(fc.string({ unit: fc.constantFrom(..."AbcdEfg-'. "), minLength: 1, maxLength: 8 }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((words) => words.join(' ')),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
);
const isFound = (text: string, shown: string, mayLookUp: boolean) =>
  foundByTerms(text, termsOf({ name: shown, identifiers: [] }), mayLookUp);
const isSearchable = (text: string) => termsOfQuery(text, 'CN', ALL_RIGHTS).length > 0;

test('a name is found by each of its beginnings, in whatever case', () => {
  fc.assert(
    fc.property(name, fc.nat(), fc.boolean(), (shown, cut, upper) => {
      const characters = [...shown];
      const start = characters.slice(0, 1 + (cut % characters.length)).join('');
      const text = upper && !/\P{ASCII}/u.test(start) ? start.toUpperCase() : start;
      fc.pre(isSearchable(text));
      expect(isFound(text, shown, true)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('who may not look up finds a name by its first character', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...HAN), { minLength: 1, maxLength: 4 }), (characters) => {
      const shown = characters.join('');
      expect(isFound(characters[0] ?? '', shown, false)).toBe(true);
      expect(isFound(shown, shown, false)).toBe(characters.length === 1);
    }),
  );
});

test('a name is not found by what it does not begin with', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...HAN), { minLength: 2, maxLength: 4 }),
      fc.constantFrom('qqqq', '齐齐', 'zzz9'),
      (characters, text) => {
        expect(isFound(text, characters.join(''), true)).toBe(false);
      },
    ),
  );
});
