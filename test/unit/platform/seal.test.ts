import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { firstByteOfUlid } from '../../../src/platform/ids.js';
import {
  blindIndex,
  createDataKey,
  derivedUlid,
  hmacSha256,
  openBytes,
  openJson,
  placeOf,
  sealBytes,
  sealJson,
  unwrapDataKey,
} from '../../../src/platform/seal.js';

const newKey = () => createSecretKey(randomBytes(32));
const key = newKey();

describe('a sealed value', () => {
  const sealed = sealJson(key, 'demo|profiles|1', { phone: '+8613912345678', list: [1, null] });

  test('opens in its place', () => {
    expect(openJson(key, 'demo|profiles|1', sealed)).toEqual({ phone: '+8613912345678', list: [1, null] });
    expect(openBytes(key, 'p', sealBytes(key, 'p', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  test.each([
    ['of another id', 'demo|profiles|2'],
    ['of another collection', 'demo|events|1'],
    ['of another tenant', 'other|profiles|1'],
    ['of nothing', ''],
  ])('does not open in the place %s', (_, place) => {
    expect(() => openJson(key, place, sealed)).toThrow();
  });

  test('does not open with another key, nor with any byte changed', () => {
    expect(() => openJson(newKey(), 'demo|profiles|1', sealed)).toThrow();
    const small = sealBytes(key, 'p', Buffer.from('ab'));
    for (let at = 0; at < small.length; at += 1) {
      if (at >= 2 && at < 6) continue; // the key's id is a label
      const changed = Buffer.from(small);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openBytes(key, 'p', changed)).toThrow();
    }
    expect(() => openBytes(key, 'p', small.subarray(0, -1))).toThrow();
  });

  test('shows nothing of what it holds, and is new each time', () => {
    expect(sealed.includes('+8613912345678')).toBe(false);
    expect(sealJson(key, 'p', 1).equals(sealJson(key, 'p', 1))).toBe(false);
  });
});

test('the place of a document names tenant, collection and id', () => {
  expect(placeOf('profiles', 'demo:prf_1:x')).toBe('demo|profiles|prf_1:x');
});

test('a data key is unwrapped in its own place alone', () => {
  const { key: made, wrapped } = createDataKey(key, 'p');
  const stored = () => Buffer.from(wrapped); // as it is read from the database: another buffer
  expect(unwrapDataKey(key, 'p', stored()).equals(made)).toBe(true);
  expect(() => unwrapDataKey(key, 'q', stored())).toThrow();
  expect(() => unwrapDataKey(newKey(), 'p', stored())).toThrow();
  expect(() => openBytes(key, 'p', wrapped)).toThrow();
  expect(createDataKey(key, 'p').key.equals(made)).toBe(false);
});

test("hmacSha256 is node's HMAC, for any message and any key of at most 64 bytes", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(bytes, fc.string({ unit: 'binary', maxLength: 300 }), (raw, message) => {
      const expected = createHmac('sha256', raw).update(message).digest('hex');
      const secret = createSecretKey(raw);
      expect(hmacSha256(secret, message).toString('hex')).toBe(expected);
      expect(hmacSha256(secret, message).toString('hex')).toBe(expected);
    }),
  );
});

describe('what stands for a value', () => {
  const keys = { data: newKey(), index: newKey(), id: newKey() };

  test('is 22 characters, the same for the same parts under the same key alone', () => {
    expect(blindIndex(keys, 'identifier', 'PHONE', '1')).toMatch(/^[\w-]{22}$/);
    expect(blindIndex(keys, 'a', 'b')).toBe(blindIndex(keys, 'a', 'b'));
    const others = [['ab'], ['a', 'b', ''], ['', 'ab'], ['b', 'a']].map((parts) => blindIndex(keys, ...parts));
    others.push(blindIndex({ ...keys, index: newKey() }, 'a', 'b'), blindIndex(keys, 'a', 'b'));
    expect(new Set(others).size).toBe(others.length);
  });

  test('as an id tells its tag, and depends on the id key', () => {
    const id = derivedUlid(keys, 13, 'PHONE', '1');
    expect(firstByteOfUlid(id)).toBe(13);
    expect(derivedUlid(keys, 7, 'PHONE', '1').slice(2)).toBe(id.slice(2));
    expect(derivedUlid({ ...keys, id: newKey() }, 13, 'PHONE', '1')).not.toBe(id);
    expect(derivedUlid({ ...keys, index: newKey() }, 13, 'PHONE', '1')).toBe(id);
  });
});
