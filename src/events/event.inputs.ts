import { Field, InputType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { DateRange } from '../platform/date-range.js';
import { EventType } from './event-kinds.js';

/** Which events of a profile are meant; what is left out does not confine. */
@InputType({ description: 'Which events are meant; what is left out does not confine.' })
export class EventFilter {
  @Field(() => [EventType], { nullable: true })
  types?: EventType[] | null;

  @Field(() => [String], { nullable: true, description: 'Event names, as `Order Completed`.' })
  names?: string[] | null;

  @Field(() => [Channel], { nullable: true })
  channels?: Channel[] | null;

  @Field(() => DateRange, { nullable: true, description: 'Of occurredAt.' })
  range?: DateRange | null;
}
