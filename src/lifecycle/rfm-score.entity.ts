import { Int, ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { DateTime } from '../platform/scalars.js';

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

  @Attribute(() => DateTime, { description: 'The moment it was computed for.' })
  asOf!: Date;
}
