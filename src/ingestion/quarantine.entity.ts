import { Attribute, Collection } from '../platform/entity.js';

/** A refused item as it is stored: its original is sealed, since nobody knows what is in it. */
@Collection({
  collection: 'quarantine',
  indexes: [
    { keys: { tenantId: 1, receivedAt: -1, _id: -1 } },
    { keys: { tenantId: 1, code: 1, receivedAt: -1, _id: -1 } },
  ],
})
export class QuarantineRecord {
  @Attribute(() => String, { hidden: true, description: 'tenant:qit_ULID, the same for the same item and fault' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  source!: string;

  @Attribute(() => String, { hidden: true })
  code!: string;

  @Attribute(() => String, { hidden: true })
  message!: string;

  @Attribute(() => String, { hidden: true })
  path!: string | null;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'The item as it arrived and its decoded form, sealed under the tenant key.',
  })
  sealed!: Buffer;

  @Attribute(() => Date, { hidden: true })
  receivedAt!: Date;

  @Attribute(() => Date, { hidden: true })
  replayedAt!: Date | null;
}
