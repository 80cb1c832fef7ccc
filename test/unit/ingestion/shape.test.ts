import { describe, expect, test } from '@jest/globals';
import { valueFault } from '../../../src/ingestion/shape.rules.js';

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, index]));
const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('the shape of a value', () => {
  test.each<[string, unknown, string, string]>([
    ['NUL in a text', { a: ['x', 'y\0'] }, 'INVALID_TEXT', 'traits.a[1]'],
    ['NUL in a name', { 'a\0': 1 }, 'INVALID_TEXT', 'traits.a�'],
    ['a high surrogate alone', { a: 'x\ud800' }, 'INVALID_TEXT', 'traits.a'],
    ['a low surrogate alone', { a: '\udc00x' }, 'INVALID_TEXT', 'traits.a'],
    ['a surrogate in a name', { '\ud800': 1 }, 'INVALID_TEXT', 'traits.�'],
    ['a name that begins with $', { $where: 1 }, 'INVALID_KEY', 'traits.$where'],
    ['a nested name with a dot', { a: { 'b.c': 1 } }, 'INVALID_KEY', 'traits.a.b.c'],
    ['an empty name', { '': 1 }, 'INVALID_KEY', 'traits.'],
    ['__proto__', JSON.parse('{"__proto__": {"admin": true}}'), 'INVALID_KEY', 'traits.__proto__'],
    ['constructor', { constructor: 1 }, 'INVALID_KEY', 'traits.constructor'],
    ['prototype', { a: { prototype: 1 } }, 'INVALID_KEY', 'traits.a.prototype'],
    ['a name of 129 characters', { ['k'.repeat(129)]: 1 }, 'INVALID_KEY', `traits.${'k'.repeat(128)}`],
    ['a text of 1 MB', { a: 'x'.repeat(1_048_576) }, 'TEXT_TOO_LONG', 'traits.a'],
    ['a text of 8,193 characters', { a: 'x'.repeat(8_193) }, 'TEXT_TOO_LONG', 'traits.a'],
    ['20,000 traits', many(20_000), 'TOO_MANY', 'traits'],
    ['201 names', { a: many(201) }, 'TOO_MANY', 'traits.a'],
    ['1,001 elements', { a: Array(1_001).fill(1) }, 'TOO_MANY', 'traits.a'],
    ['10 levels', nested(10), 'TOO_DEEP', `traits${'.a'.repeat(9)}`],
  ])('%s', (_, value, code, path) => {
    expect(valueFault(value, 'traits')).toMatchObject({ code, path });
  });

  test.each<[string, unknown]>([
    ['a name of 128 characters', { ['k'.repeat(128)]: 1 }],
    ['a text of 8,192 characters', { a: 'x'.repeat(8_192) }],
    ['200 names', many(200)],
    ['1,000 elements', { a: Array(1_000).fill(1) }],
    ['9 levels', nested(9)],
    ['an emoji', { '\u{1f600}': '\u{1f600}' }],
    ['a $ inside a name', { a$b: 1 }],
    ['a date, numbers, null and undefined', { a: new Date(Number.NaN), b: 1, c: null, d: undefined }],
    ['no value at all', undefined],
  ])('%s is taken', (_, value) => {
    expect(valueFault(value, 'traits')).toBeUndefined();
  });
});
