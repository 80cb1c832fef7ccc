import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { ResumeAfter } from '../platform/page-args.js';
import { EventFilter } from './event.inputs.js';
import { EventReceived } from './event-received.view.js';

/** Following events as they come in. */
@Resolver()
export class EventReceivedResolver {
  @Allow('events:read')
  @Subscription(() => EventReceived, {
    subscribe: () => {
      throw notImplemented('eventIngested');
    },
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
