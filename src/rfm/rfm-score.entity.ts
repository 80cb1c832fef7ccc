import { Int, ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { DateTime } from '../platform/scalars.js';

/** When a customer is expected to buy again, by their own habit. */
@ObjectType({ simpleResolvers: true, description: 'When a customer is expected to buy again, by their own habit.' })
export class Repurchase {
  @Attribute(() => Int, { description: 'Days from order to order: the median of the last twelve gaps.' })
  cycleDays!: number;

  @Attribute(() => DateTime, {
    description: "The midnight of the tenant's time zone at which the next order's day begins.",
  })
  expectedAt!: Date;

  @Attribute(() => Int, { description: 'By how many days the next order is late; 0 where it is not.' })
  overdueDays!: number;
}

/** How lately, how often and for how much a customer bought, beside the others of the tenant. */
@ObjectType({
  simpleResolvers: true,
  description: 'How lately, how often and for how much a customer bought, beside the others of the tenant.',
})
export class RfmScore {
  @Attribute(() => Int, { description: "Calendar days of the tenant's time zone since the last order." })
  recencyDays!: number;

  @Attribute(() => Int, { description: 'Orders so far.' })
  frequency!: number;

  @Attribute(() => Money, { description: "What the orders come to, in the tenant's currency." })
  monetary!: Money;

  @Attribute(() => Int, { description: 'Recency as a quantile, 1 to 5; 5 bought most lately.' })
  r!: number;

  @Attribute(() => Int, { description: 'Frequency as a quantile, 1 to 5; 5 bought most often.' })
  f!: number;

  @Attribute(() => Int, { description: 'Monetary value as a quantile, 1 to 5; 5 spent most.' })
  m!: number;

  @Attribute(() => String, {
    description:
      "A key of the tenant's tiers; the defaults are HIGH_VALUE, MEDIUM_VALUE, POTENTIAL, LOW_VALUE, CHURN_RISK.",
  })
  tier!: string;

  @Attribute(() => Repurchase, { nullable: true, description: 'Null before there are orders on three days.' })
  repurchase!: Repurchase | null;

  @Attribute(() => DateTime, {
    nullable: true,
    description:
      'When a customer of high value has not bought for two calendar months (settings.rfm.careAfterMonths), also where that is still to come. Null for others.',
  })
  careFrom!: Date | null;

  @Attribute(() => DateTime, { description: 'The moment it was computed for.' })
  asOf!: Date;
}
