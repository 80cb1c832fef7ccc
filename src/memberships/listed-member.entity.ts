import { Attribute, Collection } from '../platform/entity.js';

/** That somebody put a person on a segment's list: said of one account, so that it follows that account. */
@Collection({
  collection: 'listed_members',
  indexes: [{ keys: { tenantId: 1, accountId: 1 } }, { keys: { tenantId: 1, segmentId: 1, _id: 1 } }],
})
export class ListedMember {
  @Attribute(() => String, { hidden: true, description: 'tenant:lme_ULID, made of the segment and the account' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  segmentId!: string;

  @Attribute(() => String, { hidden: true })
  accountId!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
