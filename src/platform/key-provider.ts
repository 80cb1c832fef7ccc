import { createSecretKey, type KeyObject } from 'node:crypto';
import { keyIdOf, keyRing, openBytes, type SealingKey, sealBytes } from './seal.js';
import { AES_GCM_SHA256 } from './suites/aes-gcm-sha256.js';
import type { Suite } from './suites/suite.js';

const ID_LABEL = 'tributary master key id';
/** Stood in every blob of the first format, whichever master key had wrapped it. */
const ID_OF_ANY = 1;

/** Wraps and unwraps tenants' keys under master keys that it alone holds: a key management service. */
export interface KeyProvider {
  /** Wraps under the current master key, for one place. */
  wrap(suite: Suite, place: string, clear: Uint8Array): Promise<Buffer>;
  /** Unwraps by the master key that the wrapped bytes name; throws where it is not here. */
  unwrap(place: string, wrapped: Buffer): Promise<Buffer>;
  /** Whether bytes are wrapped under the current master key. */
  isCurrent(wrapped: Buffer): boolean;
}

function withId(secret: KeyObject): SealingKey {
  return { id: AES_GCM_SHA256.hmac(secret, ID_LABEL).readUInt32BE(), secret };
}

/** Secrets as the configuration has them. */
export interface MasterSecrets {
  readonly masterKey: Buffer;
  readonly formerMasterKeys?: readonly Buffer[];
}

/** The master keys of a configuration. */
export function masterKeysOf({ masterKey, formerMasterKeys = [] }: MasterSecrets): KeyProvider {
  return new LocalKeys(createSecretKey(masterKey), formerMasterKeys.map(createSecretKey));
}

/** Master keys in the memory of this process, as the environment or a file gives them: the current one, and former ones that still unwrap. */
export class LocalKeys implements KeyProvider {
  private readonly current: SealingKey;
  private readonly former: readonly SealingKey[];

  constructor(current: KeyObject, former: readonly KeyObject[] = []) {
    this.current = withId(current);
    this.former = former.map(withId);
  }

  async wrap(suite: Suite, place: string, clear: Uint8Array): Promise<Buffer> {
    return sealBytes(keyRing(suite, this.current), place, clear);
  }

  async unwrap(place: string, wrapped: Buffer): Promise<Buffer> {
    const ring = (key: SealingKey) => keyRing(AES_GCM_SHA256, key);
    if (keyIdOf(wrapped) !== ID_OF_ANY)
      return openBytes(keyRing(AES_GCM_SHA256, this.current, ...this.former), place, wrapped);
    for (const { secret } of this.former) {
      try {
        return openBytes(ring({ id: ID_OF_ANY, secret }), place, wrapped);
      } catch {
        // another one's
      }
    }
    return openBytes(ring({ id: ID_OF_ANY, secret: this.current.secret }), place, wrapped);
  }

  isCurrent(wrapped: Buffer): boolean {
    return keyIdOf(wrapped) === this.current.id;
  }
}
