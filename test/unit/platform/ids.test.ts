import { describe, expect, test } from '@jest/globals';
import { encodeUlid, firstByteOfUlid, hashedUlid, idOf, keyOf, kindOfId, ulid } from '../../../src/platform/ids.js';

const ZEROES = '0'.repeat(26);

describe('a ULID', () => {
  test('is 26 Crockford characters of 16 bytes', () => {
    expect(encodeUlid(Buffer.alloc(16))).toBe(ZEROES);
    expect(encodeUlid(Buffer.alloc(16, 255))).toBe(`7${'Z'.repeat(25)}`);
    expect(encodeUlid(Buffer.from([0x01, ...Array(15).fill(0)]))).toBe(`01${'0'.repeat(24)}`);
  });

  test('tells its first byte', () => {
    for (const byte of [0, 1, 13, 31, 32, 200, 255]) {
      expect(firstByteOfUlid(encodeUlid(Buffer.from([byte, ...Array(15).fill(9)])))).toBe(byte);
    }
  });

  test.each([ZEROES.slice(1), `${ZEROES}0`, `8${'0'.repeat(25)}`, `I${'0'.repeat(25)}`, ZEROES.replace(/0$/, 'u'), ''])(
    '%j is none',
    (text) => {
      expect(firstByteOfUlid(text)).toBeUndefined();
    },
  );

  test('grows with time, and is new each time', () => {
    const ids = [1_000, 2_000, 2 ** 40].map((at) => ulid(new Date(at)));
    expect([...ids].sort()).toEqual(ids);
    expect(ulid(new Date(5))).not.toBe(ulid(new Date(5)));
  });

  test('of the same parts is the same, and no part runs into the next', () => {
    expect(hashedUlid('a', 'bc')).toBe(hashedUlid('a', 'bc'));
    const all = [
      hashedUlid('a', 'bc'),
      hashedUlid('ab', 'c'),
      hashedUlid('abc'),
      hashedUlid('abc', ''),
      hashedUlid('é'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

test.each([
  [`prf_${ZEROES}`, 'prf'],
  [`evt_7${'Z'.repeat(25)}`, 'evt'],
  [`prf_8${'0'.repeat(25)}`, undefined],
  [`PRF_${ZEROES}`, undefined],
  [`prf-${ZEROES}`, undefined],
  [`prf_${ZEROES}\n`, undefined],
  [`a:prf_${ZEROES}`, undefined],
  ['', undefined],
])('the kind of %j is %s', (id, kind) => {
  expect(kindOfId(id)).toBe(kind);
});

test('a stored key holds the tenant first, and gives the id back', () => {
  expect(keyOf('demo', 'prf_1')).toBe('demo:prf_1');
  expect(idOf(keyOf('demo', 'a:b'))).toBe('a:b');
});
