import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { upTo, within } from '../platform/span.rules.js';
import { AuditEntry } from './audit-entry.entity.js';

const DIGITS = 15;
const PIECE = 500;

/** What entries are looked for by; what is not given narrows nothing. */
export interface EntryFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly range?: { readonly from: Date; readonly to: Date } | undefined;
}

/** Where a page of entries ended. */
export interface EntryPosition {
  readonly at: Date;
  readonly sequence: number;
}

/** An entry as it is stored. */
export type StoredEntry = Pick<
  AuditEntry,
  '_id' | 'tenantId' | 'sequence' | 'at' | 'actor' | 'action' | 'subjects' | 'hash' | 'canonical' | 'nodes' | 'origin'
>;

/** The entries of the tenants' logs. */
export class AuditEntryStore {
  constructor(private readonly database: Database) {}

  /** Adds entries in order, up to the first whose place is taken; false where one was. One command. */
  async append(entries: readonly StoredEntry[]): Promise<boolean> {
    const inserted = await this.database.insertInOrder(AuditEntry, entries as AuditEntry[]);
    return inserted === entries.length;
  }

  /** Entries by their places; what is not there is left out. One command. */
  async findBySequence({ tenantId }: TenantContext, sequences: readonly number[]): Promise<StoredEntry[]> {
    const keys = sequences.map((sequence) => keyOfEntry(tenantId, sequence));
    return (await this.database.findByKeys(AuditEntry, keys)).sort((a, b) => (a._id < b._id ? -1 : 1));
  }

  /** All entries of a tenant in order, by one cursor. */
  async *inOrder({ tenantId }: TenantContext): AsyncGenerator<StoredEntry> {
    const all = { _id: { $gte: keyOf(tenantId, '0'), $lt: keyOf(tenantId, ':') } };
    yield* this.database
      .collection(AuditEntry)
      .find(all as object, { batchSize: PIECE })
      .sort({ _id: 1 }) as unknown as AsyncIterable<StoredEntry>;
  }

  /** A page of entries, newest first. One command. */
  async findPage(
    { tenantId }: TenantContext,
    { actor, action, subject, range }: EntryFilter,
    after: EntryPosition | undefined,
    limit: number,
  ): Promise<StoredEntry[]> {
    const filter = {
      tenantId,
      ...(subject !== undefined && { subjects: subject }),
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      at: { $gt: new Date(0), ...(range && within(range)), ...(after && upTo(after.at)) },
      ...(after && {
        $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: keyOfEntry(tenantId, after.sequence) } }],
      }),
    };
    return (await this.database
      .collection(AuditEntry)
      .find(filter as object)
      .sort({ at: -1, _id: -1 })
      .limit(limit)
      .toArray()) as unknown as StoredEntry[];
  }
}

/** The key of an entry: keys sort as sequences do. */
export function keyOfEntry(tenantId: string, sequence: number): string {
  return keyOf(tenantId, String(sequence).padStart(DIGITS, '0'));
}
