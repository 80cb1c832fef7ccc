import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { openText, placeOf, sealText } from '../platform/seal.js';
import { AnonymousTablePiece } from './anonymous-table.entity.js';

/** One part of a table. */
export interface TablePart {
  readonly text: string;
  readonly isLast: boolean;
}

/** Anonymous tables in parts, sealed: spans can begin and end at what one person brought. */
export class AnonymousTableStore {
  constructor(private readonly database: Database) {}

  /** Keeps a part. One command. */
  async put(
    ctx: TenantContext,
    place: { readonly tableId: string; readonly number: number },
    { text, isLast }: TablePart,
    expiresAt: Date,
  ): Promise<void> {
    const _id = keyOfPart(ctx, place);
    const sealed = sealText(ctx.keys.data, placeOf('anonymous_tables', _id), text);
    await this.database.insertNew(AnonymousTablePiece, [{ _id, tenantId: ctx.tenantId, sealed, isLast, expiresAt }]);
  }

  /** A part, unless it has expired. One command. */
  async find(
    ctx: TenantContext,
    place: { readonly tableId: string; readonly number: number },
  ): Promise<TablePart | undefined> {
    const [found] = await this.database.findByKeys(AnonymousTablePiece, [keyOfPart(ctx, place)]);
    if (!found || found.expiresAt <= ctx.now()) return undefined;
    const text = openText(ctx.keys.data, placeOf('anonymous_tables', found._id), found.sealed);
    return { text, isLast: found.isLast };
  }
}

function keyOfPart(
  { tenantId }: TenantContext,
  { tableId, number }: { readonly tableId: string; readonly number: number },
): string {
  return keyOf(tenantId, `${tableId}:${String(number).padStart(6, '0')}`);
}
