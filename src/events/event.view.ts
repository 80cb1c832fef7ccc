import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { Event } from './event.entity.js';

/** An event in a list, with its place there. */
@ObjectType({ simpleResolvers: true, description: 'An event in a list, with its place there.' })
export class EventEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Event)
  node!: Event;
}

/** A page of events, newest first. */
@ObjectType({ simpleResolvers: true, description: 'A page of events, newest first.' })
export class EventConnection {
  @Field(() => [EventEdge])
  edges!: EventEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
