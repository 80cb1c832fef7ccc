import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { DateRange } from '../platform/date-range.js';
import { Profile } from '../profiles/profile.entity.js';
import type { ProfileHistoryService } from '../profiles/profile-history.service.js';
import { journeyOf } from './journey.rules.js';
import { Journey } from './journey.view.js';
import { lifecycleOf } from './lifecycle-settings.js';

/** Journeys at the GraphQL edge. */
@Resolver(() => Profile)
export class JourneyResolver {
  constructor(private readonly histories: ProfileHistoryService) {}

  @Allow('events:read')
  @FieldResolver(() => Journey, { nullable: true, description: "The person's way through channels and stages." })
  async journey(
    @Ctx() ctx: RequestContext,
    @Root() profile: Profile,
    @Arg('range', () => DateRange, { nullable: true, description: 'Of occurredAt.' }) range:
      | DateRange
      | null
      | undefined,
  ): Promise<Journey> {
    const events = await this.histories.newest(ctx, profile, range ?? null);
    return journeyOf(events, lifecycleOf(ctx.settings.lifecycle)) as Journey;
  }
}
