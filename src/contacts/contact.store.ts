import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { groupBy } from '../platform/group-by.rules.js';
import { keyOf } from '../platform/ids.js';
import { Contact } from './contact.entity.js';

/** More than any cap and its latecomers come to. */
const MOST_COUNTED = 200;
const READ_AT_ONCE = 200;

/** What is told of a contact. */
export type NewContact = Pick<Contact, 'accountId' | 'number' | 'channel' | 'campaign' | 'by' | 'at'>;

/** The collection of contacts. */
export class ContactStore {
  constructor(private readonly database: Database) {}

  /** Adds a contact; false where the account has one of that number. One command. */
  async add({ tenantId }: TenantContext, contact: NewContact): Promise<boolean> {
    const id = `ctc_${contact.accountId.slice('acc_'.length)}_${contact.number}`;
    const stored = { _id: keyOf(tenantId, id), tenantId, ...contact } as Contact & Stored;
    return (await this.database.insertNew(Contact, [stored])).size === 0;
  }

  /** The contacts of accounts since a moment, by account; at most 200 an account on average. One command. */
  async since(
    { tenantId }: TenantContext,
    accountIds: readonly string[],
    at: Date,
  ): Promise<ReadonlyMap<string, Contact[]>> {
    const most = MOST_COUNTED * Math.max(1, accountIds.length);
    const filter = { tenantId, at: { $gt: at } };
    const found = await this.database.findByList(Contact, filter, ['accountId', accountIds], most);
    return groupBy(found, ({ accountId }) => accountId);
  }

  /** The number of an account's last contact; 0 where it has none. One command. */
  async lastNumber({ tenantId }: TenantContext, accountId: string): Promise<number> {
    const found = this.database.collection(Contact).find({ tenantId, accountId });
    const [last] = await found.sort({ number: -1 }).limit(1).toArray();
    return last?.number ?? 0;
  }

  /** All contacts of accounts: one cursor. */
  of({ tenantId }: TenantContext, accountIds: readonly string[]): AsyncIterable<Contact> {
    const filter = { tenantId, accountId: { $in: [...accountIds] } };
    const found = this.database.collection(Contact).find(filter, { batchSize: READ_AT_ONCE });
    return found as unknown as AsyncIterable<Contact>;
  }

  /** How many contacts name accounts. One command. */
  count({ tenantId }: TenantContext, accountIds: readonly string[]): Promise<number> {
    return this.database.collection(Contact).countDocuments({ tenantId, accountId: { $in: [...accountIds] } });
  }

  /** Deletes the contacts of accounts. One command. */
  async erase({ tenantId }: TenantContext, accountIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(Contact, { tenantId, accountId: { $in: [...accountIds] } });
  }
}
