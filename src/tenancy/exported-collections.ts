import { SegmentActivation } from '../activations/segment-activation.entity.js';
import { AuditEntry } from '../audit/audit-entry.entity.js';
import { AuditLog } from '../audit/audit-log.entity.js';
import { ObservedName } from '../catalogue/observed-name.entity.js';
import type { AccountStore } from '../channels/account.store.js';
import { ACCOUNT_TYPES } from '../channels/account-types.js';
import { Contact } from '../contacts/contact.entity.js';
import { TrustedDocument } from '../documents/trusted-document.entity.js';
import type { EventStore } from '../events/event.store.js';
import { openedEvents } from '../events/opened-events.js';
import { Link } from '../identities/link.entity.js';
import { QuarantineRecord } from '../ingestion/quarantine.entity.js';
import { MatchCandidate } from '../likeness/match-candidate.entity.js';
import { LearnedModel } from '../likeness/match-model.entity.js';
import { LedgerEntry } from '../loyalty/ledger-entry.entity.js';
import { Referral } from '../loyalty/referral.entity.js';
import { LoyaltyWallet } from '../loyalty/wallet.entity.js';
import { ListedMember } from '../memberships/listed-member.entity.js';
import { MembershipChange } from '../memberships/membership-change.entity.js';
import { Standing } from '../memberships/standing.entity.js';
import { type OpenedCollection, openAnyway, openedByItself, openedByTenant } from '../platform/opened-rows.js';
import { ConsentRecord } from '../privacy/consent.store.js';
import { ProcessingLimit } from '../privacy/processing-limit.store.js';
import { ManualTraitFact } from '../profiles/manual-trait.store.js';
import { Profile } from '../profiles/profile.entity.js';
import { RfmVersion } from '../rfm/rfm-version.entity.js';
import { PrivacyRequest } from '../rights/privacy-request.entity.js';
import { Segment } from '../segments/segment.entity.js';
import { TagAssignment } from '../tags/tag-assignment.entity.js';
import { TagDefinition } from '../tags/tag-definition.entity.js';
import { Tenant } from '../tenants/tenant.entity.js';
import { WebhookDestination } from '../webhooks/webhook-destination.entity.js';

/** What its settings come from, without its keys. */
const OF_THE_PLATFORM = [
  'keys',
  'dataKey',
  'indexKey',
  'indexFrom',
  'keysVersion',
  'wrappedKeys',
  'removalId',
  'exportId',
  'removed',
];

/** The collections of which the export of a tenant holds every document, in their order, and how each is told. */
export function exportedCollections(accounts: AccountStore, events: EventStore): readonly OpenedCollection[] {
  const fields = (clear: unknown) => clear as Record<string, unknown>;
  return [
    openAnyway(Tenant, ...OF_THE_PLATFORM),
    ...ACCOUNT_TYPES.map((type) => openedByItself(type)),
    openedByItself(Profile),
    openedEvents(accounts, events),
    openedByTenant(Link, { field: 'sealedReason', as: (reason) => ({ reason }) }),
    openedByTenant(ManualTraitFact, { field: 'sealed', as: fields, accountOf: ({ accountId }) => String(accountId) }),
    openedByTenant(ConsentRecord, { field: 'sealed', as: fields }),
    openAnyway(ProcessingLimit),
    openedByTenant(LedgerEntry, { field: 'sealed', as: fields }),
    openAnyway(LoyaltyWallet),
    openAnyway(Referral),
    openAnyway(Contact),
    openedByTenant(QuarantineRecord, { field: 'sealed', as: (original) => ({ original }) }),
    openedByTenant(PrivacyRequest, { field: 'sealed', as: fields, leftOut: ['place'] }),
    openAnyway(MatchCandidate),
    openedByTenant(LearnedModel, { field: 'sealedModel', as: (model) => ({ model }) }),
    openAnyway(SegmentActivation),
    openedByTenant(Segment, { field: 'sealed', as: (rule) => ({ rule }) }),
    openedByTenant(TagDefinition, { field: 'sealed', as: (rule) => ({ rule }) }),
    openAnyway(RfmVersion),
    openAnyway(ListedMember),
    openAnyway(TagAssignment),
    openAnyway(Standing),
    openAnyway(MembershipChange),
    openAnyway(ObservedName),
    openAnyway(TrustedDocument),
    openedByTenant(WebhookDestination, { field: 'sealed', as: (sealed) => ({ url: fields(sealed).url }) }),
    openAnyway(AuditEntry, 'nodes', 'subjects', 'origin'),
    openAnyway(AuditLog, 'sealedKey', 'frontier', 'taken', 'epoch'),
  ];
}
