import { Field, ObjectType } from 'type-graphql';
import { Alert } from './alert.entity.js';

/** An alert as it is delivered to a subscriber. */
@ObjectType({ simpleResolvers: true, description: 'An alert as it is delivered to a subscriber.' })
export class AlertRaised {
  @Field(() => String, { description: 'Give it as `after` to go on behind this message.' })
  cursor!: string;

  @Field(() => Alert)
  alert!: Alert;
}
