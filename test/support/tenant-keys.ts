import { createSecretKey, randomBytes } from 'node:crypto';
import { type BlindingKey, type KeyRing, keyRing, type TenantKeys } from '../../src/platform/seal.js';
import type { SuiteName } from '../../src/platform/suites/suite.js';
import { suiteNamed } from '../../src/platform/suites/suites.js';

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
  return { data: newKeyRing('AES_GCM_SHA256', secret), index: newBlindingKey(secret), id: newBlindingKey(secret) };
}
