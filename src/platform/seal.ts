import type { KeyObject } from 'node:crypto';
import { AppError } from './errors.js';
import { encodeUlid } from './ids.js';
import type { IndexVersions } from './index-versions.js';
import { randomBytesOf } from './random.js';
import type { SealedParts, Suite } from './suites/suite.js';
import { suiteNumbered } from './suites/suites.js';

/**
 * Sealed storage. A blob is format (1 byte), suite (1), key id (4), iv (12), tag (16), ciphertext. Additional data are
 * those first six bytes and the blob's place (`tenant|collection|id`, with `#account` where that is not the id): moved
 * elsewhere, or told to be another key's or suite's, it does not open. Format 1 bound the place alone, without account.
 */
const FORMAT = 2;
const FORMAT_OF_PLACE_ALONE = 1;
const HEADER_BYTES = 6;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const TAG_START = HEADER_BYTES + IV_BYTES;
const BODY_START = TAG_START + TAG_BYTES;
const ACCOUNT_MARK = '#';

/** A secret of 32 bytes, and the id by which blobs name it. */
export interface SealingKey {
  readonly id: number;
  readonly secret: KeyObject;
}

/** Keys of one purpose: what is new is sealed under `current` by `suite`, what is stored names its key and its suite. */
export interface KeyRing {
  readonly suite: Suite;
  readonly current: SealingKey;
  find(id: number): SealingKey | undefined;
}

/** A key that makes tokens: they stay the same, so it keeps the suite that it began with. */
export interface BlindingKey {
  readonly suite: Suite;
  readonly secret: KeyObject;
}

/** The keys of one tenant, unwrapped: `data` wraps account and profile keys, `index` blinds look-ups, `id` makes account ids and never rotates. */
export interface TenantKeys {
  readonly data: KeyRing;
  readonly index: BlindingKey;
  readonly id: BlindingKey;
  /** Under what tokens of the index key are stored. */
  readonly versions: IndexVersions;
  /** Whether a version is the one in force still, as of twenty seconds ago at most: asked after a write under it. */
  isInForce(versionId: number): Promise<boolean>;
}

/** A ring of these keys, of which the first is current. */
export function keyRing(suite: Suite, current: SealingKey, ...former: readonly SealingKey[]): KeyRing {
  const all = [current, ...former];
  return { suite, current, find: (id) => all.find((key) => key.id === id) };
}

function additionalData(blob: Buffer, place: string): Buffer {
  const additional = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(place));
  blob.copy(additional, 0, 0, HEADER_BYTES);
  additional.write(place, HEADER_BYTES);
  return additional;
}

function partsOf(blob: Buffer): SealedParts {
  return { tag: blob.subarray(TAG_START, BODY_START), ciphertext: blob.subarray(BODY_START) };
}

/** Seals bytes for one place. */
export function sealBytes({ suite, current }: KeyRing, place: string, clear: Uint8Array): Buffer {
  const blob = Buffer.allocUnsafe(BODY_START + clear.length);
  blob[0] = FORMAT;
  blob[1] = suite.number;
  blob.writeUInt32BE(current.id, 2);
  randomBytesOf(IV_BYTES).copy(blob, HEADER_BYTES);
  const iv = blob.subarray(HEADER_BYTES, TAG_START);
  suite.seal(current.secret, iv, additionalData(blob, place), clear, partsOf(blob));
  return blob;
}

/** Opens what `sealBytes` made; throws where the key, the place or a byte differs. */
export function openBytes(ring: KeyRing, place: string, sealed: Uint8Array): Buffer {
  const blob = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  const suite = blob[1] === ring.suite.number ? ring.suite : suiteNumbered(blob[1]);
  if (!suite || blob.length < BODY_START) throw new Error(`Sealed value at ${place} has an unknown format.`);
  const additional = boundBy(blob, place);
  const key = ring.find(keyIdOf(blob));
  if (!key) throw new AppError('SERVICE_UNAVAILABLE', 'A value is sealed under a key that is not known here.');
  return suite.open(key.secret, blob.subarray(HEADER_BYTES, TAG_START), additional, partsOf(blob));
}

function boundBy(blob: Buffer, place: string): Buffer {
  if (blob[0] === FORMAT) return additionalData(blob, place);
  if (blob[0] === FORMAT_OF_PLACE_ALONE) return Buffer.from(place.split(ACCOUNT_MARK, 1)[0] ?? '');
  throw new Error(`Sealed value at ${place} has an unknown format.`);
}

/** The id of the key that a blob is sealed under. */
export function keyIdOf(blob: Buffer): number {
  return blob.readUInt32BE(2);
}

/** Whether a blob is as it would be sealed now: in this format, by the ring's suite, under its current key. */
export function isSealedBy({ suite, current }: KeyRing, blob: Buffer): boolean {
  return blob[0] === FORMAT && blob[1] === suite.number && keyIdOf(blob) === current.id;
}

/** Seals text. */
export function sealText(ring: KeyRing, place: string, text: string): Buffer {
  return sealBytes(ring, place, Buffer.from(text));
}

/** Opens what `sealText` made. */
export function openText(ring: KeyRing, place: string, sealed: Uint8Array): string {
  return openBytes(ring, place, sealed).toString('utf8');
}

/** Seals any JSON value. */
export function sealJson(ring: KeyRing, place: string, value: unknown): Buffer {
  return sealText(ring, place, JSON.stringify(value));
}

/** Opens what `sealJson` made. */
export function openJson(ring: KeyRing, place: string, sealed: Uint8Array): unknown {
  return JSON.parse(openText(ring, place, sealed));
}

/** The place of a document's blob, as its additional data names it; with the account it belongs to, where its id does not name that. */
export function placeOf(collection: string, documentKey: string, accountId?: string): string {
  const tenantEnd = documentKey.indexOf(':');
  const place = `${documentKey.slice(0, tenantEnd)}|${collection}|${documentKey.slice(tenantEnd + 1)}`;
  return accountId === undefined ? place : `${place}${ACCOUNT_MARK}${accountId}`;
}

function hmac128({ suite, secret }: BlindingKey, parts: readonly string[]): Buffer {
  return suite.hmac(secret, parts.map((part) => `${part.length}:${part}`).join('')).subarray(0, 16);
}

/** What stands for a value in an index: 128 bits of its HMAC under the tenant's index key, as 22 characters. */
export function blindIndex(keys: TenantKeys, ...parts: readonly string[]): string {
  return hmac128(keys.index, parts).toString('base64url');
}

/** A ULID-shaped id that only this tenant derives from these parts; its first byte is `tag` (0 to 255). */
export function derivedUlid(keys: TenantKeys, tag: number, ...parts: readonly string[]): string {
  const bytes = hmac128(keys.id, parts);
  bytes[0] = tag;
  return encodeUlid(bytes);
}

/** A secret of 32 bytes that only this tenant derives from these parts. */
export function derivedSecret({ id }: TenantKeys, ...parts: readonly string[]): Buffer {
  return id.suite.hmac(id.secret, `secret${parts.map((part) => `${part.length}:${part}`).join('')}`);
}
