import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookDestination } from './webhook-destination.entity.js';

/** A destination with a secret just made. */
@ObjectType({ simpleResolvers: true, description: 'A destination with a secret just made, which is shown this once.' })
export class WebhookSecretPayload {
  @Field(() => WebhookDestination)
  destination!: WebhookDestination;

  @Field(() => String, {
    description: '`whsec_` and base64: give it to the receiver, whose Standard Webhooks library verifies by it.',
  })
  secret!: string;
}

/** A delivery in a page. */
@ObjectType({ simpleResolvers: true, description: 'A delivery in a page.' })
export class WebhookDeliveryEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => WebhookDelivery)
  node!: WebhookDelivery;
}

/** A page of deliveries. */
@ObjectType({ simpleResolvers: true, description: 'A page of deliveries, the newest first.' })
export class WebhookDeliveryConnection {
  @Field(() => [WebhookDeliveryEdge])
  edges!: WebhookDeliveryEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
