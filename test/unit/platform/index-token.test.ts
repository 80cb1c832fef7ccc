import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  coverParts,
  coverToken,
  formsOf,
  isCurrentForm,
  isGivingWay,
  isKnownForm,
  uncoverParts,
  uncoverToken,
  uncoverTokens,
} from '../../../src/platform/index-token.js';
import { BARE_ONLY, type IndexVersion, versionsOf } from '../../../src/platform/index-versions.js';
import type { TenantKeys } from '../../../src/platform/seal.js';
import { SUITE_NAMES, type SuiteName } from '../../../src/platform/suites/suite.js';
import { suiteNamed } from '../../../src/platform/suites/suites.js';
import { newTenantKeys } from '../../support/tenant-keys.js';

const versionOf = (id: number, suite: SuiteName = 'AES_GCM_SHA256', fill = id): IndexVersion => ({
  id,
  cipher: suiteNamed(suite).blockCipher(createSecretKey(Buffer.alloc(32, fill))),
});
const [BARE, SECOND, THIRD] = [BARE_ONLY.current, versionOf(2), versionOf(3)] as const;
const keysOf = (inForce: number, from: number, all = [BARE, SECOND, THIRD]): TenantKeys => ({
  ...newTenantKeys(Buffer.alloc(32)),
  versions: versionsOf(all, inForce, from),
});
const TOKEN = 'abcdefghijklmnopqrst-_';

describe.each(SUITE_NAMES)('a version by %s', (suite) => {
  const version = versionOf(2, suite);

  test.each([2, 6, 8, 11, 22, 28])('permutes texts of %i characters among themselves, and back', (length) => {
    const texts = Array.from(
      { length: 64 },
      (_, n) => `${'-Az9_'.repeat(6)}`.slice(0, length - 1) + String.fromCharCode(65 + (n % 26)),
    );
    const covers = coverParts(version, texts);
    for (const cover of covers) expect(cover).toMatch(new RegExp(`^[\\w-]{${length}}$`));
    expect(new Set(covers).size).toBe(new Set(texts).size);
    expect(uncoverParts(version, covers)).toEqual(texts);
    expect(coverParts(version, texts)).toEqual(covers);
    expect(coverParts(versionOf(2, suite, 9), texts)).not.toEqual(covers);
  });

  test('goes through a small domain as a permutation', () => {
    const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
    const all = alphabet.flatMap((a) => alphabet.map((b) => a + b));
    const covers = coverParts(version, all);
    expect(new Set(covers).size).toBe(all.length);
    expect(covers.filter((cover, at) => cover === all[at]).length).toBeLessThan(12);
  });
});

describe('stored tokens', () => {
  test('are bare under the first version, and name any other', () => {
    expect(coverToken(keysOf(1, 1), TOKEN)).toBe(TOKEN);
    expect(coverToken(keysOf(2, 1), TOKEN)).toMatch(/^2\.[\w-]{22}$/);
    expect(coverToken(keysOf(2, 1), TOKEN)).not.toContain(TOKEN);
    expect(coverToken(keysOf(3, 1), TOKEN).slice(2)).not.toBe(coverToken(keysOf(2, 1), TOKEN).slice(2));
  });

  test('may be in the form of each version that is asked for, the oldest first', () => {
    const keys = keysOf(3, 2);
    const forms = formsOf(keys, TOKEN);
    expect(forms.map((form) => form.slice(0, 2))).toEqual(['2.', '3.']);
    expect(uncoverTokens(keys, [...forms, TOKEN, ...forms])).toEqual(Array(5).fill(TOKEN));
    expect(forms.map((form) => isCurrentForm(keys, form))).toEqual([false, true]);
    expect([isGivingWay(keys), isGivingWay(keysOf(3, 3)), formsOf(keysOf(3, 3), TOKEN)]).toEqual([
      true,
      false,
      forms.slice(1),
    ]);
  });

  test('of a version that is not known are an error with a code', () => {
    const stored = coverToken(keysOf(3, 3), TOKEN);
    const old = keysOf(2, 1, [BARE, SECOND]);
    expect(isKnownForm(old, stored)).toBe(false);
    expect(() => uncoverToken(old, stored)).toThrow(expect.objectContaining({ code: 'SERVICE_UNAVAILABLE' }));
  });

  test('what is no token is refused', () => {
    expect(() => coverToken(keysOf(2, 1), 'a+b')).toThrow('no token');
    expect(() => coverToken(keysOf(2, 1), 'a'.repeat(29))).toThrow('too long');
  });
});
