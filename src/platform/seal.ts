import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { encodeUlid } from './ids.js';
import { randomBytesOf } from './random.js';

/**
 * Sealed storage. A blob is version (1 byte), suite (1), key id (4), iv (12), tag (16), ciphertext. Additional data
 * binds a blob to its place (`tenant|collection|id`): moved elsewhere, it does not open.
 */
const VERSION = 1;
const SUITE_AES_256_GCM = 1;
const KEY_ID = 1;
const HEADER_BYTES = 6;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const BODY_START = HEADER_BYTES + IV_BYTES + TAG_BYTES;

/** The keys of one tenant, unwrapped: `data` wraps account and profile keys, `index` blinds look-ups, `id` makes account ids and never rotates. */
export interface TenantKeys {
  readonly data: KeyObject;
  readonly index: KeyObject;
  readonly id: KeyObject;
}

/** A data key in clear, and wrapped under the tenant's key as it is stored. */
export interface DataKey {
  readonly key: KeyObject;
  readonly wrapped: Buffer;
}

function header(): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes[0] = VERSION;
  bytes[1] = SUITE_AES_256_GCM;
  bytes.writeUInt32BE(KEY_ID, 2);
  return bytes;
}
const HEADER = header();

/** Seals bytes under a 256-bit key for one place. */
export function sealBytes(key: KeyObject, place: string, clear: Uint8Array): Buffer {
  const blob = Buffer.allocUnsafe(BODY_START + clear.length);
  HEADER.copy(blob);
  const iv = randomBytesOf(IV_BYTES);
  iv.copy(blob, HEADER_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  cipher.update(clear).copy(blob, BODY_START);
  cipher.final();
  cipher.getAuthTag().copy(blob, HEADER_BYTES + IV_BYTES);
  return blob;
}

/** Opens what `sealBytes` made; throws where the key, the place or a byte differs. */
export function openBytes(key: KeyObject, place: string, sealed: Uint8Array): Buffer {
  const blob = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (blob[0] !== VERSION || blob[1] !== SUITE_AES_256_GCM)
    throw new Error(`Sealed value at ${place} has an unknown format.`);
  const iv = blob.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(place));
  decipher.setAuthTag(blob.subarray(HEADER_BYTES + IV_BYTES, BODY_START));
  const clear = decipher.update(blob.subarray(BODY_START));
  decipher.final(); // throws where the tag differs, and gives no byte: GCM has no blocks to fill
  return clear;
}

/** Seals text. */
export function sealText(key: KeyObject, place: string, text: string): Buffer {
  return sealBytes(key, place, Buffer.from(text));
}

/** Opens what `sealText` made. */
export function openText(key: KeyObject, place: string, sealed: Uint8Array): string {
  return openBytes(key, place, sealed).toString('utf8');
}

/** Seals any JSON value. */
export function sealJson(key: KeyObject, place: string, value: unknown): Buffer {
  return sealText(key, place, JSON.stringify(value));
}

/** Opens what `sealJson` made. */
export function openJson(key: KeyObject, place: string, sealed: Uint8Array): unknown {
  return JSON.parse(openText(key, place, sealed));
}

/** The place of a document's blob, as its additional data names it. */
export function placeOf(collection: string, documentKey: string): string {
  const tenantEnd = documentKey.indexOf(':');
  return `${documentKey.slice(0, tenantEnd)}|${collection}|${documentKey.slice(tenantEnd + 1)}`;
}

/** Keys by the very buffer that holds them wrapped: one write unwraps a document's key once, however often it is asked for. */
const unwrapped = new WeakMap<Uint8Array, KeyObject>();

/** A fresh data key for one document, wrapped under `wrapping` for that document alone. */
export function createDataKey(wrapping: KeyObject, place: string): DataKey {
  const raw = randomBytesOf(DATA_KEY_BYTES);
  const key = createSecretKey(raw);
  const wrapped = sealBytes(wrapping, `key|${place}`, raw);
  unwrapped.set(wrapped, key);
  return { key, wrapped };
}

/** The data key that `createDataKey` wrapped. */
export function unwrapDataKey(wrapping: KeyObject, place: string, wrapped: Uint8Array): KeyObject {
  const known = unwrapped.get(wrapped);
  if (known) return known;
  const key = createSecretKey(openBytes(wrapping, `key|${place}`, wrapped));
  unwrapped.set(wrapped, key);
  return key;
}

/** HMAC-SHA-256 (RFC 2104) of a text. */
export function hmacSha256(key: KeyObject, message: string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function hmac128(key: KeyObject, parts: readonly string[]): Buffer {
  return hmacSha256(key, parts.map((part) => `${part.length}:${part}`).join('')).subarray(0, 16);
}

/** What stands for a value in an index: 128 bits of HMAC-SHA-256 under the tenant's index key, as 22 characters. */
export function blindIndex(keys: TenantKeys, ...parts: readonly string[]): string {
  return hmac128(keys.index, parts).toString('base64url');
}

/** A ULID-shaped id that only this tenant derives from these parts; its first byte is `tag` (0 to 255). */
export function derivedUlid(keys: TenantKeys, tag: number, ...parts: readonly string[]): string {
  const bytes = hmac128(keys.id, parts);
  bytes[0] = tag;
  return encodeUlid(bytes);
}
