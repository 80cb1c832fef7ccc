import { Field, Float, ObjectType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { Event } from '../events/event.entity.js';
import { LifecycleStage } from './lifecycle-stage.js';

/** One event of a journey, with the stage the person had reached. */
@ObjectType({ simpleResolvers: true, description: 'One event of a journey, with the stage the person had reached.' })
export class JourneyStep {
  @Field(() => Event)
  event!: Event;

  @Field(() => LifecycleStage)
  stage!: LifecycleStage;
}

/** A person's way through channels and stages. */
@ObjectType({ simpleResolvers: true, description: "A person's way through channels and stages." })
export class Journey {
  @Field(() => [JourneyStep], { description: 'The newest 500 within the range, in the order of time.' })
  steps!: JourneyStep[];

  @Field(() => LifecycleStage, { description: 'The stage of the last step; AWARENESS where there is none.' })
  currentStage!: LifecycleStage;

  @Field(() => [Channel], { description: 'In the order in which they first come up.' })
  channels!: Channel[];

  @Field(() => Float, { description: 'Days from the first step to the last.' })
  durationDays!: number;
}
