import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import type { Suite } from './suite.js';

const TAG_BYTES = 16;

/** AES-256-GCM (NIST SP 800-38D), SHA-256 (FIPS 180-4) and Ed25519 (RFC 8032), all by node:crypto. */
export const AES_GCM_SHA256: Suite = {
  name: 'AES_GCM_SHA256',
  number: 1,
  hashName: 'SHA-256',
  signatureName: 'Ed25519',

  seal(secret, iv, additional, clear, { tag, ciphertext }) {
    const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(additional);
    cipher.update(clear).copy(ciphertext);
    cipher.final();
    cipher.getAuthTag().copy(tag);
  },

  open(secret, iv, additional, { tag, ciphertext }) {
    const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: TAG_BYTES }).setAAD(additional);
    decipher.setAuthTag(tag);
    const clear = decipher.update(ciphertext);
    decipher.final(); // throws where the tag differs, and gives no byte: GCM has no blocks to fill
    return clear;
  },

  hash: (message) => createHash('sha256').update(message).digest(),

  hmac: (secret, message) => createHmac('sha256', secret).update(message).digest(),

  blockCipher(secret) {
    const cipher = createCipheriv('aes-256-ecb', secret, null).setAutoPadding(false);
    return (blocks) => cipher.update(blocks);
  },

  newSigningPair() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    return {
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
      publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    };
  },

  sign: (privateKey, message) =>
    sign(null, message, createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' })),

  verify: (publicKey, message, signature) =>
    verify(null, message, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), signature),
};
