import { Attribute, Collection } from '../platform/entity.js';

/** What a tenant and its callers have spent of their privacy budgets in a month, in millionths of epsilon. */
@Collection({
  collection: 'privacy_budgets',
  indexes: [{ keys: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
})
export class PrivacyBudget {
  @Attribute(() => String, { hidden: true, description: 'tenant:bud_month' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, { hidden: true, description: 'By all callers together: a question counts once.' })
  spent!: number;

  @Attribute(() => Object, { hidden: true, description: 'By caller, blinded.' })
  callers!: Record<string, number>;

  @Attribute(() => [String], { hidden: true, description: 'The questions that `spent` counts, blinded.' })
  asked!: string[];

  @Attribute(() => [String], { hidden: true, description: 'Which caller has paid for which question.' })
  paid!: string[];

  @Attribute(() => Date, { hidden: true })
  expiresAt!: Date;
}
