import { accountKeys } from '../channels/account.service.js';
import type { AccountStore } from '../channels/account.store.js';
import type { Sensitivity } from '../platform/entity.js';
import { type Renewals, renewalsOf, renewedField, type SealedCollection } from '../platform/renewal.js';
import { placeOf } from '../platform/seal.js';
import { Event } from './event.entity.js';
import type { StoredEvent } from './event.store.js';

const NO_CLASS: ReadonlySet<Sensitivity> = new Set();

/** Events, each sealed under its account's key; what has no account is nobody's to open, and stays. */
export function sealedEvents(accounts: AccountStore): SealedCollection {
  return {
    type: Event,
    hasKeys: false,
    async renew(ctx, rows): Promise<Renewals> {
      const events = rows as unknown as readonly StoredEvent[];
      const owners = await accounts.findByIds(ctx, [...new Set(events.map(({ accountId }) => accountId))], NO_CLASS);
      return renewalsOf(rows, (row) => {
        const owner = owners.get(String(row.accountId));
        const place = placeOf('events', row._id, owner?.id);
        return owner && renewedField(row, 'sealed', accountKeys(ctx, owner, owner), place);
      });
    },
  };
}
