import type { Database } from '../platform/database.js';
import { WebhookDeliveryService } from './webhook-delivery.service.js';
import { WebhookDeliveryStore } from './webhook-delivery.store.js';
import { WebhookDestinationService } from './webhook-destination.service.js';
import { WebhookDestinationStore } from './webhook-destination.store.js';
import { WebhookOutboxService } from './webhook-outbox.service.js';
import { type Post, postTo } from './webhook-post.js';
import { WebhookSendingService } from './webhook-sending.service.js';

/** What webhooks are wired to. */
export interface WebhookParts {
  readonly database: Database;
  /** Whether destinations on this machine are taken. */
  readonly toLoopback: boolean;
  readonly post?: Post | undefined;
}

/** Signed webhooks, wired to one database. */
export function createWebhooks({ database, toLoopback, post = postTo(toLoopback) }: WebhookParts) {
  const destinationStore = new WebhookDestinationStore(database);
  const deliveryStore = new WebhookDeliveryStore(database);
  const outbox = new WebhookOutboxService(destinationStore, deliveryStore);
  const destinations = new WebhookDestinationService(destinationStore, deliveryStore, outbox, toLoopback);
  return {
    deliveryStore,
    destinations,
    outbox,
    deliveries: new WebhookDeliveryService(deliveryStore, destinations, outbox),
    sending: new WebhookSendingService(destinationStore, deliveryStore, post),
  };
}
