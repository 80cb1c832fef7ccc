import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { Event } from './event.entity.js';

const DELETED_AT_ONCE = 500;

/** Events that are kept no more. */
export class OutdatedEventStore {
  constructor(private readonly database: Database) {}

  /**
   * How many events of an account happened before an instant. One command by the index of its history: of several accounts
   * at once the Python build of SecantusDB looks through all events of the tenant.
   */
  count(ctx: TenantContext, accountId: string, before: Date): Promise<number> {
    const filter = { tenantId: ctx.tenantId, accountId, occurredAt: { $lt: before } };
    return this.database.collection(Event).countDocuments(filter as object);
  }

  /**
   * Deletes the events of an account that happened before an instant, the newest of them first: two commands for each
   * 500, by spans of time, as `EventStore.erase` does. `pass` is a safe point between them.
   */
  async erase(ctx: TenantContext, accountId: string, before: Date, pass: () => void): Promise<void> {
    const own = { tenantId: ctx.tenantId, accountId };
    for (;;) {
      const found = await this.database
        .collection(Event)
        .find({ ...own, occurredAt: { $lt: before } } as object, { projection: { _id: 1, occurredAt: 1 } })
        .sort({ occurredAt: -1, _id: -1 })
        .limit(DELETED_AT_ONCE)
        .toArray();
      const last = found.at(-1);
      if (!last) return;
      const span = { $gt: new Date(last.occurredAt.getTime() - 1), $lt: before };
      await this.database.deleteMany(Event, { ...own, occurredAt: span });
      if (found.length < DELETED_AT_ONCE) return;
      pass();
    }
  }
}
