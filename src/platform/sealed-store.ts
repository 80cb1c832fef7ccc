import type { TenantContext } from './context.js';
import { createDataKey, documentKeys, rewrapDataKey, type WrappedKeys } from './data-key.js';
import { collectionOf, type EntityClass, type Sensitivity } from './entity.js';
import { pack } from './packed.js';
import { hide, type Overlays, reveal } from './protect.js';
import { isSealedBy, type KeyRing, keyRing, openText, placeOf, sealText } from './seal.js';

/** What a sealed document carries besides its own attributes. */
export interface SealedDocument extends WrappedKeys {
  _id: string;
  key: Buffer;
  sealed: Partial<Record<'CORE' | 'IMPORTANT', Buffer>>;
}

const CORE_ONLY: ReadonlySet<Sensitivity> = new Set(['CORE']);
const CORE_AND_IMPORTANT: ReadonlySet<Sensitivity> = new Set(['CORE', 'IMPORTANT']);

/** The data classes that a reader may see in clear, of those that may be sealed. */
export function seenClasses(unseen: ReadonlySet<Sensitivity>): ReadonlySet<Sensitivity> {
  return new Set([...CORE_AND_IMPORTANT].filter((sensitivity) => !unseen.has(sensitivity)));
}

/** The data classes that a tenant keeps sealed: CORE always, IMPORTANT where its settings say so. */
export function sealedClasses(ctx: TenantContext): ReadonlySet<Sensitivity> {
  return ctx.settings.sealImportant ? CORE_AND_IMPORTANT : CORE_ONLY;
}

/** What was read from blobs, and where: one whose values stay what they are is written as it was, and not sealed again. */
const opened = new WeakMap<Uint8Array, { readonly place: string; readonly text: string }>();

function sealedOverlay(ring: KeyRing, place: string, overlay: object, before: Buffer | undefined): Buffer {
  const text = JSON.stringify(overlay);
  const known = before && isSealedBy(ring, before) ? opened.get(before) : undefined;
  return before && known?.place === place && known.text === text ? before : sealText(ring, place, text);
}

function openedOverlay(ring: KeyRing, place: string, blob: Buffer): Record<string, unknown> {
  const text = openText(ring, place, blob);
  opened.set(blob, { place, text });
  return JSON.parse(text) as Record<string, unknown>;
}

/**
 * The stored form of a document: CORE values (and IMPORTANT ones, if the tenant says so) in one sealed blob a class
 * under the document's own data key, their masked forms where they were, packed attributes in one blob. A document
 * without a key gets one; blobs and the wrapped key that it brings from its last reading are kept where they still hold
 * its values and would be sealed so now. The document given stays as it is.
 */
export function sealDocument<T extends { _id: string } & Partial<WrappedKeys & Pick<SealedDocument, 'sealed'>>>(
  ctx: TenantContext,
  type: EntityClass,
  document: T,
): T & SealedDocument {
  const place = placeOf(collectionOf(type).collection, document._id);
  const { ring, wrapped } = keysFor(ctx.keys.data, place, document);
  const before = document.key ? document.sealed : undefined; // blobs of another key would not open
  const { masked, overlays } = hide(type, document, sealedClasses(ctx));
  const sealed: SealedDocument['sealed'] = {};
  for (const [sensitivity, overlay] of Object.entries(overlays) as ['CORE' | 'IMPORTANT', object][]) {
    sealed[sensitivity] = sealedOverlay(ring, `${place}|${sensitivity}`, overlay, before?.[sensitivity]);
  }
  return pack(ctx.keys, type, Object.assign(masked, { key: wrapped, sealed }));
}

function keysFor(wrapping: KeyRing, place: string, { key }: Partial<WrappedKeys>): { ring: KeyRing; wrapped: Buffer } {
  if (key) {
    const wrapped = rewrapDataKey(wrapping, place, key);
    return { ring: documentKeys(wrapping, place, { key: wrapped }), wrapped };
  }
  const made = createDataKey(wrapping, place);
  return { ring: keyRing(wrapping.suite, made.key), wrapped: made.wrapped };
}

/** The clear values of a stored document, by class; `classes` names those to open. */
export function openOverlays(
  ctx: TenantContext,
  type: EntityClass,
  document: SealedDocument,
  classes: ReadonlySet<Sensitivity> = CORE_AND_IMPORTANT,
): Overlays {
  const place = placeOf(collectionOf(type).collection, document._id);
  const blobs = (Object.entries(document.sealed) as ['CORE' | 'IMPORTANT', Buffer][]).filter(([sensitivity]) =>
    classes.has(sensitivity),
  );
  if (blobs.length === 0) return {};
  const ring = documentKeys(ctx.keys.data, place, document);
  return Object.fromEntries(
    blobs.map(([sensitivity, blob]) => [sensitivity, openedOverlay(ring, `${place}|${sensitivity}`, blob)]),
  ) as Overlays;
}

/** Opens a stored document, in place: the inverse of `sealDocument` for the classes named. */
export function openDocument<T extends SealedDocument>(
  ctx: TenantContext,
  type: EntityClass,
  document: T,
  classes: ReadonlySet<Sensitivity> = CORE_AND_IMPORTANT,
): T {
  const overlays = openOverlays(ctx, type, document, classes);
  for (const overlay of Object.values(overlays)) reveal(document, overlay);
  if (overlays.CORE) openedCore.set(document, overlays.CORE);
  return document;
}

const openedCore = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** The CORE values that `openDocument` put into a document, by their places; undefined where it put none. */
export function coreOf(document: object): Readonly<Record<string, unknown>> | undefined {
  return openedCore.get(document);
}

/**
 * The fields of a sealed document that differ from those last read, so that the rest need not be written. `clear` is what
 * was sealed, `before` what was read, opened. Where the same blobs hold the same clear values, the masks are the same.
 */
export function changedFields(
  { _id, key, ...fields }: SealedDocument & object,
  clear: object,
  before: SealedDocument & object,
): Record<string, unknown> {
  const isSealedAlike = isSameValue(fields.sealed, before.sealed);
  const [now, then] = [clear as Record<string, unknown>, before as unknown as Record<string, unknown>];
  const isChanged = (name: string) => !isSealedAlike || !isSameValue(now[name] ?? fieldOf(fields, name), then[name]);
  const changed = Object.entries(fields).filter(([name]) => isChanged(name));
  return Object.fromEntries(key === before.key ? changed : [...changed, ['key', key]]);
}

function fieldOf(fields: object, name: string): unknown {
  return (fields as Record<string, unknown>)[name];
}

function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return false; // another blob, or the same
  if (a instanceof Date || b instanceof Date) return Number(a) === Number(b);
  const [keysA, keysB] = [Object.keys(a), Object.keys(b)];
  return (
    keysA.length === keysB.length &&
    keysA.every((key) => Object.hasOwn(b, key) && isSameValue(fieldOf(a, key), fieldOf(b, key)))
  );
}
