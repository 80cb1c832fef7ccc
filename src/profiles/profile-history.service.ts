import type { Event } from '../events/event.entity.js';
import type { EventFilter } from '../events/event.inputs.js';
import type { EventListing, EventService, History } from '../events/event.service.js';
import type { EventConnection } from '../events/event.view.js';
import type { RequestContext } from '../platform/context.js';
import type { Profile } from './profile.entity.js';
import type { ProfileService } from './profile.service.js';
import { MOST_RECENT_EVENTS } from './snapshot.rules.js';

/** The events of a profile: the merged histories of the accounts it holds. */
export class ProfileHistoryService {
  constructor(
    private readonly events: EventService,
    private readonly profiles: ProfileService,
  ) {}

  /** The events of messageIds, in the order asked for; null where there is none that the caller may see. */
  async findByMessageIds(ctx: RequestContext, messageIds: readonly string[]): Promise<(Event | null)[]> {
    const found = await this.events.findByMessageIds(ctx, messageIds);
    return Promise.all(
      found.map((event) => event && this.profiles.ofAccount(ctx, event.accountId, 'events', async () => event)),
    );
  }

  /** A page of a profile's events, newest first. */
  page(ctx: RequestContext, profile: Profile, listing: EventListing): Promise<EventConnection> {
    return this.events.page(ctx, historyOf(profile), listing);
  }

  /** The newest 500 events of a profile, all of them or of a span of time. */
  newest(ctx: RequestContext, profile: Profile, range: EventFilter['range']): Promise<readonly Event[]> {
    return this.events.newest(ctx, historyOf(profile), range);
  }
}

function historyOf(profile: Profile): History {
  return {
    id: profile.id,
    accountIds: profile.accounts.map(({ id }) => id),
    recentEvents: profile.recentEvents,
    recentCapacity: MOST_RECENT_EVENTS,
  };
}
