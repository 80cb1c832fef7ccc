import { Attribute, Collection } from '../platform/entity.js';

/** A cell of a private statistic: a count or a sum, with its noise. */
export interface PrivateCell {
  readonly key: string | null;
  readonly value: number;
}

/** The answer to a question of one day, with its noise: whoever asks again gets it again, whatever has changed meanwhile. */
@Collection({
  collection: 'private_answers',
  indexes: [{ keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
})
export class PrivateAnswer {
  @Attribute(() => String, { hidden: true, description: 'tenant:question' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Object, { hidden: true })
  cells!: readonly PrivateCell[];

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;
}
