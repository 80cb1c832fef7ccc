import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Item } from '../items/item.entity.js';

/** How recommendations are chosen. */
export enum RecommendationStrategy {
  BALANCED = 'BALANCED',
  COLLABORATIVE = 'COLLABORATIVE',
  POPULAR = 'POPULAR',
  LONG_TAIL = 'LONG_TAIL',
}

registerEnumType(RecommendationStrategy, {
  name: 'RecommendationStrategy',
  description: 'How recommendations are chosen.',
  valuesConfig: {
    BALANCED: { description: 'A mix of relevance and of what is seldom seen.' },
    COLLABORATIVE: { description: 'What customers with similar behaviour chose.' },
    POPULAR: { description: 'What most customers chose.' },
    LONG_TAIL: { description: 'Relevant items that few customers know.' },
  },
});

/** An item proposed to one customer. */
@ObjectType({ simpleResolvers: true, description: 'An item proposed to one customer, with the reason.' })
export class Recommendation {
  @Field(() => Item)
  item!: Item;

  @Field(() => Float, { description: 'Higher is better; it compares within one answer alone.' })
  score!: number;

  @Field(() => String, { description: 'Why it is proposed, for people to read.' })
  reason!: string;

  @Field(() => [ID], { description: "Items of the customer's own history that led to it." })
  becauseOf!: string[];

  @Field(() => Boolean, { description: 'Whether few customers know it.' })
  longTail!: boolean;
}
