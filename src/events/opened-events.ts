import { accountKeys } from '../channels/account.service.js';
import type { AccountStore } from '../channels/account.store.js';
import type { Sensitivity } from '../platform/entity.js';
import { type OpenedCollection, openedRows, toldOf } from '../platform/opened-rows.js';
import { reveal } from '../platform/protect.js';
import { Event } from './event.entity.js';
import type { EventStore, StoredEvent } from './event.store.js';

const NO_CLASS: ReadonlySet<Sensitivity> = new Set();

/** Events in clear, each opened by its account's key; one whose account is gone is told as it is stored. */
export function openedEvents(accounts: AccountStore, events: EventStore): OpenedCollection {
  return {
    type: Event,
    async open(ctx, rows) {
      const owners = await accounts.findByIds(
        ctx,
        [...new Set(rows.map(({ accountId }) => String(accountId)))],
        NO_CLASS,
      );
      return openedRows(rows, (row) => {
        const owner = owners.get(String(row.accountId));
        if (!owner) throw new Error(`The account of ${row._id} is gone.`);
        const event = row as unknown as StoredEvent;
        const { payload, overlays } = events.openSealed(event, accountKeys(ctx, owner, owner));
        for (const overlay of Object.values(overlays)) reveal(event, overlay);
        return { ...toldOf(row), payload };
      });
    },
  };
}
