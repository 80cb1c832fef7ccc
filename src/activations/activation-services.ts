import type { MembershipChangeStore } from '../memberships/membership-change.store.js';
import type { Database } from '../platform/database.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentStore } from '../segments/segment.store.js';
import type { createWebhooks } from '../webhooks/webhook-services.js';
import { ActivationService } from './activation.service.js';
import { ActivationStore } from './activation.store.js';
import { ActivationFeedService } from './activation-feed.service.js';
import { ActivationFilingService } from './activation-filing.service.js';
import { ConsentReactionService } from './consent-reaction.service.js';

/** What activations are wired to. */
export interface ActivationParts {
  readonly database: Database;
  readonly profileStore: ProfileStore;
  readonly segmentStore: SegmentStore;
  readonly segments: SegmentService;
  readonly stream: MembershipChangeStore;
  readonly webhooks: ReturnType<typeof createWebhooks>;
}

/** The activation of segments, wired to one database. */
export function createActivations(parts: ActivationParts) {
  const { database, profileStore, segmentStore, segments, stream, webhooks } = parts;
  const store = new ActivationStore(database);
  const filing = new ActivationFilingService(profileStore, segmentStore, webhooks.outbox);
  return {
    activations: new ActivationService(store, segments, webhooks.destinations),
    activationFeed: new ActivationFeedService(store, stream, segmentStore, filing),
    consentReaction: new ConsentReactionService(store, profileStore, filing),
  };
}
