import { describe, expect, test } from '@jest/globals';
import { termsOf } from '../../../src/profiles/search.rules.js';
import { foundByTerms } from '../../support/found-by-terms.js';

const person = {
  name: '王小芳',
  identifiers: [
    { type: 'PHONE', value: '+8613912345678' },
    { type: 'EMAIL', value: 'fang.wang@shop.cn' },
    { type: 'MEMBER_NO', value: 'M1' },
    { type: 'USER_ID', value: 'u-secret' },
  ],
};
const finds = (text: string, name: string | null, mayLookUp = true) =>
  foundByTerms(text, termsOf({ name, identifiers: person.identifiers }), mayLookUp);

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

describe('who may not read names', () => {
  const byLookUp = { lookUp: true, core: false, important: false };
  const byMember = { lookUp: false, core: false, important: true };
  const found = (text: string, rights: typeof byLookUp) => foundByTerms(text, termsOf(person), rights);

  test.each<[string, boolean]>([
    ['王', true],
    ['王小芳', true],
    ['王小', false],
    ['wang', false],
    ['wxf', false],
    ['wangxiaofang', false],
    ['13912345678', true],
    ['fang.wang', true],
    ['M1', true],
  ])('but may look up finds by whole values: %s: %s', (text, isFound) => {
    expect(found(text, byLookUp)).toBe(isFound);
  });

  test.each<[string, boolean]>([
    ['王', true],
    ['王小芳', false],
    ['13912345678', false],
    ['5678', false],
    ['fang.wang', false],
    ['M1', true],
  ])('but member numbers finds by those: %s: %s', (text, isFound) => {
    expect(found(text, byMember)).toBe(isFound);
  });

  test('nor member numbers does not find by them, whatever else they read', () => {
    expect(found('M1', { lookUp: false, core: true, important: false })).toBe(false);
  });
});

test('a name of any length has starts of at most 12 characters', () => {
  const [term] = termsOf({ name: 'A'.repeat(500), identifiers: [] });
  expect(term?.starts).toEqual(Array.from({ length: 12 }, (_, n) => 'a'.repeat(n + 1)));
  expect(foundByTerms('A'.repeat(400), term ? [term] : [], true)).toBe(true);
});

test('a person with a name, a phone and an email is found by six entries', () => {
  expect(termsOf({ name: '王小芳', identifiers: person.identifiers.slice(0, 2) })).toHaveLength(6);
});

test('a phone of another country counts from its country code', () => {
  const [phone] = termsOf({ name: null, identifiers: [{ type: 'PHONE', value: '+12024561111' }] });
  expect(phone?.starts).toEqual(['120', '1202456', '+12024561111']);
});
