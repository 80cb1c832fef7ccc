import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  createDataKey,
  documentKeys,
  rewrapDataKey,
  unwrapDataKey,
  type WrappedKeys,
} from '../../../src/platform/data-key.js';
import { firstByteOfUlid } from '../../../src/platform/ids.js';
import {
  blindIndex,
  derivedUlid,
  isSealedBy,
  keyIdOf,
  keyRing,
  openBytes,
  openJson,
  placeOf,
  sealBytes,
  sealJson,
} from '../../../src/platform/seal.js';
import { SUITE_NAMES } from '../../../src/platform/suites/suite.js';
import { suiteNamed } from '../../../src/platform/suites/suites.js';
import { newBlindingKey, newKeyRing, newTenantKeys } from '../../support/tenant-keys.js';

const fresh = (id: number) => ({ id, secret: createSecretKey(randomBytes(32)) });

describe.each(SUITE_NAMES)('a value sealed by %s', (name) => {
  const ring = newKeyRing(name);
  const sealed = sealJson(ring, 'demo|profiles|1', { phone: '+8613912345678', list: [1, null] });

  test('opens in its place', () => {
    expect(openJson(ring, 'demo|profiles|1', sealed)).toEqual({ phone: '+8613912345678', list: [1, null] });
    expect(openBytes(ring, 'p', sealBytes(ring, 'p', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  test.each([
    ['of another id', 'demo|profiles|2'],
    ['of another collection', 'demo|events|1'],
    ['of another tenant', 'other|profiles|1'],
    ['of another account', 'demo|profiles|1#acc_1'],
    ['of nothing', ''],
  ])('does not open in the place %s', (_, place) => {
    expect(() => openJson(ring, place, sealed)).toThrow();
  });

  test('does not open with another key, nor with any byte changed, its header among them', () => {
    expect(() => openJson(newKeyRing(name), 'demo|profiles|1', sealed)).toThrow();
    const { current, suite } = ring;
    const anyKey = { suite, current, find: () => current };
    const small = sealBytes(ring, 'p', Buffer.from('ab'));
    expect(openBytes(anyKey, 'p', small).toString()).toBe('ab');
    for (let at = 0; at < small.length; at += 1) {
      for (const bit of [1, 2, 3]) {
        const changed = Buffer.from(small);
        changed[at] = (changed[at] ?? 0) ^ bit;
        expect(() => openBytes(anyKey, 'p', changed)).toThrow();
      }
    }
    expect(() => openBytes(ring, 'p', small.subarray(0, -1))).toThrow();
    expect(() => openBytes(ring, 'p', small.subarray(0, 10))).toThrow('unknown format');
  });

  test('shows nothing of what it holds, and is new each time', () => {
    expect(sealed.includes('+8613912345678')).toBe(false);
    expect(sealJson(ring, 'p', 1).equals(sealJson(ring, 'p', 1))).toBe(false);
  });

  test('opens when its tenant has chosen the other suite, and another key', () => {
    for (const other of SUITE_NAMES) {
      const now = keyRing(suiteNamed(other), fresh(2), ring.current);
      expect(openJson(now, 'demo|profiles|1', sealed)).toMatchObject({ phone: '+8613912345678' });
      expect(isSealedBy(now, sealed)).toBe(false);
      expect(isSealedBy(keyRing(suiteNamed(other), ring.current), sealed)).toBe(other === name);
      expect(isSealedBy(now, sealJson(now, 'p', 1))).toBe(true);
    }
  });

  test('is told to be under a key that is not known', () => {
    expect(() => openJson(keyRing(ring.suite, fresh(2)), 'demo|profiles|1', sealed)).toThrow('not known here');
  });
});

/** As the first format sealed: its additional data are the place alone. */
function sealedByFormat1(secret: Buffer, place: string, clear: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(place));
  const ciphertext = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 1]), iv, cipher.getAuthTag(), ciphertext]);
}

describe('what the first format sealed', () => {
  const secret = randomBytes(32);
  const ring = newKeyRing('SM4_GCM_SM3', secret);

  test('opens in its place, of whatever account, and counts as outdated', () => {
    const sealed = sealedByFormat1(secret, 'demo|events|1', Buffer.from('[1]'));
    expect(openJson(ring, 'demo|events|1', sealed)).toEqual([1]);
    expect(openJson(ring, 'demo|events|1#acc_1', sealed)).toEqual([1]);
    expect(() => openJson(ring, 'demo|events|2#acc_1', sealed)).toThrow();
    expect(isSealedBy(ring, sealed)).toBe(false);
    expect(isSealedBy(keyRing(suiteNamed('AES_GCM_SHA256'), ring.current), sealed)).toBe(false);
  });

  test('gives the data key that it wrapped', () => {
    const raw = randomBytes(32);
    const key = unwrapDataKey(ring, 'p', sealedByFormat1(secret, 'key|p', raw));
    expect([key.id, key.secret.export()]).toEqual([1, raw]);
  });
});

test('the place of a document names tenant, collection and id, and the account where that is another', () => {
  expect(placeOf('profiles', 'demo:prf_1:x')).toBe('demo|profiles|prf_1:x');
  expect(placeOf('events', 'demo:evt_1', 'acc_1')).toBe('demo|events|evt_1#acc_1');
});

describe('a data key', () => {
  const ring = newKeyRing();
  const stored = (wrapped: Buffer) => Buffer.from(wrapped); // as it is read from the database: another buffer

  test('is unwrapped in its own place alone', () => {
    const { key, wrapped } = createDataKey(ring, 'p');
    expect(unwrapDataKey(ring, 'p', stored(wrapped)).secret.equals(key.secret)).toBe(true);
    expect(() => unwrapDataKey(ring, 'q', stored(wrapped))).toThrow();
    expect(() => unwrapDataKey(newKeyRing(), 'p', stored(wrapped))).toThrow();
    expect(() => openBytes(ring, 'p', wrapped)).toThrow();
    expect(createDataKey(ring, 'p').key.secret.equals(key.secret)).toBe(false);
  });

  test('is wrapped anew where the key or the suite of its tenant is another, and stays itself', () => {
    const { key, wrapped } = createDataKey(ring, 'p');
    expect(rewrapDataKey(ring, 'p', wrapped)).toBe(wrapped);
    for (const now of [keyRing(ring.suite, fresh(2), ring.current), keyRing(suiteNamed('SM4_GCM_SM3'), ring.current)]) {
      const again = rewrapDataKey(now, 'p', stored(wrapped));
      expect(isSealedBy(now, again)).toBe(true);
      expect(unwrapDataKey(now, 'p', stored(again))).toEqual(key);
    }
  });

  test('opens what the one before it sealed, as long as that is kept', () => {
    const before = createDataKey(ring, 'p');
    const after = createDataKey(ring, 'p', before.key);
    expect(after.key.id).toBe(before.key.id + 1);
    const sealed = sealJson(documentKeys(ring, 'p', { key: before.wrapped }), 'e', 1);
    const formerKeys = [{ key: stored(before.wrapped), until: new Date(0) }];
    const now: WrappedKeys = { key: stored(after.wrapped), formerKeys };
    expect(openJson(documentKeys(ring, 'p', now), 'e', sealed)).toBe(1);
    expect(keyIdOf(sealJson(documentKeys(ring, 'p', now), 'e', 1))).toBe(after.key.id);
    expect(() => openJson(documentKeys(ring, 'p', { key: after.wrapped }), 'e', sealed)).toThrow('not known here');
  });
});

test("what makes tokens is node's HMAC, for any message and any key of at most 64 bytes", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(bytes, fc.string({ unit: 'binary', maxLength: 300 }), (raw, message) => {
      const { suite, secret } = newBlindingKey(raw);
      expect(suite.hmac(secret, message)).toEqual(createHmac('sha256', raw).update(message).digest());
    }),
  );
});

describe('what stands for a value', () => {
  const keys = newTenantKeys();

  test('is 22 characters, the same for the same parts under the same key and suite alone', () => {
    expect(blindIndex(keys, 'identifier', 'PHONE', '1')).toMatch(/^[\w-]{22}$/);
    expect(blindIndex(keys, 'a', 'b')).toBe(blindIndex(keys, 'a', 'b'));
    const others = [['ab'], ['a', 'b', ''], ['', 'ab'], ['b', 'a']].map((parts) => blindIndex(keys, ...parts));
    others.push(blindIndex({ ...keys, index: newBlindingKey() }, 'a', 'b'), blindIndex(keys, 'a', 'b'));
    others.push(blindIndex({ ...keys, index: { ...keys.index, suite: suiteNamed('SM4_GCM_SM3') } }, 'a', 'b'));
    expect(new Set(others).size).toBe(others.length);
  });

  test('as an id tells its tag, and depends on the id key', () => {
    const id = derivedUlid(keys, 13, 'PHONE', '1');
    expect(firstByteOfUlid(id)).toBe(13);
    expect(derivedUlid(keys, 7, 'PHONE', '1').slice(2)).toBe(id.slice(2));
    expect(derivedUlid({ ...keys, id: newBlindingKey() }, 13, 'PHONE', '1')).not.toBe(id);
    expect(derivedUlid({ ...keys, index: newBlindingKey() }, 13, 'PHONE', '1')).toBe(id);
  });
});
