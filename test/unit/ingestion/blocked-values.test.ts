import { describe, expect, test } from '@jest/globals';
import { BlockedValues, blockedBy, blocksTooMuch } from '../../../src/ingestion/blocked-values.rules.js';

const isBlocked = (entry: string, value: string, region = 'CN') => new BlockedValues([entry], region).has(value);

describe('a whole value', () => {
  test.each([
    ['137 1111 2222', '+8613711112222'],
    ['Front@Desk.com', 'front@desk.com'],
    ['KIOSK-1', 'kiosk-1'],
    ['kiosk-1', 'Kiosk-1'],
    ['ｋｉｏｓｋ－１', 'kiosk-1'],
  ])('%s blocks %s', (entry, value) => {
    expect(isBlocked(entry, value)).toBe(true);
  });

  test.each([
    ['kiosk-1', 'kiosk-12'],
    ['kiosk-1', 'my kiosk-1'],
    ['13711112222', '+8613711112223'],
    ['a.c', 'abc'],
  ])('%s does not block %s', (entry, value) => {
    expect(isBlocked(entry, value)).toBe(false);
  });
});

describe('a pattern', () => {
  test.each([
    ['test*@*', 'test17@shop.cn'],
    ['test*@*', 'test@shop.cn'],
    ['TEST*@*', 'Test1@shop.cn'],
    ['*@example.com', 'wang.wei@example.com'],
    ['kiosk-*', 'KIOSK-9'],
    ['kiosk-*', 'kiosk-'],
    ['***abc', 'abc'],
    ['a*b*c', 'abc'],
    ['a*b*c', 'a-bb-c'],
    ['*bcd*', 'abcde'],
    ['*-shop-*', 'till-shop-3'],
    ['ab*bc', 'abbc'],
    ['*aab*', 'aaab'],
    ['*ab*ab', 'xabab'],
    ['wx＊test', 'wx-17-test'],
    ['测试门店*', '测试门店一'],
    ['a+b(*', 'a+b(c'],
  ])('%s blocks %s', (entry, value) => {
    expect(isBlocked(entry, value)).toBe(true);
  });

  test.each([
    ['test*@*', 'mytest@shop.cn'],
    ['*@example.com', 'wang@example.com.cn'],
    ['*@example.com', 'wang@example-com'],
    ['kiosk-*', 'kiosk'],
    ['ab*bc', 'abc'],
    ['*ab*ab', 'xab'],
    ['a*b*c', 'a-c-b'],
    ['a*b*c', 'acb'],
    ['*bcd*', 'bdc'],
    ['a.*c', 'abc'],
  ])('%s does not block %s', (entry, value) => {
    expect(isBlocked(entry, value)).toBe(false);
  });

  test.each([
    ['1380013800*', '+8613800138005', 'CN', true],
    ['138-0013-800*', '+8613800138005', 'CN', true],
    ['+86 1380013800*', '+8613800138005', 'CN', true],
    ['+861380013800*', '+8613800138005', 'US', true],
    ['*0000', '+8613912340000', 'CN', true],
    ['138*0000', '+8613812340000', 'CN', true],
    ['010-6234*', '+861062345678', 'CN', true],
    ['1380013800*', '+8613800238005', 'CN', false],
    ['1380013800*', '+11380013800', 'CN', false],
    ['1380013800*', '+8613800138005', 'US', false],
    ['212555*', '+12125550123', 'US', true],
  ])('of phones, %s: %s in %s: %s', (entry, value, region, isMatched) => {
    expect(isBlocked(entry, value, region)).toBe(isMatched);
  });

  test('among many, of all shapes', () => {
    const many = Array.from({ length: 3_000 }, (_, n) => [`a${n}-*`, `*-z${n}`, `*-m${n}-*`]).flat();
    const blocked = new BlockedValues([...many, 'whole'], 'CN');
    for (const value of ['a2999-', 'x-z17', 'x-m1-', 'WHOLE']) expect(blocked.has(value)).toBe(true);
    for (const value of ['a3000-', 'x-z3000', 'x-m3000-', 'whole-', 'a17', '-m'])
      expect(blocked.has(value)).toBe(false);
  });
});

test.each([
  ['*', true],
  ['**ab**', true],
  ['a＊b', true],
  ['abc*', false],
  ['a*b*c', false],
  ['ab', false],
])('%s blocks too much: %s', (entry, isTooMuch) => {
  expect(blocksTooMuch(entry)).toBe(isTooMuch);
});

test('an entry from before patterns that would match all is what it says', () => {
  expect(isBlocked('**', 'anything')).toBe(false);
  expect(isBlocked('**', '**')).toBe(true);
});

test('what settings block is read once', () => {
  const settings = { blockedIdentifiers: ['kiosk-*'], defaultRegion: 'CN' };
  expect(blockedBy(settings)).toBe(blockedBy(settings));
  expect(blockedBy({ ...settings, blockedIdentifiers: [] }).has('kiosk-1')).toBe(false);
});
