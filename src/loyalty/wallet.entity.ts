import { Attribute, Collection } from '../platform/entity.js';
import type { Loan, Lot } from './wallet.js';

/** What an account has after the last entry that touched it: made from the ledger, and made again from it at any time. */
@Collection({
  collection: 'loyalty_wallets',
  indexes: [
    { keys: { tenantId: 1, referralCode: 1 } },
    { keys: { tenantId: 1, borrowers: 1 } },
    { keys: { tenantId: 1, nextEnd: 1 } },
  ],
})
export class LoyaltyWallet {
  @Attribute(() => String, { hidden: true, description: 'tenant:acc_ULID' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  referralCode!: string;

  @Attribute(() => Number, { hidden: true, description: 'Counts the entries that have touched it.' })
  position!: number;

  @Attribute(() => Object, { hidden: true })
  lots!: readonly Lot[];

  @Attribute(() => Object, { hidden: true })
  lent!: readonly Loan[];

  @Attribute(() => [String], { hidden: true, description: 'The accounts that something is lent to.' })
  borrowers!: string[];

  @Attribute(() => Number, { hidden: true })
  earned!: number;

  @Attribute(() => Number, { hidden: true })
  owed!: number;

  @Attribute(() => Date, { hidden: true, description: 'When the next of its points end.' })
  nextEnd!: Date | null;
}
