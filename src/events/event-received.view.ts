import { Field, ObjectType } from 'type-graphql';
import { Event } from './event.entity.js';

/** An accepted event, as it is delivered to a subscriber. */
@ObjectType({ simpleResolvers: true, description: 'An accepted event, as it is delivered to a subscriber.' })
export class EventReceived {
  @Field(() => String, { description: 'Give it as `after` to go on behind this message.' })
  cursor!: string;

  @Field(() => Event)
  event!: Event;
}
