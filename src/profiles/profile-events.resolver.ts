import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Event } from '../events/event.entity.js';
import { EventFilter } from '../events/event.inputs.js';
import { EventConnection } from '../events/event.view.js';
import type { RequestContext } from '../platform/context.js';
import { Profile } from './profile.entity.js';
import type { ProfileService } from './profile.service.js';
import type { ProfileHistoryService } from './profile-history.service.js';
import { profileIdOf } from './profile-id.rules.js';

/** Events of profiles at the GraphQL edge. */
@Resolver(() => Profile)
export class ProfileEventsResolver {
  constructor(private readonly histories: ProfileHistoryService) {}

  @Allow('events:read')
  @FieldResolver(() => EventConnection, {
    nullable: true,
    description:
      'Newest first. The newest 20 come with the profile itself; a truncated profile shows the events of its 64 accounts seen last.',
  })
  events(
    @Ctx() ctx: RequestContext,
    @Root() profile: Profile,
    @Arg('filter', () => EventFilter, { nullable: true }) filter: EventFilter | null | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A cursor of the same query.' }) after:
      | string
      | null
      | undefined,
  ): Promise<EventConnection> {
    return this.histories.page(ctx, profile, { filter, first, after });
  }

  @Allow('events:read')
  @Query(() => [Event], {
    nullable: 'items',
    description: 'In the order asked for; null where there is none. At most 100.',
  })
  eventsByMessageId(
    @Ctx() ctx: RequestContext,
    @Arg('messageIds', () => [String]) messageIds: string[],
  ): Promise<(Event | null)[]> {
    return this.histories.findByMessageIds(ctx, messageIds);
  }
}

/** The person behind an event. */
@Resolver(() => Event)
export class EventProfileResolver {
  constructor(private readonly profiles: ProfileService) {}

  @Allow('profiles:read')
  @FieldResolver(() => Profile, { nullable: true, description: 'The profile its account is in now.' })
  profile(@Ctx() ctx: RequestContext, @Root() event: Event): Promise<Profile | null> {
    return this.profiles.find(ctx, profileIdOf(event.accountId));
  }
}
