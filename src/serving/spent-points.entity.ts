import { Attribute, Collection } from '../platform/entity.js';

/** The points that one caller's processes have taken in one window; gone soon after the window. */
@Collection({
  collection: 'rate_limits',
  indexes: [{ keys: { expire: 1 }, options: { expireAfterSeconds: 0 } }],
})
export class SpentPoints {
  @Attribute(() => String, { hidden: true, description: 'tenant:caller:window' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, { hidden: true })
  points!: number;

  @Attribute(() => Date, { hidden: true })
  expire!: Date;
}
