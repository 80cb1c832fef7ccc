import { Arg, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { DateRange } from '../platform/date-range.js';
import { notImplemented } from '../platform/errors.js';
import { ResumeAfter } from '../platform/page-args.js';
import { Dimension, Granularity, MetricDefinition, MetricSeries, MetricsUpdate } from './metric.view.js';

const METRICS = { description: 'Keys, as metricDefinitions lists them.' };
const BY = { nullable: true, description: 'One series for each value of this; absent: one series a metric.' };

/** What can be measured, and its values. */
@Resolver()
export class MetricResolver {
  @Allow('insights:read')
  @Query(() => [MetricDefinition], { description: 'What can be measured, in which unit and by which dimensions.' })
  metricDefinitions(): Promise<MetricDefinition[]> {
    throw notImplemented('metricDefinitions');
  }

  @Allow('insights:read')
  @Query(() => [MetricSeries], { description: 'Metrics over a range of time.' })
  metrics(
    @Arg('metrics', () => [String], METRICS) _metrics: string[],
    @Arg('range', () => DateRange) _range: DateRange,
    @Arg('granularity', () => Granularity, { defaultValue: Granularity.DAY }) _granularity: Granularity,
    @Arg('by', () => Dimension, BY) _by: Dimension | null,
  ): Promise<MetricSeries[]> {
    throw notImplemented('metrics');
  }

  @Allow('insights:read')
  @Subscription(() => MetricsUpdate, {
    subscribe: () => {
      throw notImplemented('metricsUpdated');
    },
    description: 'The newest points of metrics, whenever they change.',
  })
  metricsUpdated(
    @Root() update: MetricsUpdate,
    @Arg('metrics', () => [String], METRICS) _metrics: string[],
    @Arg('granularity', () => Granularity, { defaultValue: Granularity.MINUTE }) _granularity: Granularity,
    @Arg('by', () => Dimension, BY) _by: Dimension | null,
    @ResumeAfter() _after: string | null,
  ): MetricsUpdate {
    return update;
  }
}
