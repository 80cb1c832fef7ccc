import { Attribute, Collection } from '../platform/entity.js';

/** That somebody came with another's code: of each account once. */
@Collection({
  collection: 'loyalty_referrals',
  indexes: [{ keys: { tenantId: 1, referrerId: 1 } }],
})
export class Referral {
  @Attribute(() => String, { hidden: true, description: 'tenant:ref_ULID, that of the account which came' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The account that came.' })
  refereeId!: string;

  @Attribute(() => String, { hidden: true, description: 'The account that the code is of.' })
  referrerId!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
