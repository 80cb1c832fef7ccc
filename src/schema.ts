import type { GraphQLSchema } from 'graphql';
import { buildSchema, type ContainerType, type PubSub } from 'type-graphql';
import { ApiTokenResolver } from './access/api-token.resolver.js';
import { ViewerResolver } from './access/viewer.resolver.js';
import { ActivationResolver } from './activations/activation.resolver.js';
import { AlertResolver } from './alerts/alert.resolver.js';
import { AnonymousExportResolver } from './anonymity/anonymous-export.resolver.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { ACCOUNT_TYPES } from './channels/account-types.js';
import { ContactResolver } from './contacts/contact.resolver.js';
import { CustomerResolver } from './customers/customer.resolver.js';
import { TrustedDocumentResolver } from './documents/trusted-document.resolver.js';
import { IdentityResolver } from './identities/identity.resolver.js';
import { MatchCandidateConnectionResolver, MatchCandidateResolver } from './identities/match-candidate.resolver.js';
import { MatchRestitchResolver } from './identities/match-restitch.resolver.js';
import { IngestionResolver } from './ingestion/ingestion.resolver.js';
import { AttributionResolver } from './insights/attribution.resolver.js';
import { MetricResolver } from './insights/metric.resolver.js';
import { ItemResolver } from './items/item.resolver.js';
import { JobResolver } from './jobs/job.resolver.js';
import { JourneyResolver } from './lifecycle/journey.resolver.js';
import { LifecycleResolver } from './lifecycle/lifecycle.resolver.js';
import { LoyaltyAccountResolver, LoyaltyResolver } from './loyalty/loyalty.resolver.js';
import { SegmentInsightResolver } from './memberships/segment-insight.resolver.js';
import { SegmentListResolver } from './memberships/segment-list.resolver.js';
import {
  SegmentMembershipResolver,
  SegmentMembersResolver,
  TagCarriersResolver,
} from './memberships/segment-membership.resolver.js';
import { SizeHistoryResolver } from './memberships/size-history.resolver.js';
import { DateTime } from './platform/scalars.js';
import { nameTypesAtOnce } from './platform/type-names.js';
import { AccessPolicyResolver } from './policies/access-policy.resolver.js';
import { ConsentProofResolver, ConsentResolver } from './privacy/consent.resolver.js';
import { ChannelAccountsResolver } from './profiles/channel-accounts.resolver.js';
import { EventReceivedResolver } from './profiles/event-received.resolver.js';
import { NodeResolver } from './profiles/node.resolver.js';
import { ProfileConnectionResolver, ProfileResolver } from './profiles/profile.resolver.js';
import { ProfileChangeResolver } from './profiles/profile-change.resolver.js';
import { EventProfileResolver, ProfileEventsResolver } from './profiles/profile-events.resolver.js';
import { RecommendationResolver } from './recommendations/recommendation.resolver.js';
import { PrivacyRequestResolver } from './rights/privacy-request.resolver.js';
import { KeyRotationResolver } from './sealing/key-rotation.resolver.js';
import { SegmentResolver } from './segments/segment.resolver.js';
import { PrivateStatisticsResolver } from './statistics/private-statistics.resolver.js';
import { ProfileTagResolver, TagResolver } from './tags/tag.resolver.js';
import { TaggingResolver } from './tags/tagging.resolver.js';
import { OwnExportResolver } from './tenancy/own-export.resolver.js';
import { TenancyResolver } from './tenancy/tenancy.resolver.js';
import { TenantResolver } from './tenants/tenant.resolver.js';
import { WebhookResolver } from './webhooks/webhook.resolver.js';

const RESOLVERS = [
  AccessPolicyResolver,
  ActivationResolver,
  AlertResolver,
  AnonymousExportResolver,
  ApiTokenResolver,
  AttributionResolver,
  AuditResolver,
  ChannelAccountsResolver,
  ConsentProofResolver,
  ConsentResolver,
  ContactResolver,
  EventProfileResolver,
  EventReceivedResolver,
  IdentityResolver,
  IngestionResolver,
  ItemResolver,
  JobResolver,
  CustomerResolver,
  JourneyResolver,
  KeyRotationResolver,
  LifecycleResolver,
  LoyaltyResolver,
  LoyaltyAccountResolver,
  MatchCandidateConnectionResolver,
  MatchCandidateResolver,
  MatchRestitchResolver,
  MetricResolver,
  NodeResolver,
  PrivacyRequestResolver,
  PrivateStatisticsResolver,
  ProfileChangeResolver,
  ProfileConnectionResolver,
  ProfileEventsResolver,
  ProfileResolver,
  RecommendationResolver,
  SegmentInsightResolver,
  SegmentListResolver,
  SegmentMembersResolver,
  SegmentMembershipResolver,
  SegmentResolver,
  ProfileTagResolver,
  TagCarriersResolver,
  SizeHistoryResolver,
  TagResolver,
  TaggingResolver,
  OwnExportResolver,
  TenancyResolver,
  TenantResolver,
  TrustedDocumentResolver,
  WebhookResolver,
  ViewerResolver,
] as const;

/** type-graphql asks for one; here each subscription names its own source in `subscribe`. */
const UNUSED_PUB_SUB: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('A subscription without a source of its own.');
  },
};

const ROOT_DESCRIPTIONS: Record<string, string> = {
  Query: 'Reading. Unknown, foreign and erased ids answer alike: null.',
  Mutation: 'Writing. Unknown, foreign and erased ids answer alike: NOT_FOUND.',
  Subscription:
    'Following. `after` resumes from a cursor of the last 7 days without a gap; an older one is refused with CURSOR_EXPIRED.',
};

/** The GraphQL schema of the product; the container gives the instance of each resolver class. */
export async function buildProductSchema(container: ContainerType): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [...RESOLVERS],
    orphanedTypes: [...ACCOUNT_TYPES],
    scalarsMap: [{ type: Date, scalar: DateTime }],
    validate: false,
    pubSub: UNUSED_PUB_SUB,
    container,
  });
  for (const [name, description] of Object.entries(ROOT_DESCRIPTIONS)) {
    const type = schema.getType(name);
    if (type) type.description = description;
  }
  nameTypesAtOnce(schema);
  return schema;
}
