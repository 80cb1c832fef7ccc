import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

/** RFC 8410: what stands before the 32 bytes of an Ed25519 public key in its SubjectPublicKeyInfo. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs the heads of one log. */
export interface HeadSigner {
  readonly publicKey: string;
  /** The signature of a text, as base64. */
  sign(text: string): string;
}

/** Ed25519 (RFC 8032), by the key in PKCS #8. */
export class Ed25519Signer implements HeadSigner {
  readonly publicKey: string;
  private readonly key: KeyObject;

  constructor(pkcs8: Buffer) {
    this.key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    this.publicKey = rawOf(createPublicKey(this.key)).toString('base64');
  }

  /** A new key, in PKCS #8. */
  static newKey(): Buffer {
    return generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' });
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.key).toString('base64');
  }
}

/** Whether a signature holds for a text, by a raw public key as base64; false as well where one of them is malformed. */
export function isSigned(text: string, signature: string, publicKey: string): boolean {
  try {
    const der = Buffer.concat([SPKI_PREFIX, Buffer.from(publicKey, 'base64')]);
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function rawOf(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}
