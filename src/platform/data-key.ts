import { createSecretKey } from 'node:crypto';
import { randomBytesOf } from './random.js';
import { isSealedBy, type KeyRing, openBytes, type SealingKey, sealBytes } from './seal.js';

const ID_BYTES = 4;
const SECRET_BYTES = 32;
const FIRST_ID = 1;

/** A data key that another has replaced, wrapped: what was sealed under it opens until all of that is sealed again. */
export interface FormerKey {
  readonly key: Buffer;
  readonly until: Date;
}

/** A document's wrapped data keys. */
export interface WrappedKeys {
  readonly key: Buffer;
  readonly formerKeys?: readonly FormerKey[];
}

/** A data key in clear, and wrapped under the tenant's key as it is stored. */
export interface DataKey {
  readonly key: SealingKey;
  readonly wrapped: Buffer;
}

/** Keys by the very buffer that holds them wrapped: one write unwraps a document's key once, however often it is asked for. */
const unwrapped = new WeakMap<Uint8Array, SealingKey>();

function placeOfKey(place: string): string {
  return `key|${place}`;
}

function wrap(wrapping: KeyRing, place: string, key: SealingKey): DataKey {
  const clear = Buffer.alloc(ID_BYTES + SECRET_BYTES);
  clear.writeUInt32BE(key.id);
  key.secret.export().copy(clear, ID_BYTES);
  const wrapped = sealBytes(wrapping, placeOfKey(place), clear);
  clear.fill(0);
  unwrapped.set(wrapped, key);
  return { key, wrapped };
}

/** A fresh data key for one document, wrapped under the tenant's key for that document alone; of several the next. */
export function createDataKey(wrapping: KeyRing, place: string, before?: SealingKey): DataKey {
  const raw = randomBytesOf(SECRET_BYTES);
  return wrap(wrapping, place, { id: before ? before.id + 1 : FIRST_ID, secret: createSecretKey(raw) });
}

/** The data key that `createDataKey` wrapped. */
export function unwrapDataKey(wrapping: KeyRing, place: string, wrapped: Uint8Array): SealingKey {
  const known = unwrapped.get(wrapped);
  if (known) return known;
  const key = keyIn(openBytes(wrapping, placeOfKey(place), wrapped));
  unwrapped.set(wrapped, key);
  return key;
}

/** The first format wrapped the secret alone: it was the only one of its document. */
function keyIn(clear: Buffer): SealingKey {
  if (clear.length === SECRET_BYTES) return { id: FIRST_ID, secret: createSecretKey(clear) };
  return { id: clear.readUInt32BE(), secret: createSecretKey(clear.subarray(ID_BYTES)) };
}

/** A wrapped key as it would be wrapped now: the same one where it is so already. */
export function rewrapDataKey(wrapping: KeyRing, place: string, wrapped: Buffer): Buffer {
  if (isSealedBy(wrapping, wrapped)) return wrapped;
  return wrap(wrapping, place, unwrapDataKey(wrapping, place, wrapped)).wrapped;
}

/** The ring of a document's own keys; former ones are unwrapped where a blob names them. */
export function documentKeys(wrapping: KeyRing, place: string, { key, formerKeys = [] }: WrappedKeys): KeyRing {
  const current = unwrapDataKey(wrapping, place, key);
  const former = (id: number) =>
    formerKeys.map((one) => unwrapDataKey(wrapping, place, one.key)).find((one) => one.id === id);
  return { suite: wrapping.suite, current, find: (id) => (id === current.id ? current : former(id)) };
}
