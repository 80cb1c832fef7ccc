import { Field, Float, ID, InputType, Int } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import { JSONValue } from '../platform/scalars.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { EventAggregate, NumericOperator, Operator } from './rule-operator.js';

/** One comparison of a trait, or of an event's property. */
@InputType({
  description:
    "One comparison. Values compare normalised, a phone as E.164. A caller who may not look a CORE value up can't use it in a rule.",
})
export class TraitCondition {
  @Field(() => String, { description: 'A trait, or inside `where` a property of the event.' })
  path!: string;

  @Field(() => Operator)
  op!: Operator;

  @Field(() => JSONValue, {
    nullable: true,
    description: 'What to compare with: a list for IN and NOT_IN, absent for EXISTS and NOT_EXISTS.',
  })
  value?: unknown;
}

/** A comparison of what was made of a profile's events. */
@InputType({
  description:
    "Compares what is made of a profile's events. withinDays, DAYS_SINCE_FIRST and DAYS_SINCE_LAST count calendar days of the tenant's time zone, today included.",
})
export class EventCondition {
  @Field(() => String, { description: "The event's name, as `Order Completed`." })
  name!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Only events of so many calendar days, today included; absent: all.',
  })
  withinDays?: number | null;

  @Field(() => [TraitCondition], {
    nullable: true,
    description: 'Conditions on properties; an event counts where all hold.',
  })
  where?: TraitCondition[] | null;

  @Field(() => EventAggregate, { defaultValue: EventAggregate.COUNT })
  aggregate!: EventAggregate;

  @Field(() => String, { nullable: true, description: 'The property for SUM, AVG, MIN, MAX and DISTINCT.' })
  property?: string | null;

  @Field(() => NumericOperator, { defaultValue: NumericOperator.GTE })
  op!: NumericOperator;

  @Field(() => Float, {
    defaultValue: 1,
    description: 'A number of events, of days, or in the unit of the property, by the aggregate.',
  })
  value!: number;
}

/** One step of a chain of events. */
@InputType({ description: 'One step of a chain of events.' })
export class SequenceStep {
  @Field(() => String, { description: "The event's name, as `Product Viewed`." })
  name!: string;

  @Field(() => [TraitCondition], { nullable: true, description: 'Conditions on properties; all must hold.' })
  where?: TraitCondition[] | null;
}

/** A chain of events in order. */
@InputType({
  description:
    'True where some chain of events, strictly increasing by (occurredAt, messageId), takes the steps in order, each within so many times 24 hours of the one before.',
})
export class SequenceCondition {
  @Field(() => [SequenceStep], { description: 'The steps, in order.' })
  steps!: SequenceStep[];

  @Field(() => Int, { description: 'The longest time from one step to the next, in spans of 24 hours.' })
  withinDays!: number;
}

/** Whether a customer agreed to a purpose. */
@InputType({ description: 'Whether a customer agreed to a purpose.' })
export class ConsentCondition {
  @Field(() => ConsentPurpose)
  purpose!: ConsentPurpose;

  @Field(() => Boolean, { defaultValue: true, description: 'False: has not agreed, or has taken it back.' })
  granted!: boolean;
}

/** A condition over a profile; exactly one field is set. */
@InputType({
  description:
    'A condition over a profile; exactly one field is set. The same rule gives the same answer in real time and over the whole tenant, as of one moment and one version of models and quantiles.',
})
export class RuleInput {
  @Field(() => [RuleInput], { nullable: true, description: 'Holds where each of these holds.' })
  all?: RuleInput[] | null;

  @Field(() => [RuleInput], { nullable: true, description: 'Holds where at least one of these holds.' })
  any?: RuleInput[] | null;

  @Field(() => RuleInput, { nullable: true, description: 'Holds where this does not.' })
  not?: RuleInput | null;

  @Field(() => TraitCondition, { nullable: true, description: "Compares a trait's value." })
  trait?: TraitCondition | null;

  @Field(() => EventCondition, { nullable: true, description: "Compares what is made of the profile's events." })
  event?: EventCondition | null;

  @Field(() => SequenceCondition, { nullable: true, description: 'Looks for a chain of events in order.' })
  sequence?: SequenceCondition | null;

  @Field(() => String, { nullable: true, description: 'Carries the tag with this key.' })
  tag?: string | null;

  @Field(() => ID, { nullable: true, description: 'Is a member of this segment.' })
  segment?: string | null;

  @Field(() => [LifecycleStage], { nullable: true, description: 'Is in one of these stages.' })
  lifecycle?: LifecycleStage[] | null;

  @Field(() => [String], {
    nullable: true,
    description: "Has one of these RFM tiers, by the keys of the tenant's settings.",
  })
  tier?: string[] | null;

  @Field(() => Channel, { nullable: true, description: 'Has an account in this channel.' })
  channel?: Channel | null;

  @Field(() => ConsentCondition, { nullable: true, description: 'Has agreed, or not agreed, to a purpose.' })
  consent?: ConsentCondition | null;
}
