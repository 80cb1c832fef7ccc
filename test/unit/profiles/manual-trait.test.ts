import { describe, expect, test } from '@jest/globals';
import { readManualValue, readReason } from '../../../src/profiles/manual-trait.rules.js';

const locale = { region: 'CN', currency: 'CNY', timeZone: 'Asia/Shanghai' };

describe('a value set by hand', () => {
  test.each<[string, unknown, unknown]>([
    ['phone', '139 1234 5678', '+8613912345678'],
    ['gender', '女', 'FEMALE'],
    ['name', ' 王芳 ', '王芳'],
    ['name', null, null],
    ['name', undefined, null],
    ['vip', { level: 3 }, { level: 3 }],
    ['vip', false, false],
  ])('%s %j is read as %j', (trait, value, read) => {
    expect(readManualValue(trait, value, locale)).toEqual(read);
  });

  test.each<[string, unknown, RegExp]>([
    ['phone', '123', /^value: is no valid phone/],
    ['phone', {}, /^value: must be a phone number/],
    ['birthday', '1990-02-30', /^value: is no valid birthday/],
    ['gender', 'robot', /^value: is no valid gender/],
    ['name', 'a\0', /NUL/],
    ['$set', 1, /names may not/],
    ['a.b', 1, /names may not/],
    ['__proto__', 1, /names may not/],
    ['vip', { 'a.b': 1 }, /names may not/],
    ['vip', 'x'.repeat(9_000), /longer/],
  ])('%s %j is refused', (trait, value, message) => {
    expect(() => readManualValue(trait, value, locale)).toThrow(message);
  });
});

test.each(['', '   ', 'x'.repeat(1_001)])('a reason of %j is refused', (reason) => {
  expect(() => readReason(reason)).toThrow(/^reason: must be text of 1 to 1000 characters$/);
});

test('a reason is trimmed', () => {
  expect(readReason(' as she said ')).toBe('as she said');
});
