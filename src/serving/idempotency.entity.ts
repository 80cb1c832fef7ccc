import { Attribute, Collection } from '../platform/entity.js';

const SECONDS_KEPT = 86_400;

/** A mutation under its Idempotency-Key: under way, or done with its answer; gone after 24 hours. */
@Collection({
  collection: 'idempotency_keys',
  indexes: [{ keys: { at: 1 }, options: { expireAfterSeconds: SECONDS_KEPT } }],
})
export class IdempotencyRecord {
  @Attribute(() => String, { hidden: true, description: 'tenant:hash of the caller and the key' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The request that runs it, by a random id.' })
  owner!: string;

  @Attribute(() => String, { hidden: true, description: 'A keyed hash of the document, the variables and the rights.' })
  fingerprint!: string;

  @Attribute(() => Boolean, { hidden: true })
  isDone!: boolean;

  @Attribute(() => Buffer, {
    hidden: true,
    description: 'The answer, sealed under the tenant key; null while under way, and where it is too large to keep.',
  })
  sealed!: Buffer | null;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}
