import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';

/** How long one point of a series is. */
export enum Granularity {
  MINUTE = 'MINUTE',
  HOUR = 'HOUR',
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

registerEnumType(Granularity, {
  name: 'Granularity',
  description:
    "How long one point of a series is; days, weeks (from Monday) and months are those of the tenant's time zone.",
});

/** What a number can be broken down by. */
export enum Dimension {
  CHANNEL = 'CHANNEL',
  TRAFFIC_SOURCE = 'TRAFFIC_SOURCE',
  SEGMENT = 'SEGMENT',
  LIFECYCLE = 'LIFECYCLE',
  TIER = 'TIER',
  CITY = 'CITY',
  CAMPAIGN = 'CAMPAIGN',
}

registerEnumType(Dimension, { name: 'Dimension', description: 'What a number can be broken down by.' });

/** What can be measured. */
@ObjectType({
  simpleResolvers: true,
  description: 'What can be measured: revenue, conversion_rate, active_profiles, clv and so on.',
})
export class MetricDefinition {
  @Field(() => String, { description: 'What the arguments called `metrics` take.' })
  key!: string;

  @Field(() => String, { description: 'For people to read.' })
  name!: string;

  @Field(() => String, { description: 'How it is computed.' })
  description!: string;

  @Field(() => String, { description: 'What its values count: profiles, events, a share of 1, a currency, days.' })
  unit!: string;

  @Field(() => [Dimension], { description: 'What it can be broken down by.' })
  dimensions!: Dimension[];
}

/** One value of a series. */
@ObjectType({ simpleResolvers: true, description: 'One value of a series.' })
class MetricPoint {
  @Field(() => DateTime, { description: 'Where the span of the point begins.' })
  at!: Date;

  @Field(() => Float, {
    nullable: true,
    description: "In the metric's unit; null where there is nothing to divide by, or the cell is suppressed.",
  })
  value!: number | null;
}

/** One metric over time, of all or of one value of a dimension. */
@ObjectType({ simpleResolvers: true, description: 'One metric over time, of all or of one value of a dimension.' })
export class MetricSeries {
  @Field(() => String, { description: "The metric's key." })
  metric!: string;

  @Field(() => Dimension, { nullable: true, description: 'Null where it is not broken down.' })
  dimension!: Dimension | null;

  @Field(() => String, {
    nullable: true,
    description: 'The value of the dimension; null where it is not broken down or not known.',
  })
  key!: string | null;

  @Field(() => [MetricPoint], { description: 'Oldest first, without gaps.' })
  points!: MetricPoint[];
}

/** The newest values of the metrics subscribed to. */
@ObjectType({ simpleResolvers: true, description: 'The newest values of the metrics subscribed to.' })
export class MetricsUpdate {
  @Field(() => String, { description: 'Give it as `after` to go on behind this message.' })
  cursor!: string;

  @Field(() => [MetricSeries], { description: 'The points that changed.' })
  series!: MetricSeries[];
}
