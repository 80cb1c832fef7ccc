import { Attribute, Collection } from '../platform/entity.js';
import type { LoyaltyEntryKind } from './entry-kind.js';
import type { Line } from './posting.rules.js';
import type { Wallet } from './wallet.js';

/**
 * One entry of the points ledger: its lines come to 0. Append-only. Its key is that of what it was posted for, so that
 * this is posted once; and it takes the next position of each wallet it touches, so that nobody else's entry comes
 * between what was read and what is written.
 */
@Collection({
  collection: 'loyalty_entries',
  indexes: [
    { keys: { tenantId: 1, positions: 1 }, options: { unique: true } },
    { keys: { tenantId: 1, accountIds: 1, at: -1, _id: -1 } },
    { keys: { tenantId: 1, orderKey: 1 }, options: { sparse: true } },
  ],
})
export class LedgerEntry {
  @Attribute(() => String, { hidden: true, description: 'tenant:lpt_ULID, by what it was posted for' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  kind!: LoyaltyEntryKind;

  @Attribute(() => String, { hidden: true, description: 'Whom it was posted for.' })
  accountId!: string;

  @Attribute(() => [String], { hidden: true, description: 'All accounts that it names.' })
  accountIds!: string[];

  @Attribute(() => [String], { hidden: true, description: 'account:position of each wallet that it touches.' })
  positions!: string[];

  @Attribute(() => Number, { hidden: true, description: 'What the person got, or gave.' })
  points!: number;

  @Attribute(() => Object, { hidden: true })
  lines!: readonly Line[];

  @Attribute(() => Object, { hidden: true, description: 'The wallets as they are after it.' })
  wallets!: readonly Wallet[];

  @Attribute(() => Boolean, { hidden: true, description: 'Whether the company had to bear something.' })
  flagged!: boolean;

  @Attribute(() => String, { hidden: true, description: 'Stands for the order that it is about.' })
  orderKey?: string;

  @Attribute(() => Number, { hidden: true, description: 'Of a refund: what it takes back at most; null: all.' })
  refund?: number | null;

  @Attribute(() => Buffer, { hidden: true, description: 'Reason and reference, sealed under the tenant key.' })
  sealed!: Buffer;

  @Attribute(() => String, { hidden: true })
  actor!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
