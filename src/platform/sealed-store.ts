import type { TenantContext } from './context.js';
import { collectionOf, type EntityClass, type Sensitivity } from './entity.js';
import { hide, type Overlays, reveal } from './protect.js';
import { createDataKey, openJson, placeOf, sealJson, unwrapDataKey } from './seal.js';

/** What a sealed document carries besides its own attributes. */
export interface SealedDocument {
  _id: string;
  key: Buffer;
  sealed: Partial<Record<'CORE' | 'IMPORTANT', Buffer>>;
}

const CORE_ONLY: ReadonlySet<Sensitivity> = new Set(['CORE']);
const CORE_AND_IMPORTANT: ReadonlySet<Sensitivity> = new Set(['CORE', 'IMPORTANT']);

/** The data classes that a tenant keeps sealed: CORE always, IMPORTANT where its settings say so. */
export function sealedClasses(ctx: TenantContext): ReadonlySet<Sensitivity> {
  return ctx.settings.sealImportant ? CORE_AND_IMPORTANT : CORE_ONLY;
}

/**
 * Seals a document for storage, in place: CORE values (and IMPORTANT ones, if the tenant says so) go into one blob a
 * class under the document's own data key, their masked forms stay where they were. A document without a key gets one.
 */
export function sealDocument(
  ctx: TenantContext,
  type: EntityClass,
  document: { _id: string; key?: Buffer },
): SealedDocument {
  const place = placeOf(collectionOf(type).collection, document._id);
  const { key, wrapped } = document.key
    ? { key: unwrapDataKey(ctx.keys.data, place, document.key), wrapped: document.key }
    : createDataKey(ctx.keys.data, place);
  const overlays = hide(type, document, sealedClasses(ctx));
  const sealed: SealedDocument['sealed'] = {};
  for (const [sensitivity, overlay] of Object.entries(overlays) as ['CORE' | 'IMPORTANT', object][]) {
    sealed[sensitivity] = sealJson(key, `${place}|${sensitivity}`, overlay);
  }
  return Object.assign(document, { key: wrapped, sealed });
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
  const key = unwrapDataKey(ctx.keys.data, place, document.key);
  const opened = blobs.map(([sensitivity, blob]) => [sensitivity, openJson(key, `${place}|${sensitivity}`, blob)]);
  return Object.fromEntries(opened) as Overlays;
}

/** Opens a stored document, in place: the inverse of `sealDocument` for the classes named. */
export function openDocument<T extends SealedDocument>(
  ctx: TenantContext,
  type: EntityClass,
  document: T,
  classes: ReadonlySet<Sensitivity> = CORE_AND_IMPORTANT,
): T {
  for (const overlay of Object.values(openOverlays(ctx, type, document, classes))) reveal(document, overlay);
  return document;
}

/** A deep copy of plain stored data: sealing works in place, and the clear form is still needed. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)])) as T;
}
