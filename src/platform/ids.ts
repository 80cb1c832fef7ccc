import { hash } from 'node:crypto';
import { randomBytesOf } from './random.js';

/** Stands where a tenant does in the keys of what belongs to none: no tenant can have this name. */
export const PLATFORM = 'platform';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS_PER_CHAR = 5;

/** Sixteen bytes as the 26 Crockford characters of a ULID. */
export function encodeUlid(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 2; // 26 characters hold 130 bits: the first two are zero
  for (let i = 0; i < 16; i += 1) {
    buffer = (buffer << 8) | (bytes[i] ?? 0);
    bits += 8;
    while (bits >= BITS_PER_CHAR) {
      bits -= BITS_PER_CHAR;
      text += CROCKFORD[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}

/** The first byte of a ULID's sixteen, or undefined where the text is no ULID. */
export function firstByteOfUlid(ulid: string): number | undefined {
  if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(ulid)) return undefined;
  return (CROCKFORD.indexOf(ulid.charAt(0)) << 5) | CROCKFORD.indexOf(ulid.charAt(1));
}

/** A time-ordered id: 48 bits of milliseconds, then 80 random bits. */
export function ulid(at: Date): string {
  const bytes = randomBytesOf(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  return encodeUlid(bytes);
}

/** No id made at that time or later comes before it, and none made before it comes after. */
export function firstUlidAt(at: Date): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(at.getTime(), 0, 6);
  return encodeUlid(bytes);
}

/** An id that is the same for the same parts, for anyone: parts are length-prefixed, so that none runs into the next. */
export function hashedUlid(...parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  return encodeUlid(hash('sha256', text, 'buffer'));
}

/** An id in the order of time that is the same for the same instant and parts, for anyone. */
export function timedUlid(at: Date, ...parts: readonly string[]): string {
  const text = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('');
  const bytes = Buffer.from(hash('sha256', text, 'buffer').subarray(0, 16));
  bytes.writeUIntBE(at.getTime(), 0, 6);
  return encodeUlid(bytes);
}

const WIRE_ID = /^([a-z]{3})_([0-7][0-9A-HJKMNP-TV-Z]{25})$/;

/** The kind (`prf`, `acc`, `evt` ...) of a well-formed id on the wire, or undefined. */
export function kindOfId(id: string): string | undefined {
  return WIRE_ID.exec(id)?.[1];
}

/** The stored key of a wire id: the tenant comes first in every `_id`. */
export function keyOf(tenantId: string, id: string): string {
  return `${tenantId}:${id}`;
}

/** The wire id of a stored key; a tenant id never holds a colon. */
export function idOf(key: string): string {
  return key.slice(key.indexOf(':') + 1);
}
