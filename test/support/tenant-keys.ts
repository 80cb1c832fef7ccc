import { createSecretKey, randomBytes } from 'node:crypto';
import { BARE_ONLY } from '../../src/platform/index-versions.js';
import { type BlindingKey, type KeyRing, keyRing, type TenantKeys } from '../../src/platform/seal.js';
import type { SuiteName } from '../../src/platform/suites/suite.js';
import { suiteNamed } from '../../src/platform/suites/suites.js';

/** What is known of an index key that never gave way. */
export const NEVER_ROTATED = { versions: BARE_ONLY, isInForce: async () => true } as const;

/** A ring of one fresh key, or of the one given. */
export function newKeyRing(suite: SuiteName = 'AES_GCM_SHA256', secret: Uint8Array = randomBytes(32)): KeyRing {
  return keyRing(suiteNamed(suite), { id: 1, secret: createSecretKey(Buffer.from(secret)) });
}

/** A fresh key that makes tokens, or the one given. */
export function newBlindingKey(secret: Uint8Array = randomBytes(32)): BlindingKey {
  return { suite: suiteNamed('AES_GCM_SHA256'), secret: createSecretKey(Buffer.from(secret)) };
}

/** Keys of a tenant, fresh ones or all from one secret. */
export function newTenantKeys(secret?: Buffer): TenantKeys {
  const [data, index, id] = [newKeyRing('AES_GCM_SHA256', secret), newBlindingKey(secret), newBlindingKey(secret)];
  return { data, index, id, ...NEVER_ROTATED };
}
