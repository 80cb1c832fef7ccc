import { Arg, Int, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { DateRange } from '../platform/date-range.js';
import { notImplemented } from '../platform/errors.js';
import { AttributionModel, AttributionReport, ChannelSynergy } from './attribution.view.js';

const CONVERSION_EVENT = {
  nullable: true,
  defaultValue: 'Order Completed',
  description: 'The event that counts as a conversion.',
};

/** Which channels bring conversions, alone and together. */
@Resolver()
export class AttributionResolver {
  @Allow('insights:read')
  @Query(() => AttributionReport, {
    description: 'Shares the conversions of a range among the channels on the way to them.',
  })
  attribution(
    @Arg('model', () => AttributionModel) _model: AttributionModel,
    @Arg('range', () => DateRange, { description: 'When the conversions occurred.' }) _range: DateRange,
    @Arg('conversionEvent', () => String, CONVERSION_EVENT) _conversionEvent: string,
    @Arg('lookbackDays', () => Int, {
      nullable: true,
      defaultValue: 30,
      description: 'Days before a conversion within which a touch gets credit.',
    })
    _lookbackDays: number,
  ): Promise<AttributionReport> {
    throw notImplemented('attribution');
  }

  @Allow('insights:read')
  @Query(() => [ChannelSynergy], {
    description: 'For each pair of channels, whether they do more together than apart.',
  })
  channelSynergy(
    @Arg('range', () => DateRange, { description: 'When the conversions occurred.' }) _range: DateRange,
    @Arg('conversionEvent', () => String, CONVERSION_EVENT) _conversionEvent: string,
  ): Promise<ChannelSynergy[]> {
    throw notImplemented('channelSynergy');
  }
}
