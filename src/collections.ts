import { ApiToken } from './access/api-token.entity.js';
import { SegmentActivation } from './activations/segment-activation.entity.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditInboxItem } from './audit/audit-inbox.entity.js';
import { AuditLog } from './audit/audit-log.entity.js';
import { ObservedName } from './catalogue/observed-name.entity.js';
import type { AccountStore } from './channels/account.store.js';
import { ACCOUNT_TYPES } from './channels/account-types.js';
import { Contact } from './contacts/contact.entity.js';
import { TrustedDocument } from './documents/trusted-document.entity.js';
import { Download, DownloadPiece } from './downloads/download.entity.js';
import { boundTo } from './downloads/download.rules.js';
import { Event } from './events/event.entity.js';
import { sealedEvents } from './events/sealed-events.js';
import { Claim } from './identities/claim.entity.js';
import { ClaimMovingStore } from './identities/claim-moving.store.js';
import { Link } from './identities/link.entity.js';
import { LinkMovingStore } from './identities/link-moving.store.js';
import { QuarantineRecord } from './ingestion/quarantine.entity.js';
import { Job } from './jobs/job.entity.js';
import { turnKey } from './jobs/job.store.js';
import { JobTurn } from './jobs/job-turn.entity.js';
import { Block } from './likeness/block.entity.js';
import { BlockMovingStore } from './likeness/block-moving.store.js';
import { CandidateMovingStore } from './likeness/candidate-moving.store.js';
import { MatchCandidate } from './likeness/match-candidate.entity.js';
import { LearnedModel } from './likeness/match-model.entity.js';
import { LedgerEntry } from './loyalty/ledger-entry.entity.js';
import { Referral } from './loyalty/referral.entity.js';
import { LoyaltyWallet } from './loyalty/wallet.entity.js';
import { ListedMember } from './memberships/listed-member.entity.js';
import { MembershipChange } from './memberships/membership-change.entity.js';
import { Standing } from './memberships/standing.entity.js';
import { type BlindedCollection, blindedByPacking } from './platform/blinded.js';
import { Change } from './platform/changes.js';
import type { Database } from './platform/database.js';
import type { EntityClass } from './platform/entity.js';
import { keyOf } from './platform/ids.js';
import { Lease, WorkerBeat } from './platform/lease.entity.js';
import { type SealedCollection, sealedByItself, sealedByTenant } from './platform/renewal.js';
import { ConsentRecord } from './privacy/consent.store.js';
import { ProcessingLimit } from './privacy/processing-limit.store.js';
import { ManualTraitFact } from './profiles/manual-trait.store.js';
import { Profile } from './profiles/profile.entity.js';
import { SEARCH_TOKENS } from './profiles/search-token.js';
import { RfmVersion } from './rfm/rfm-version.entity.js';
import { PrivacyRequest } from './rights/privacy-request.entity.js';
import { Segment } from './segments/segment.entity.js';
import { IdempotencyRecord } from './serving/idempotency.entity.js';
import { SpentPoints } from './serving/spent-points.entity.js';
import { PrivacyBudget } from './statistics/privacy-budget.entity.js';
import { PrivateAnswer } from './statistics/private-answer.entity.js';
import { TagAssignment } from './tags/tag-assignment.entity.js';
import { TagDefinition } from './tags/tag-definition.entity.js';
import type { RemovableCollection } from './tenancy/removal.store.js';
import { REMOVAL } from './tenancy/tenant-removal.service.js';
import { Tenant } from './tenants/tenant.entity.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.entity.js';
import { WebhookDestination } from './webhooks/webhook-destination.entity.js';

/** Every class that is stored in a collection of its own. */
export const STORED: readonly EntityClass[] = [
  ...ACCOUNT_TYPES,
  ApiToken,
  AuditEntry,
  AuditInboxItem,
  AuditLog,
  Block,
  Change,
  Claim,
  ConsentRecord,
  Download,
  DownloadPiece,
  ProcessingLimit,
  Event,
  IdempotencyRecord,
  ListedMember,
  MembershipChange,
  ObservedName,
  Job,
  JobTurn,
  LearnedModel,
  Lease,
  Link,
  LedgerEntry,
  LoyaltyWallet,
  ManualTraitFact,
  MatchCandidate,
  PrivacyRequest,
  PrivacyBudget,
  PrivateAnswer,
  Profile,
  QuarantineRecord,
  Referral,
  Contact,
  RfmVersion,
  Segment,
  SegmentActivation,
  SpentPoints,
  Standing,
  TagAssignment,
  TagDefinition,
  Tenant,
  TrustedDocument,
  WebhookDelivery,
  WebhookDestination,
  WorkerBeat,
];

/** Where a tenant's documents are deleted with it: everywhere, save its own record and what shows how far the deletion is. */
export function removableCollections(): readonly RemovableCollection[] {
  const kept = new Map<EntityClass, RemovableCollection['kept']>([
    [Job, (tenantId, jobId) => [keyOf(tenantId, jobId)]],
    [JobTurn, (tenantId) => [turnKey(tenantId, REMOVAL)]],
  ]);
  const others = STORED.filter((type) => type !== Tenant);
  return others.map((type) => ({
    type,
    ...(type === ApiToken && { tenantField: 'tenantId' }),
    kept: kept.get(type),
  }));
}

/** Where sealed values and wrapped keys are stored; events come before the accounts that have their keys. */
export function sealedCollections(accounts: AccountStore): readonly SealedCollection[] {
  return [
    sealedEvents(accounts),
    ...ACCOUNT_TYPES.map((type) => sealedByItself(type, { others: true })),
    sealedByItself(Profile, { others: false }),
    sealedByTenant(QuarantineRecord, 'sealed'),
    sealedByTenant(ManualTraitFact, 'sealed', ({ accountId }) => String(accountId)),
    sealedByTenant(Link, 'sealedReason'),
    sealedByTenant(LedgerEntry, 'sealed'),
    sealedByTenant(AuditLog, 'sealedKey'),
    sealedByTenant(ConsentRecord, 'sealed'),
    sealedByTenant(LearnedModel, 'sealedModel'),
    sealedByTenant(PrivacyRequest, 'sealed'),
    sealedByTenant(Segment, 'sealed'),
    sealedByTenant(TagDefinition, 'sealed'),
    sealedByTenant(IdempotencyRecord, 'sealed'),
    sealedByTenant(WebhookDelivery, 'sealed'),
    sealedByTenant(WebhookDestination, 'sealed'),
    sealedByTenant(DownloadPiece, 'sealed', ({ isLast }) => boundTo({ isLast: isLast === true })),
  ];
}

/** Where tokens of the index key are stored; `BLINDING_DECISIONS` says of which collections. */
export function blindedCollections(database: Database): readonly BlindedCollection[] {
  return [
    new ClaimMovingStore(database),
    new LinkMovingStore(database),
    new BlockMovingStore(database),
    new CandidateMovingStore(database),
    ...ACCOUNT_TYPES.map((type) => blindedByPacking(database, type)),
    blindedByPacking(database, Profile, SEARCH_TOKENS),
  ];
}
