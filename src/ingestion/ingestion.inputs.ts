import { Field, InputType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { IdentifierInput } from '../channels/identifier.entity.js';
import { EventType } from '../events/event-kinds.js';
import { DateTime, JSONObject } from '../platform/scalars.js';

/** One thing that was observed of a customer in a channel. */
@InputType({ description: 'One thing that was observed of a customer in a channel; at most 32 kB.' })
export class EventInput {
  @Field(() => String, { description: "The client's own unique id: sending it again changes nothing." })
  messageId!: string;

  @Field(() => EventType, { defaultValue: EventType.TRACK })
  type!: EventType;

  @Field(() => String, {
    nullable: true,
    description: "Required for TRACK; standard names are Segment's (Order Completed, Product Viewed ...).",
  })
  name?: string | null;

  @Field(() => Channel)
  channel!: Channel;

  @Field(() => [IdentifierInput], { description: 'One to 50.' })
  identifiers!: IdentifierInput[];

  @Field(() => JSONObject, {
    nullable: true,
    description: 'A null value is an observation too: it clears the trait as of occurredAt. At most 200.',
  })
  traits?: Record<string, unknown> | null;

  @Field(() => JSONObject, { nullable: true, description: 'What is to be told of the event.' })
  properties?: Record<string, unknown> | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: "Where it happened, in Segment's names: campaign, page, device ...",
  })
  context?: Record<string, unknown> | null;

  @Field(() => DateTime, { description: 'More than 24 h in the future is refused with OCCURRED_IN_FUTURE.' })
  occurredAt!: Date;
}
