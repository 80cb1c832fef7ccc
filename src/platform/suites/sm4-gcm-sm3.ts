import { createCipheriv, createHash, createHmac, getCiphers, getHashes, type KeyObject } from 'node:crypto';
import { sm2, sm3, sm4 } from 'sm-crypto-v2';
import type { SealedParts, Suite } from './suite.js';

const KEY_BYTES = 16;
const SIGNATURE_BYTES = 64;
const KEY_LABEL = 'tributary sm4-gcm key';
/** SubjectPublicKeyInfo (RFC 5480) of an uncompressed point of SM2's curve, up to the point. */
const PUBLIC_KEY_HEAD = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');

/** OpenSSL may be built without SM3: then the package computes it, more slowly. */
const isNative = getHashes().includes('sm3');
/** So may it be without SM4. */
const hasBlocks = getCiphers().includes('sm4-ecb');

function hash(message: string | Uint8Array): Buffer {
  if (isNative) return createHash('sm3').update(message).digest();
  return Buffer.from(sm3(Buffer.from(message)), 'hex');
}

function hmac(secret: KeyObject, message: string | Uint8Array): Buffer {
  if (isNative) return createHmac('sm3', secret).update(message).digest();
  return Buffer.from(sm3(Buffer.from(message), { mode: 'hmac', key: secret.export() }), 'hex');
}

/** SM4 has keys of 128 bits: what each secret gives is kept as long as the secret itself. */
const cipherKeys = new WeakMap<KeyObject, Buffer>();

function cipherKey(secret: KeyObject): Buffer {
  const known = cipherKeys.get(secret);
  if (known) return known;
  const key = hmac(secret, KEY_LABEL).subarray(0, KEY_BYTES);
  cipherKeys.set(secret, key);
  return key;
}

/** SM4-GCM (RFC 8998, section 3.2) under a key of 16 bytes. */
export function sealSm4Gcm(
  key: Buffer,
  iv: Buffer,
  associatedData: Buffer,
  clear: Uint8Array,
  { tag, ciphertext }: SealedParts,
): void {
  const sealed = sm4.encrypt(clear, key, { mode: 'gcm', output: 'array', outputTag: true, iv, associatedData });
  ciphertext.set(sealed.output);
  tag.set(sealed.tag ?? []);
}

/** The inverse of `sealSm4Gcm`; throws where the tag differs. */
export function openSm4Gcm(key: Buffer, iv: Buffer, associatedData: Buffer, { tag, ciphertext }: SealedParts): Buffer {
  const options: object = { mode: 'gcm', output: 'array', iv, associatedData, tag };
  return Buffer.from(sm4.decrypt(ciphertext, key, options as { output: 'array' }));
}

/**
 * SM4-GCM (GB/T 32907, RFC 8998), SM3 (GB/T 32905) and SM2 signatures (GB/T 32918.2, with the identity that GM/T 0009
 * gives signers without one). Of these Node has SM3 alone: its signatures on SM2's curve are ECDSA.
 */
export const SM4_GCM_SM3: Suite = {
  name: 'SM4_GCM_SM3',
  number: 2,
  hashName: 'SM3',
  signatureName: 'SM2',

  seal: (secret, iv, additional, clear, blob) => sealSm4Gcm(cipherKey(secret), iv, additional, clear, blob),

  open: (secret, iv, additional, blob) => openSm4Gcm(cipherKey(secret), iv, additional, blob),

  hash,
  hmac,

  blockCipher(secret) {
    const key = cipherKey(secret);
    if (!hasBlocks)
      return (blocks) => Buffer.from(sm4.encrypt(blocks, key, { mode: 'ecb', padding: 'none', output: 'array' }));
    const cipher = createCipheriv('sm4-ecb', key, null).setAutoPadding(false);
    return (blocks) => cipher.update(blocks);
  },

  newSigningPair() {
    const { privateKey, publicKey } = sm2.generateKeyPairHex();
    return {
      privateKey: Buffer.from(privateKey, 'hex'),
      publicKey: Buffer.concat([PUBLIC_KEY_HEAD, Buffer.from(publicKey, 'hex')]),
    };
  },

  sign: (privateKey, message) =>
    Buffer.from(sm2.doSignature(message, privateKey.toString('hex'), { hash: true }), 'hex'),

  verify(publicKey, message, signature) {
    const head = publicKey.subarray(0, PUBLIC_KEY_HEAD.length);
    if (signature.length !== SIGNATURE_BYTES || !head.equals(PUBLIC_KEY_HEAD)) return false;
    const point = publicKey.subarray(PUBLIC_KEY_HEAD.length).toString('hex');
    try {
      return sm2.doVerifySignature(message, Buffer.from(signature).toString('hex'), point, { hash: true });
    } catch {
      return false; // numbers out of range, or no point of the curve
    }
  },
};
