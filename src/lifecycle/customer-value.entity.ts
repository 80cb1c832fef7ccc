import { Float, Int, ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Money } from '../platform/money.js';
import { DateTime } from '../platform/scalars.js';

/** What a customer is expected to bring. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Expected margin over the horizon (BG/NBD with Gamma-Gamma), and the chance of no further purchase within it.',
})
export class CustomerValue {
  @Attribute(() => Money, { description: "Expected margin over the horizon, in the tenant's currency." })
  clv!: Money;

  @Attribute(() => Int, { description: 'Days that the expectation looks ahead.' })
  horizonDays!: number;

  @Attribute(() => Float, { description: 'Number of purchases expected within the horizon.' })
  expectedPurchases!: number;

  @Attribute(() => Float, { description: 'Probability that the customer still buys at all, 0 to 1.' })
  probabilityAlive!: number;

  @Attribute(() => Float, { description: 'Probability of no further purchase within the horizon, 0 to 1.' })
  churnRisk!: number;

  @Attribute(() => String, { description: 'Which fit of the model it comes from.' })
  modelVersion!: string;

  @Attribute(() => DateTime)
  computedAt!: Date;
}
