import { registerEnumType } from 'type-graphql';

/** What an entry of the ledger is. */
export enum LoyaltyEntryKind {
  EARN = 'EARN',
  REDEEM = 'REDEEM',
  ADJUST = 'ADJUST',
  EXPIRE = 'EXPIRE',
  REFUND = 'REFUND',
  TAKE_BACK = 'TAKE_BACK',
  TRANSFER = 'TRANSFER',
  JOIN = 'JOIN',
}
registerEnumType(LoyaltyEntryKind, {
  name: 'LoyaltyEntryKind',
  description:
    'REFUND notes that an order was refunded, TAKE_BACK takes back what it earned; TRANSFER gives back to an account what others spent of it while they were one person; JOIN is the first entry of who came by referral.',
});
