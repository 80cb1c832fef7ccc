import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { EventFilter } from '../events/event.inputs.js';
import { EventReceived } from '../events/event-received.view.js';
import { servedLive } from '../platform/live-source.js';
import { ResumeAfter } from '../platform/page-args.js';

/** Following events as they come in. */
@Resolver()
export class EventReceivedResolver {
  @Allow('events:read')
  @Subscription(() => EventReceived, {
    subscribe: servedLive,
    description: 'Each event as it is accepted.',
  })
  eventIngested(
    @Root() received: EventReceived,
    @Arg('filter', () => EventFilter, { nullable: true, description: 'Only events it fits; absent: all.' })
    _filter: EventFilter | null,
    @ResumeAfter() _after: string | null,
  ): EventReceived {
    return received;
  }
}
