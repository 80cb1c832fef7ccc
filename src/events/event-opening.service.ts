import { accountKeys } from '../channels/account.service.js';
import type { AccountStore } from '../channels/account.store.js';
import type { TenantContext } from '../platform/context.js';
import type { Sensitivity } from '../platform/entity.js';
import { reveal } from '../platform/protect.js';
import type { Event } from './event.entity.js';
import type { EventStore, StoredEvent } from './event.store.js';

const NONE: ReadonlySet<Sensitivity> = new Set();

/** Opens events for the product's own work: nobody is shown what it gives. */
export class EventOpeningService {
  constructor(
    private readonly events: EventStore,
    private readonly accounts: AccountStore,
  ) {}

  /** Events in clear; those whose account is gone are left out. One command a channel. */
  async open(ctx: TenantContext, stored: readonly StoredEvent[]): Promise<Event[]> {
    const owners = await this.accounts.findByIds(ctx, [...new Set(stored.map(({ accountId }) => accountId))], NONE);
    return stored.flatMap((event) => {
      const owner = owners.get(event.accountId);
      if (!owner) return [];
      const overlays = this.events.openOverlays(event, accountKeys(ctx, owner, owner));
      for (const overlay of Object.values(overlays)) reveal(event, overlay);
      return [event];
    });
  }

  /** The events of these ids by id, in clear or as they are stored; those that are not stored are left out. */
  async byIds(ctx: TenantContext, ids: readonly string[], isClear: boolean): Promise<Map<string, Event>> {
    if (ids.length === 0) return new Map();
    const stored = await this.events.findByIds(ctx, ids);
    if (!isClear) return stored;
    return new Map((await this.open(ctx, [...stored.values()])).map((event) => [event.id, event]));
  }
}
