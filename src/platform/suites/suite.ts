import type { KeyObject } from 'node:crypto';

/** The suites that a tenant may choose between. */
export const SUITE_NAMES = ['AES_GCM_SHA256', 'SM4_GCM_SM3'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/** A pair to sign with: the private key as the suite stores it, the public one as SubjectPublicKeyInfo (RFC 5480). */
export interface SigningPair {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
}

/**
 * The algorithms that are used together. A secret is 32 bytes whatever the suite, so that one secret serves for what was
 * sealed before its tenant chose another suite.
 */
export interface Suite {
  readonly name: SuiteName;
  /** Stands in every blob that the suite has sealed. */
  readonly number: number;
  /** Its hash function and its signatures, as standards name them. */
  readonly hashName: string;
  readonly signatureName: string;
  /** Encrypts `clear` into the end of `blob`, after its tag of 16 bytes; the IV has 12. */
  seal(secret: KeyObject, iv: Buffer, additional: Buffer, clear: Uint8Array, blob: SealedParts): void;
  /** What was sealed; throws where the secret, the additional data or a byte differs. */
  open(secret: KeyObject, iv: Buffer, additional: Buffer, blob: SealedParts): Buffer;
  /** 32 bytes. */
  hash(message: string | Uint8Array): Buffer;
  /** 32 bytes (RFC 2104). */
  hmac(secret: KeyObject, message: string | Uint8Array): Buffer;
  /** Encrypts blocks of 16 bytes, each by itself: for what permutes tokens, and nothing else. */
  blockCipher(secret: KeyObject): (blocks: Buffer) => Buffer;
  newSigningPair(): SigningPair;
  /** 64 bytes. */
  sign(privateKey: Buffer, message: Uint8Array): Buffer;
  verify(publicKey: Buffer, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Where in a blob the tag and the ciphertext stand. */
export interface SealedParts {
  readonly tag: Buffer;
  readonly ciphertext: Buffer;
}
