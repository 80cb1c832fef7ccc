import type { ContainerType } from 'type-graphql';
import { ApiTokenResolver } from './access/api-token.resolver.js';
import { ActivationResolver } from './activations/activation.resolver.js';
import { AnonymousExportResolver } from './anonymity/anonymous-export.resolver.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { ContactResolver } from './contacts/contact.resolver.js';
import { CustomerResolver } from './customers/customer.resolver.js';
import { TrustedDocumentResolver } from './documents/trusted-document.resolver.js';
import { IdentityResolver } from './identities/identity.resolver.js';
import { MatchCandidateResolver } from './identities/match-candidate.resolver.js';
import { MatchRestitchResolver } from './identities/match-restitch.resolver.js';
import { IngestionResolver } from './ingestion/ingestion.resolver.js';
import { JobResolver } from './jobs/job.resolver.js';
import { JourneyResolver } from './lifecycle/journey.resolver.js';
import { LoyaltyAccountResolver, LoyaltyResolver } from './loyalty/loyalty.resolver.js';
import { SegmentInsightResolver } from './memberships/segment-insight.resolver.js';
import { SegmentListResolver } from './memberships/segment-list.resolver.js';
import {
  SegmentMembershipResolver,
  SegmentMembersResolver,
  TagCarriersResolver,
} from './memberships/segment-membership.resolver.js';
import { SizeHistoryResolver } from './memberships/size-history.resolver.js';
import type { LiveSource } from './platform/live-source.js';
import { AccessPolicyResolver } from './policies/access-policy.resolver.js';
import { ConsentProofResolver, ConsentResolver } from './privacy/consent.resolver.js';
import { ChannelAccountsResolver } from './profiles/channel-accounts.resolver.js';
import { type NodeFinder, NodeResolver } from './profiles/node.resolver.js';
import { ProfileResolver } from './profiles/profile.resolver.js';
import { EventProfileResolver, ProfileEventsResolver } from './profiles/profile-events.resolver.js';
import { PrivacyRequestResolver } from './rights/privacy-request.resolver.js';
import { KeyRotationResolver } from './sealing/key-rotation.resolver.js';
import { SegmentResolver } from './segments/segment.resolver.js';
import type { Services } from './services.js';
import { PrivateStatisticsResolver } from './statistics/private-statistics.resolver.js';
import { ProfileTagResolver, TagResolver } from './tags/tag.resolver.js';
import { TaggingResolver } from './tags/tagging.resolver.js';
import { OwnExportResolver } from './tenancy/own-export.resolver.js';
import { TenancyResolver } from './tenancy/tenancy.resolver.js';
import { TenantResolver } from './tenants/tenant.resolver.js';
import { WebhookResolver } from './webhooks/webhook.resolver.js';

type ResolverClass = new (...services: never[]) => object;

/** How an object is found by its id, by kind. */
function nodeFinders({
  profiles,
  accountViews,
  events,
  quarantine,
  jobs,
  matchCandidates,
  auditQueries,
  privacyRequests,
  segments,
  tags,
  webhooks,
  activations,
}: Services): Record<string, NodeFinder> {
  return {
    prf: (ctx, id) => profiles.find(ctx, id),
    acc: (ctx, id) => profiles.ofAccount(ctx, id, 'channelAccounts', () => accountViews.find(ctx, id)),
    evt: async (ctx, id) => {
      const event = ctx.access.may('events:read') ? await events.find(ctx, id) : null;
      return event && profiles.ofAccount(ctx, event.accountId, 'events', async () => event);
    },
    aud: async (ctx, id) => (ctx.access.may('audit:read') ? auditQueries.find(ctx, id) : null),
    job: (ctx, id) => jobs.find(ctx, id),
    prq: async (ctx, id) => (ctx.access.may('privacy:manage') ? privacyRequests.find(ctx, id) : null),
    mtc: async (ctx, id) => (ctx.access.may('identities:write') ? matchCandidates.find(ctx, id) : null),
    seg: async (ctx, id) => (ctx.access.may('segments:read') ? segments.find(ctx, id) : null),
    tag: async (ctx, id) => (ctx.access.may('segments:read') ? tags.find(ctx, id) : null),
    act: async (ctx, id) => (ctx.access.may('segments:read') ? activations.find(ctx, id) : null),
    whd: async (ctx, id) => (ctx.access.may('webhooks:read') ? webhooks.destinations.find(ctx, id) : null),
    whm: async (ctx, id) => (ctx.access.may('webhooks:read') ? webhooks.deliveries.find(ctx, id) : null),
    qit: async (ctx, id) => (ctx.access.may('quarantine:manage') ? quarantine.find(ctx, id) : null),
  };
}

/** What serves the fields of `Subscription`, by field; those that are missing say themselves why. */
export function liveSourcesOf({ profileChanges, eventsReceived, memberships }: Services): Record<string, LiveSource> {
  return { profileUpdated: profileChanges, eventIngested: eventsReceived, segmentMembershipChanged: memberships };
}

/** The resolvers with their services; one that needs none is made at its first use. */
export function containerOf(services: Services): ContainerType {
  const resolvers = new Map<unknown, object>([
    [ActivationResolver, new ActivationResolver(services.activations)],
    [AccessPolicyResolver, new AccessPolicyResolver(services.accessPolicies)],
    [AnonymousExportResolver, new AnonymousExportResolver(services.anonymousExports)],
    [ApiTokenResolver, new ApiTokenResolver(services.apiTokens)],
    [ConsentProofResolver, new ConsentProofResolver(services.consents)],
    [ConsentResolver, new ConsentResolver(services.consents)],
    [ContactResolver, new ContactResolver(services.contactCare)],
    [AuditResolver, new AuditResolver(services.auditQueries, services.auditVerifications)],
    [ChannelAccountsResolver, new ChannelAccountsResolver(services.channelAccounts)],
    [EventProfileResolver, new EventProfileResolver(services.profiles)],
    [IdentityResolver, new IdentityResolver(services.lookUps, services.merges)],
    [IngestionResolver, new IngestionResolver(services.ingestion, services.quarantine)],
    [JobResolver, new JobResolver(services.jobs)],
    [CustomerResolver, new CustomerResolver(services.customerViews)],
    [JourneyResolver, new JourneyResolver(services.histories)],
    [KeyRotationResolver, new KeyRotationResolver(services.keyRotations)],
    [LoyaltyAccountResolver, new LoyaltyAccountResolver(services.loyalty)],
    [LoyaltyResolver, new LoyaltyResolver(services.loyalty, services.ledgerLists)],
    [
      MatchCandidateResolver,
      new MatchCandidateResolver(
        services.matchCandidates,
        services.matchExplanations,
        services.matchReviews,
        services.profiles,
      ),
    ],
    [MatchRestitchResolver, new MatchRestitchResolver(services.merges, services.previews)],
    [PrivacyRequestResolver, new PrivacyRequestResolver(services.privacyRequests)],
    [NodeResolver, new NodeResolver(nodeFinders(services))],
    [OwnExportResolver, new OwnExportResolver(services.ownExports)],
    [PrivateStatisticsResolver, new PrivateStatisticsResolver(services.privateStatistics)],
    [ProfileEventsResolver, new ProfileEventsResolver(services.histories)],
    [ProfileResolver, new ProfileResolver(services.profiles, services.manualTraits, services.profileLists)],
    [SegmentInsightResolver, new SegmentInsightResolver(services.segmentInsight)],
    [SegmentListResolver, new SegmentListResolver(services.segmentLists)],
    [SegmentMembersResolver, new SegmentMembersResolver(services.memberships)],
    [SegmentMembershipResolver, new SegmentMembershipResolver(services.memberships)],
    [TagResolver, new TagResolver(services.tags, services.tagEditing)],
    [ProfileTagResolver, new ProfileTagResolver(services.tags)],
    [TaggingResolver, new TaggingResolver(services.tagging)],
    [TagCarriersResolver, new TagCarriersResolver(services.memberships)],
    [SizeHistoryResolver, new SizeHistoryResolver(services.sizeHistories)],
    [SegmentResolver, new SegmentResolver(services.segments, services.segmentEditing)],
    [TenancyResolver, new TenancyResolver(services.tenancy)],
    [TenantResolver, new TenantResolver(services.tenants)],
    [TrustedDocumentResolver, new TrustedDocumentResolver(services.trustedDocuments)],
    [WebhookResolver, new WebhookResolver(services.webhooks.destinations, services.webhooks.deliveries)],
  ]);
  return {
    get(type: ResolverClass) {
      const known = resolvers.get(type);
      if (known) return known;
      if (type.length > 0) throw new Error(`${type.name} needs services and resolvers.ts gives it none.`);
      const made = new type();
      resolvers.set(type, made);
      return made;
    },
  };
}
