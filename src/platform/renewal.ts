import type { TenantContext } from './context.js';
import { createDataKey, documentKeys, type FormerKey, rewrapDataKey } from './data-key.js';
import type { UpdateOperation } from './database.js';
import { collectionOf, type EntityClass } from './entity.js';
import { AppError } from './errors.js';
import { randomBytesOf } from './random.js';
import { isSealedBy, type KeyRing, openBytes, placeOf, sealBytes } from './seal.js';
import type { SealedDocument } from './sealed-store.js';
import type { StoredRow } from './tenant-documents.js';

export type SealedRow = StoredRow;

/** What is asked of a pass over sealed documents, besides that they be as they would be sealed now. */
export interface RenewalOrder {
  /** Whether each document's own key gives way to a fresh one. */
  readonly newKeys: boolean;
  /** Former keys of documents that gave way before this are dropped; none where it is null. */
  readonly dropBefore: Date | null;
}

/** A document that is not as it would be sealed now, and what makes it so. */
export interface Renewal {
  readonly operation: UpdateOperation;
  /** Whether a document read later has been renewed by this. */
  isDone(row: SealedRow): boolean;
}

/** What is to be renewed of some documents, and how many hold what no key opens. */
export interface Renewals {
  readonly renewals: readonly Renewal[];
  readonly unreadable: number;
}

/** A collection that holds sealed values or wrapped keys. */
export interface SealedCollection {
  readonly type: EntityClass;
  /** Whether its documents have keys of their own. */
  readonly hasKeys: boolean;
  renew(ctx: TenantContext, rows: readonly SealedRow[], order: RenewalOrder): Promise<Renewals>;
}

type Renew = (row: SealedRow) => Renewal | undefined;

/** The renewals of documents one by one; what doesn't open is counted, since it will not by being tried again. */
export function renewalsOf(rows: readonly SealedRow[], renew: Renew): Renewals {
  let unreadable = 0;
  const renewals = rows.flatMap((row) => {
    try {
      const renewal = renew(row);
      return renewal ? [renewal] : [];
    } catch (error) {
      if (error instanceof AppError) throw error;
      unreadable += 1;
      return [];
    }
  });
  return { renewals, unreadable };
}

/** The renewal of one blob of a document; undefined where it needs none. */
export function renewedField(row: SealedRow, field: string, ring: KeyRing, place: string): Renewal | undefined {
  const blob = row[field] as Buffer | null | undefined;
  if (!blob || isSealedBy(ring, blob)) return undefined;
  const sealed = sealBytes(ring, place, openBytes(ring, place, blob));
  return {
    operation: { filter: { _id: row._id, [field]: blob }, update: { $set: { [field]: sealed } } },
    isDone: (now) => sealed.equals(now[field] as Buffer),
  };
}

/** A collection with one blob a document, sealed under the tenant's data key, for the account that `accountOf` names. */
export function sealedByTenant(
  type: EntityClass,
  field: string,
  accountOf: (row: SealedRow) => string | undefined = () => undefined,
): SealedCollection {
  const { collection } = collectionOf(type);
  return {
    type,
    hasKeys: false,
    renew: async (ctx, rows) =>
      renewalsOf(rows, (row) => renewedField(row, field, ctx.keys.data, placeOf(collection, row._id, accountOf(row)))),
  };
}

/**
 * A collection of `sealDocument`'s making: each document has a key of its own. Where `others` are sealed under that key,
 * one that gives way is kept as a former key.
 */
export function sealedByItself(type: EntityClass, { others }: { readonly others: boolean }): SealedCollection {
  const { collection } = collectionOf(type);
  return {
    type,
    hasKeys: true,
    renew: async (ctx, rows, order) =>
      renewalsOf(rows, (row) => {
        const document = row as unknown as SealedDocument & { readonly revision: string };
        const renewed = renewedDocument(ctx, placeOf(collection, row._id), document, order);
        return renewed && renewalOf(document, others ? renewed : { ...renewed, formerKeys: [] });
      }),
  };
}

type Renewed = Pick<SealedDocument, 'key' | 'sealed'> & { readonly formerKeys: readonly FormerKey[] };

function renewedDocument(
  ctx: TenantContext,
  place: string,
  document: SealedDocument,
  { newKeys, dropBefore }: RenewalOrder,
): Renewed | undefined {
  if (!document.key) return undefined; // a redirect
  const wrapping = ctx.keys.data;
  const before = documentKeys(wrapping, place, document);
  const rewrapped = rewrapDataKey(wrapping, place, document.key);
  const key = newKeys ? createDataKey(wrapping, place, before.current).wrapped : rewrapped;
  const kept = (document.formerKeys ?? []).filter(({ until }) => dropBefore === null || until >= dropBefore);
  const formerKeys = [
    ...kept.map((former) => renewedFormer(wrapping, place, former)),
    ...(newKeys ? [{ key: rewrapped, until: ctx.now() }] : []),
  ];
  const ring = documentKeys(wrapping, place, { key });
  const sealed = Object.fromEntries(
    Object.entries(document.sealed).map(([name, blob]) => [name, renewedBlob(before, ring, `${place}|${name}`, blob)]),
  );
  const now = { key, sealed, formerKeys };
  return isSame(document, now) ? undefined : now;
}

function renewedFormer(wrapping: KeyRing, place: string, former: FormerKey): FormerKey {
  const key = rewrapDataKey(wrapping, place, former.key);
  return key === former.key ? former : { ...former, key };
}

function renewedBlob(before: KeyRing, ring: KeyRing, place: string, blob: Buffer): Buffer {
  return isSealedBy(ring, blob) ? blob : sealBytes(ring, place, openBytes(before, place, blob));
}

function isSame({ key, sealed, formerKeys = [] }: SealedDocument, now: Renewed): boolean {
  return (
    key === now.key &&
    formerKeys.length === now.formerKeys.length &&
    formerKeys.every((former, at) => former === now.formerKeys[at]) &&
    Object.entries(sealed).every(([name, blob]) => now.sealed[name as 'CORE'] === blob)
  );
}

function renewalOf(
  { _id, revision }: SealedDocument & { readonly revision: string },
  { key, sealed, formerKeys }: Renewed,
): Renewal {
  const mine = randomBytesOf(9).toString('base64url');
  const keys = formerKeys.length > 0 ? { $set: { key, sealed, formerKeys } } : { $set: { key, sealed } };
  const dropped = formerKeys.length > 0 ? {} : { $unset: { formerKeys: '' } };
  const update = { $set: { ...keys.$set, revision: mine }, ...dropped };
  return { operation: { filter: { _id, revision }, update }, isDone: (row) => row.revision === mine };
}
