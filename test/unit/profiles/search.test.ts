import { describe, expect, test } from '@jest/globals';
import { termsOf, termsOfQuery } from '../../../src/profiles/search.rules.js';

const person = {
  name: '王小芳',
  identifiers: [
    { type: 'PHONE', value: '+8613912345678' },
    { type: 'EMAIL', value: 'fang.wang@shop.cn' },
    { type: 'MEMBER_NO', value: 'M1' },
    { type: 'USER_ID', value: 'u-secret' },
  ],
};
const termsText = (name: string | null, identifiers = person.identifiers) =>
  new Set(termsOf({ name, identifiers }).map((term) => term.join(' ')));
const finds = (text: string, name: string | null, mayLookUp = true) => {
  const terms = termsText(name);
  return termsOfQuery(text, 'CN', mayLookUp).some((term) => terms.has(term.join(' ')));
};

describe('a search finds', () => {
  test.each<[string, string | null]>([
    ['王', '王小芳'],
    ['王小', '王小芳'],
    ['王小芳', '王小芳'],
    ['wang', '王小芳'],
    ['wangxiaofang', '王小芳'],
    ['WXF', '王小芳'],
    ['wang xiao', '王小芳'],
    ['ann', 'Anna Berg'],
    ['Anna B', 'Anna Berg'],
    ['berg', 'Anna Berg'],
    ['anna-berg', 'Anna Berg'],
    ['o', "O'Neil"],
    ['oneil', "O'Neil"],
    ['13912345678', null],
    ['+86 139 1234 5678', null],
    ['139', null],
    ['1391234', null],
    ['5678', null],
    ['fang.wang', null],
    ['Fang.Wang@Shop.cn', null],
    ['M1', null],
  ])('%s in %s', (text, name) => {
    expect(finds(text, name)).toBe(true);
  });

  test.each<[string, string | null]>([
    ['小芳', '王小芳'],
    ['zhang', '王小芳'],
    ['nna', 'Anna Berg'],
    ['139123', null],
    ['1234', null],
    ['shop.cn', null],
    ['u-secret', null],
    ['', '王小芳'],
    [' - ', '王小芳'],
  ])('nothing for %j in %s', (text, name) => {
    expect(finds(text, name)).toBe(false);
  });
});

describe('who may not look up', () => {
  test.each<[string, string, boolean]>([
    ['王', '王小芳', true],
    ['A', 'Anna Berg', true],
    ['王小', '王小芳', false],
    ['5678', '王小芳', false],
    ['b', 'Anna Berg', false],
  ])('searching %s in %s: %s', (text, name, found) => {
    expect(finds(text, name, false)).toBe(found);
  });
});

test('a name of any length has prefixes of at most 12 characters', () => {
  const terms = termsOf({ name: 'A'.repeat(500), identifiers: [] });
  expect(terms.every(([, value]) => [...value].length <= 12)).toBe(true);
  expect(termsOfQuery('A'.repeat(400), 'CN', true)).toContainEqual(['name', 'a'.repeat(12)]);
});

test('a phone of another country counts from its country code', () => {
  expect(termsText(null, [{ type: 'PHONE', value: '+12024561111' }])).toContain('phone3 120');
});
