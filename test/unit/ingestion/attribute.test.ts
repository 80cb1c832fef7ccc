import { describe, expect, test } from '@jest/globals';
import type { AttributeKind } from '../../../src/channels/trait-catalogue.js';
import { parseAttribute } from '../../../src/ingestion/attribute.rules.js';

const locale = { region: 'CN', currency: 'CNY', timeZone: 'Asia/Shanghai' };

describe('a value that can be read', () => {
  test.each<[AttributeKind, unknown, unknown]>([
    ['text', ' ＶＩＰ ', 'VIP'],
    ['text', 7, '7'],
    ['text', true, 'true'],
    ['text', '  ', null],
    ['name', '王芳\u200b', '王芳'],
    ['gender', '女', 'FEMALE'],
    ['gender', 'robot', 'robot'],
    ['birthday', '1990/1/31', '1990-01-31'],
    ['birthday', '1990-02-30', '1990-02-30'],
    ['phone', '139 1234 5678', '+8613912345678'],
    ['phone', 13912345678, '+8613912345678'],
    ['phone', '123', '123'],
    ['email', 'A@Shop.cn', 'a@shop.cn'],
    ['email', 'nobody', 'nobody'],
    ['integer', '１２', 12],
    ['integer', -3, -3],
    ['number', '1.5', 1.5],
    ['boolean', '是', true],
    ['boolean', 0, false],
    ['boolean', false, false],
    ['instant', '2026-03-01 08:00', new Date('2026-03-01T00:00:00Z')],
    ['instant', 0, new Date(0)],
    ['money', 12.5, { amount: '12.5', currency: 'CNY' }],
    ['money', { amount: '1,000', currency: 'usd' }, { amount: '1000', currency: 'USD' }],
    ['money', { amount: 3 }, { amount: '3', currency: 'CNY' }],
    ['texts', ['a ', '', 7], ['a', '7']],
    ['texts', 'a', ['a']],
  ])('%s %j is %j', (kind, value, read) => {
    expect(parseAttribute(kind, value, locale)).toEqual({ value: read });
  });

  test.each<AttributeKind>(['text', 'integer', 'boolean', 'instant', 'money', 'texts', 'phone'])(
    'null clears a %s',
    (kind) => {
      expect(parseAttribute(kind, null, locale)).toEqual({ value: null });
    },
  );
});

describe('a value of a wrong type', () => {
  test.each<[AttributeKind, unknown, RegExp]>([
    ['text', {}, /^text$/],
    ['name', [], /^text$/],
    ['phone', {}, /phone/],
    ['email', Number.NaN, /email/],
    ['integer', 1.5, /whole/],
    ['integer', '', /whole/],
    ['integer', 2 ** 53, /whole/],
    ['integer', 'many', /whole/],
    ['integer', true, /whole/],
    ['number', 'x', /number/],
    ['number', Number.POSITIVE_INFINITY, /number/],
    ['boolean', 'maybe', /true or false/],
    ['boolean', [], /true or false/],
    ['instant', 'soon', /ISO 8601/],
    ['money', 'free', /amount/],
    ['money', { amount: 1, currency: 'yuan' }, /amount/],
    ['texts', [{}], /list/],
  ])('%s %j', (kind, value, expected) => {
    expect(parseAttribute(kind, value, locale)).toEqual({ expected: expect.stringMatching(expected) });
  });
});
