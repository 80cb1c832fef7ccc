import { describe, expect, test } from '@jest/globals';
import {
  parseAmount,
  parseBirthday,
  parseBoolean,
  parseEmail,
  parseGender,
  parseInstant,
  parsePhone,
} from '../../../src/ingestion/normalise.rules.js';

describe('phones', () => {
  test.each([
    ['13912345678', 'CN', '+8613912345678'],
    ['139 1234 5678', 'CN', '+8613912345678'],
    ['139-1234-5678', 'CN', '+8613912345678'],
    ['１３９１２３４５６７８', 'CN', '+8613912345678'],
    ['＋８６１３９１２３４５６７８', 'CN', '+8613912345678'],
    ['\u200b+86 139\u200d12345678', 'CN', '+8613912345678'],
    ['0086 13912345678', 'CN', '+8613912345678'],
    ['+1 202-456-1111', 'CN', '+12024561111'],
    ['(202) 456-1111', 'US', '+12024561111'],
    ['13912345678', 'XX', '+8613912345678'],
    ['139123456', 'CN', undefined],
    ['139123456789', 'CN', undefined],
    ['19912', 'CN', undefined],
    ['not a phone', 'CN', undefined],
    ['', 'CN', undefined],
    ['+999 1234567', 'CN', undefined],
  ])('%j of %s is %s', (text, region, phone) => {
    expect(parsePhone(text, region)).toBe(phone);
    expect(parsePhone(text, region)).toBe(phone); // read once more, from what is kept
  });

  test('the same digits of two regions are two numbers', () => {
    expect([parsePhone('020 7946 0018', 'GB'), parsePhone('020 7946 0018', 'US')]).toEqual([
      '+442079460018',
      undefined,
    ]);
  });
});

describe('emails', () => {
  test.each([
    ['Wang.Fang@Shop.CN', 'wang.fang@shop.cn'],
    ['  a+b@x-y.example.com ', 'a+b@x-y.example.com'],
    ['ｗａｎｇ＠ｓｈｏｐ．ｃｎ', 'wang@shop.cn'],
    ['王@例子.中国', '王@例子.中国'],
    ['a@b', undefined],
    ['a@b.c', undefined],
    ['@shop.cn', undefined],
    ['a b@shop.cn', undefined],
    ['a@@shop.cn', undefined],
    ['"a"@shop.cn', undefined],
    ['a@-shop.cn', undefined],
    ['a@shop..cn', undefined],
    [`${'a'.repeat(65)}@shop.cn`, undefined],
    [`a@${'b.'.repeat(127)}cn`, undefined],
    ['', undefined],
  ])('%j is %s', (text, email) => {
    expect(parseEmail(text)).toBe(email);
  });
});

describe('birthdays', () => {
  test.each([
    ['1990-01-31', '1990-01-31'],
    ['1990/1/31', '1990-01-31'],
    ['1990.01.31', '1990-01-31'],
    ['19900131', '1990-01-31'],
    ['1990年1月31日', '1990-01-31'],
    ['１９９０－０１－３１', '1990-01-31'],
    ['1990-01-31T08:00:00Z', '1990-01-31'],
    ['2000-02-29', '2000-02-29'],
    ['1990-02-29', undefined],
    ['1990-13-01', undefined],
    ['1990-00-10', undefined],
    ['1879-12-31', undefined],
    ['31.01.1990', undefined],
    ['soon', undefined],
  ])('%j is %s', (text, day) => {
    expect(parseBirthday(text)).toBe(day);
  });
});

describe('words', () => {
  test.each([
    ['F', 'FEMALE'],
    ['女', 'FEMALE'],
    ['2', 'FEMALE'],
    ['Male', 'MALE'],
    ['1', 'MALE'],
    ['男性', 'MALE'],
    ['其他', 'OTHER'],
    ['保密', 'UNKNOWN'],
    ['0', 'UNKNOWN'],
    ['robot', undefined],
    ['constructor', undefined],
  ])('gender %j is %s', (text, gender) => {
    expect(parseGender(text)).toBe(gender);
  });

  test.each([
    ['TRUE', true],
    ['是', true],
    ['1', true],
    ['no', false],
    ['否', false],
    ['0', false],
    ['', undefined],
    ['maybe', undefined],
    ['toString', undefined],
  ])('boolean %j is %s', (text, value) => {
    expect(parseBoolean(text)).toBe(value);
  });
});

describe('instants', () => {
  test.each<[unknown, string, string | undefined]>([
    ['2026-03-01T08:30:00Z', 'UTC', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01T08:30:00+08:00', 'UTC', '2026-03-01T00:30:00.000Z'],
    ['2026-03-01T08:30:00', 'Asia/Shanghai', '2026-03-01T00:30:00.000Z'],
    ['2026-03-01 08:30', 'Asia/Shanghai', '2026-03-01T00:30:00.000Z'],
    ['2026-03-01', 'Asia/Shanghai', '2026-02-28T16:00:00.000Z'],
    ['2026-07-01T12:00:00', 'America/New_York', '2026-07-01T16:00:00.000Z'],
    ['2026-01-01T12:00:00', 'America/New_York', '2026-01-01T17:00:00.000Z'],
    [1_772_353_800, 'UTC', '2026-03-01T08:30:00.000Z'],
    [1_772_353_800_000, 'UTC', '2026-03-01T08:30:00.000Z'],
    [new Date(0), 'UTC', '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'UTC', undefined],
    ['2026-02-30T25:00:00Z', 'UTC', undefined],
    ['2026-13-01', 'UTC', undefined],
    ['yesterday', 'UTC', undefined],
    ['', 'UTC', undefined],
    [-1, 'UTC', undefined],
    [Number.POSITIVE_INFINITY, 'UTC', undefined],
    [1e300, 'UTC', undefined],
    [null, 'UTC', undefined],
    [{}, 'UTC', undefined],
  ])('%j in %s is %s', (value, timeZone, iso) => {
    expect(parseInstant(value, timeZone)?.toISOString()).toBe(iso);
  });
});

describe('amounts', () => {
  test.each<[unknown, string | undefined]>([
    ['199.00', '199.00'],
    ['1,299.5', '1299.5'],
    ['-3', '-3'],
    ['１９９', '199'],
    [199, '199'],
    [0.1 + 0.2, '0.3'],
    [-0.5, '-0.5'],
    ['0.1234567', undefined],
    ['1e3', undefined],
    [1e21, undefined],
    [Number.NaN, undefined],
    ['', undefined],
    ['￥199', undefined],
    [null, undefined],
    [{ amount: '1' }, undefined],
  ])('%j is %s', (value, amount) => {
    expect(parseAmount(value)).toBe(amount);
  });
});
