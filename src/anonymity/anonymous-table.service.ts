import type { TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { csvLine } from '../platform/files/csv-line.rules.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';
import { ulid } from '../platform/ids.js';
import { isSameText } from '../platform/same-text.js';
import { blindIndex } from '../platform/seal.js';
import type { AnonymousTable } from './anonymise.rules.js';
import type { AnonymousTableStore } from './anonymous-table.store.js';

const HOURS_KEPT = 24;
const MILLISECONDS_PER_HOUR = 3_600_000;
const PART_CHARACTERS = 256 * 1024;

/** A link to a table, as it is asked for. */
export interface TableLink {
  readonly tableId: string;
  /** Seconds since 1970. */
  readonly expires: string;
  readonly signature: string;
}

/** Keeps anonymous tables for a day, and gives them to who has the signed link. */
export class AnonymousTableService {
  constructor(private readonly tables: AnonymousTableStore) {}

  /** Keeps a table, and returns the path that leads to it on any server of the product. */
  async keep(ctx: TenantContext, header: readonly string[], table: AnonymousTable): Promise<string> {
    const tableId = `tbl_${ulid(ctx.now())}`;
    const expiresAt = new Date(ctx.now().getTime() + HOURS_KEPT * MILLISECONDS_PER_HOUR);
    let number = 0;
    for (const part of partsOf(header, table)) {
      await this.tables.put(ctx, { tableId, number }, part, expiresAt);
      number += 1;
    }
    const expires = String(Math.floor(expiresAt.getTime() / 1_000));
    const query = new URLSearchParams({ expires, signature: signatureOf(ctx, tableId, expires) });
    return `/exports/anonymous/${ctx.tenantId}/${tableId}?${query}`;
  }

  /** The table of a link, part by part. NOT_FOUND where the link is not ours, or has expired. */
  async read(ctx: TenantContext, { tableId, expires, signature }: TableLink): Promise<AsyncIterable<string>> {
    const isOurs = isSameText(signature, signatureOf(ctx, tableId, expires));
    const first = isOurs ? await this.tables.find(ctx, { tableId, number: 0 }) : undefined;
    if (!first || Number(expires) * 1_000 <= ctx.now().getTime()) throw notFound('The table');
    return this.partsFrom(ctx, tableId);
  }

  private async *partsFrom(ctx: TenantContext, tableId: string): AsyncGenerator<string> {
    for (let number = 0; ; number += 1) {
      const part = await this.tables.find(ctx, { tableId, number });
      if (!part) throw new Error(`Part ${number} of the table ${tableId} is not there.`);
      yield part.text;
      if (part.isLast) return;
    }
  }
}

function* partsOf(header: readonly string[], table: AnonymousTable): Generator<{ text: string; isLast: boolean }> {
  let text = csvLine(header.map(withoutFormula));
  for (const { quasi, sensitive } of table.released()) {
    text += csvLine([...quasi, ...sensitive]);
    if (text.length < PART_CHARACTERS) continue;
    yield { text, isLast: false };
    text = '';
  }
  yield { text, isLast: true };
}

function signatureOf({ keys }: TenantContext, tableId: string, expires: string): string {
  return blindIndex(keys, 'anonymous-table', tableId, expires);
}
