import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { Recommendation, RecommendationStrategy } from './recommendation.view.js';

/** What to propose to a customer. */
@Resolver(() => Profile)
export class RecommendationResolver {
  @Allow('recommendations:read')
  @FieldResolver(() => [Recommendation], {
    nullable: true,
    description: 'What to propose to the customer, best first.',
  })
  recommendations(
    @Root() _profile: Profile,
    @First(10) _first: number,
    @Arg('strategy', () => RecommendationStrategy, { nullable: true, defaultValue: RecommendationStrategy.BALANCED })
    _strategy: RecommendationStrategy,
    @Arg('excludeOwned', () => Boolean, {
      nullable: true,
      defaultValue: true,
      description: 'Leaves out what the customer has bought.',
    })
    _excludeOwned: boolean,
  ): Recommendation[] | null {
    return null;
  }
}
