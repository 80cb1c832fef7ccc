import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf } from '../platform/ids.js';
import { Event } from './event.entity.js';

/** What happened when, without what was told of it: personal names masked. */
export type EventOutline = Pick<Event, 'id' | 'accountId' | 'type' | 'name' | 'touchpoint' | 'occurredAt'>;

const OUTLINE = { accountId: 1, type: 1, name: 1, 'touchpoint.initiative': 1, occurredAt: 1 } as const;

/** Events, as far as it is enough to know when something of a name happened. */
export class EventOutlineStore {
  constructor(private readonly database: Database) {}

  /** Of all events of several accounts, in no order, at most so many. One command by the index of their histories. */
  async all(ctx: TenantContext, accountIds: readonly string[], most: number): Promise<EventOutline[]> {
    const filter = { tenantId: ctx.tenantId, accountId: { $in: [...accountIds] } };
    return this.find(filter, most);
  }

  /** The newest events of one account, at most so many. One command by the index of its history. */
  async newest(ctx: TenantContext, accountId: string, most: number): Promise<EventOutline[]> {
    return this.find({ tenantId: ctx.tenantId, accountId }, most, { occurredAt: -1, _id: -1 });
  }

  private async find(filter: object, most: number, order?: Record<string, -1>): Promise<EventOutline[]> {
    const found = this.database.collection(Event).find(filter, { projection: OUTLINE });
    const rows = await (order ? found.sort(order) : found).limit(most).toArray();
    return rows.map((row) => ({ ...(row as unknown as EventOutline), id: idOf(String(row._id)) }));
  }
}
