import type { TenantContext } from './context.js';
import { collectionOf, type EntityClass } from './entity.js';
import { AppError } from './errors.js';
import { idOf } from './ids.js';
import { unpack } from './packed.js';
import { openJson, placeOf } from './seal.js';
import { openDocument, type SealedDocument } from './sealed-store.js';
import type { StoredRow } from './tenant-documents.js';

type Told = Readonly<Record<string, unknown>>;

/** A document as it is told: in clear, or, where nothing opens it any more, as it is stored. */
export interface OpenedRow {
  /** The key of the document. */
  readonly key: string;
  readonly told: Told;
  readonly isOpen: boolean;
}

/** A collection whose documents can be told in clear. */
export interface OpenedCollection {
  readonly type: EntityClass;
  open(ctx: TenantContext, rows: readonly StoredRow[]): Promise<readonly OpenedRow[]>;
}

/** What tells nothing outside of this product: whose it is, how it is sealed, found and written. */
const OWN_FIELDS = ['_id', 'tenantId', 'key', 'sealed', 'formerKeys', 'packed', 'revision', 'searchTokens'] as const;

/** A document with the id that the API knows it by, without fields that tell nothing outside. */
export function toldOf(row: StoredRow, leftOut: readonly string[] = []): Told {
  const fields = Object.entries(row).filter(([name]) => ![...OWN_FIELDS, ...leftOut].includes(name));
  return { id: idOf(row._id), ...Object.fromEntries(fields) };
}

/** Documents opened one by one; `open` throws where nothing opens one, which is then told as it is stored. */
export function openedRows(
  rows: readonly StoredRow[],
  open: (row: StoredRow) => Told,
  leftOut: readonly string[] = [],
): OpenedRow[] {
  return rows.map((row) => {
    const stored = toldOf(row, leftOut);
    try {
      return { key: row._id, told: open(row), isOpen: true };
    } catch (error) {
      if (error instanceof AppError) throw error; // a key that is not known here yet
      return { key: row._id, told: stored, isOpen: false };
    }
  });
}

/** A collection in which nothing is sealed, without some fields. */
export function openAnyway(type: EntityClass, ...leftOut: readonly string[]): OpenedCollection {
  return { type, open: async (_ctx, rows) => openedRows(rows, (row) => toldOf(row, leftOut)) };
}

/** How a collection with one blob a document, sealed under the tenant's data key, is told. */
interface SealedField {
  /** Where the blob is; it may be null. */
  readonly field: string;
  /** What is told of what was sealed. */
  readonly as: (clear: unknown) => Told;
  readonly leftOut?: readonly string[];
  readonly accountOf?: (row: StoredRow) => string | undefined;
}

export function openedByTenant(
  type: EntityClass,
  { field, as, leftOut = [], accountOf = () => undefined }: SealedField,
): OpenedCollection {
  const { collection } = collectionOf(type);
  const without = [field, ...leftOut];
  const open = (ctx: TenantContext, row: StoredRow): Told => {
    const blob = row[field] as Buffer | null | undefined;
    const place = placeOf(collection, row._id, accountOf(row));
    return { ...toldOf(row, without), ...(blob && as(openJson(ctx.keys.data, place, blob))) };
  };
  return { type, open: async (ctx, rows) => openedRows(rows, (row) => open(ctx, row), without) };
}

/** A collection of `sealDocument`'s making; documents without a key have nothing sealed. */
export function openedByItself(type: EntityClass): OpenedCollection {
  const open = (ctx: TenantContext, row: StoredRow): Told => {
    const document = unpack(ctx.keys, type, row);
    return toldOf(row.key ? openDocument(ctx, type, document as StoredRow & SealedDocument) : document);
  };
  return { type, open: async (ctx, rows) => openedRows(rows, (row) => open(ctx, row)) };
}
