import type { Event } from '../events/event.entity.js';
import type { EventFilter } from '../events/event.inputs.js';
import { fitsFilter } from '../events/event.rules.js';
import type { EventService } from '../events/event.service.js';
import type { EventReceived } from '../events/event-received.view.js';
import type { Change } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { eventsTopic, type LiveQuery, type LiveSource, type Reading } from '../platform/live-source.js';
import type { ProfileService } from './profile.service.js';

/** Follows events as they are accepted. */
export class EventReceivedService implements LiveSource {
  constructor(
    private readonly events: EventService,
    private readonly profiles: ProfileService,
  ) {}

  async follow(_ctx: RequestContext, { filter }: Readonly<Record<string, unknown>>): Promise<LiveQuery> {
    const wanted = (filter ?? {}) as EventFilter;
    return { topics: [eventsTopic()], read: (ctx, change) => this.read(ctx, change, wanted) };
  }

  private async read(ctx: RequestContext, { eventIds }: Change, wanted: EventFilter): Promise<Reading> {
    return { values: await Promise.all(eventIds.map((id) => this.message(ctx, id, wanted))) };
  }

  /** Undefined for an event that is not stored yet; null for one that isn't wanted, or not for this caller. */
  private async message(ctx: RequestContext, id: string, wanted: EventFilter) {
    const event = await this.events.find(ctx, id);
    if (!event) return undefined;
    const isWanted =
      fitsFilter(event, wanted) && (await this.profiles.ofAccount(ctx, event.accountId, 'events', async () => event));
    return isWanted ? ({ event: event as Event } satisfies Omit<EventReceived, 'cursor'>) : null;
  }
}
