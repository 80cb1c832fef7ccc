import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { After, First } from '../platform/page-args.js';
import { WebhookDeliveryConnection, WebhookSecretPayload } from './webhook.view.js';
import { WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity.js';
import type { WebhookDeliveryService } from './webhook-delivery.service.js';
import { WebhookDestination } from './webhook-destination.entity.js';
import type { WebhookDestinationService } from './webhook-destination.service.js';

const DEFAULT_OVERLAP_HOURS = 24;
const URL_DESCRIPTION =
  'https, to a host on the public internet, without credentials; what its name leads to is looked at with each delivery.';

/** Where webhooks go, and what became of them. */
@Resolver(() => WebhookDestination)
export class WebhookResolver {
  constructor(
    private readonly destinations: WebhookDestinationService,
    private readonly deliveries: WebhookDeliveryService,
  ) {}

  @Allow('webhooks:read')
  @Query(() => [WebhookDestination], { description: 'All destinations of webhooks, at most 20, the oldest first.' })
  webhookDestinations(@Ctx() ctx: RequestContext): Promise<WebhookDestination[]> {
    return this.destinations.list(ctx);
  }

  @Allow('webhooks:manage')
  @FieldResolver(() => String, { nullable: true, description: 'The whole address; it may hold a key of the receiver.' })
  url(@Ctx() ctx: RequestContext, @Root() destination: WebhookDestination): string {
    return this.destinations.urlOf(ctx, destination);
  }

  @Allow('webhooks:read')
  @Query(() => WebhookDeliveryConnection, {
    description: 'What was filed for a destination in the last 30 days and what became of it, the newest first.',
  })
  webhookDeliveries(
    @Ctx() ctx: RequestContext,
    @Arg('destinationId', () => ID) destinationId: string,
    @Arg('state', () => WebhookDeliveryState, { nullable: true }) state: WebhookDeliveryState | null,
    @First(50) first: number,
    @After() after: string | null,
  ): Promise<WebhookDeliveryConnection> {
    return this.deliveries.list(ctx, { destinationId, state: state ?? null }, first, after ?? null);
  }

  @Allow('webhooks:manage')
  @Mutation(() => WebhookSecretPayload, {
    description: 'Makes a destination of webhooks, at most 20 a tenant. Its secret is shown this once.',
  })
  createWebhookDestination(
    @Ctx() ctx: RequestContext,
    @Arg('name', () => String, { description: '1 to 100 characters.' }) name: string,
    @Arg('url', () => String, { description: URL_DESCRIPTION }) url: string,
  ): Promise<WebhookSecretPayload> {
    return this.destinations.create(ctx, name, url);
  }

  @Allow('webhooks:manage')
  @Mutation(() => WebhookDestination, { description: 'Changes what is given and leaves the rest; the secret stays.' })
  updateWebhookDestination(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String, { nullable: true }) name: string | null,
    @Arg('url', () => String, { nullable: true, description: URL_DESCRIPTION }) url: string | null,
    @Arg('isEnabled', () => Boolean, {
      nullable: true,
      description: 'False: what would be sent is filed as FAILED; true: it is sent to again, also after a 410.',
    })
    isEnabled: boolean | null,
  ): Promise<WebhookDestination> {
    return this.destinations.update(ctx, id, { name, url, isEnabled });
  }

  @Allow('webhooks:manage')
  @Mutation(() => WebhookSecretPayload, {
    description: 'Gives a destination a new secret. For the overlap, deliveries bear a signature of each.',
  })
  rotateWebhookSecret(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID) id: string,
    @Arg('overlapHours', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_OVERLAP_HOURS,
      description: 'Hours for which the secret before signs as well, 0 to 168.',
    })
    overlapHours: number | null,
  ): Promise<WebhookSecretPayload> {
    return this.destinations.rotate(ctx, id, overlapHours ?? DEFAULT_OVERLAP_HOURS);
  }

  @Allow('webhooks:manage')
  @Mutation(() => WebhookDelivery, {
    description: 'Files a delivery of the type `webhook.test`, which tells of nobody, to try a destination.',
  })
  testWebhookDestination(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<WebhookDelivery> {
    return this.deliveries.test(ctx, id);
  }

  @Allow('webhooks:manage')
  @Mutation(() => Int, {
    description:
      'Sends FAILED deliveries again under their ids, with all attempts before them; says how many there were. Others are left as they are; NOT_FOUND where one is not there any more.',
  })
  resendWebhookDeliveries(
    @Ctx() ctx: RequestContext,
    @Arg('ids', () => [ID], { description: 'Of deliveries, at most 100.' }) ids: string[],
  ): Promise<number> {
    return this.deliveries.resend(ctx, ids);
  }

  @Allow('webhooks:manage')
  @Mutation(() => Boolean, { description: 'Deletes a destination with its deliveries; nothing more is sent to it.' })
  deleteWebhookDestination(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<boolean> {
    return this.destinations.delete(ctx, id);
  }
}
