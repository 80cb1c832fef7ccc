import { Attribute, Collection } from '../platform/entity.js';

/** That a profile entered or left a segment: a row of the stream of memberships. Never rewritten. */
@Collection({
  collection: 'membership_changes',
  indexes: [
    { keys: { tenantId: 1, segmentId: 1, at: 1, _id: 1 } },
    { keys: { tenantId: 1, profileId: 1 } },
    { keys: { tenantId: 1, at: 1, _id: 1 } },
  ],
})
export class MembershipChange {
  @Attribute(() => String, { hidden: true, description: 'tenant:mch_ULID, of the time `at`: either gives the order' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  segmentId!: string;

  @Attribute(() => String, { hidden: true })
  profileId!: string;

  @Attribute(() => Boolean, { hidden: true })
  entered!: boolean;

  @Attribute(() => String, { hidden: true })
  reason!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
