import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Money } from '../platform/money.js';

/** How credit for a conversion is shared among the channels before it. */
export enum AttributionModel {
  FIRST_TOUCH = 'FIRST_TOUCH',
  LAST_TOUCH = 'LAST_TOUCH',
  LINEAR = 'LINEAR',
  TIME_DECAY = 'TIME_DECAY',
  POSITION_BASED = 'POSITION_BASED',
  MARKOV = 'MARKOV',
  SHAPLEY = 'SHAPLEY',
}

registerEnumType(AttributionModel, {
  name: 'AttributionModel',
  description: 'How credit for a conversion is shared among the channels before it.',
  valuesConfig: {
    FIRST_TOUCH: { description: 'All to the first.' },
    LAST_TOUCH: { description: 'All to the last.' },
    LINEAR: { description: 'The same to each.' },
    TIME_DECAY: { description: 'The more, the closer to the conversion.' },
    POSITION_BASED: { description: 'Most to the first and the last, the rest to those between.' },
    MARKOV: { description: 'By how many conversions a Markov chain of the paths loses without the channel.' },
    SHAPLEY: { description: "By the channel's mean marginal contribution over all coalitions of channels." },
  },
});

/** One channel's part in the conversions. */
@ObjectType({ simpleResolvers: true, description: "One channel's part in the conversions." })
class AttributionShare {
  @Field(() => String)
  channel!: string;

  @Field(() => Float, { description: 'Share of the whole credit, 0 to 1; the shares of a report add up to 1.' })
  credit!: number;

  @Field(() => Float, { description: 'Conversions credited to the channel: a number with parts.' })
  conversions!: number;

  @Field(() => Money, { description: 'Revenue credited to the channel.' })
  revenue!: Money;

  @Field(() => Float, {
    nullable: true,
    description: 'Share of conversions that would be lost without the channel, 0 to 1; null where the model has none.',
  })
  removalEffect!: number | null;

  @Field(() => Money, {
    nullable: true,
    description: 'What was spent on the channel in the range; null where it is not known.',
  })
  spend!: Money | null;

  @Field(() => Float, { nullable: true, description: '(revenue - spend) / spend; null without a spend.' })
  roi!: number | null;
}

/** Which channels brought the conversions of a range. */
@ObjectType({ simpleResolvers: true, description: 'Which channels brought the conversions of a range.' })
export class AttributionReport {
  @Field(() => AttributionModel)
  model!: AttributionModel;

  @Field(() => Int, { description: 'Conversions in the range.' })
  conversions!: number;

  @Field(() => Money, { description: "What they brought, in the tenant's currency." })
  revenue!: Money;

  @Field(() => [AttributionShare])
  channels!: AttributionShare[];
}

/** Whether two channels do more together than apart. */
@ObjectType({ simpleResolvers: true, description: 'Whether two channels do more together than each by itself.' })
export class ChannelSynergy {
  @Field(() => String, { description: 'One channel.' })
  a!: string;

  @Field(() => String, { description: 'The other channel.' })
  b!: string;

  @Field(() => Float, { description: 'How much more the two bring together than apart.' })
  index!: number;

  @Field(() => Int, { description: 'Conversions with both channels on their path.' })
  jointConversions!: number;

  @Field(() => Float, { description: 'Lower end of the confidence interval of the index.' })
  low!: number;

  @Field(() => Float, { description: 'Upper end of the confidence interval of the index.' })
  high!: number;
}
