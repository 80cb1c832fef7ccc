import { ApiTokenService } from './access/api-token.service.js';
import { ApiTokenStore } from './access/api-token.store.js';
import { AuthenticationService } from './access/authentication.service.js';
import { PolicyService } from './access/policy.service.js';
import { UserTokenService } from './access/user-token.service.js';
import { createActivations } from './activations/activation-services.js';
import { AnonymousExportService, AnonymousExportStarter } from './anonymity/anonymous-export.service.js';
import { AnonymousTableService } from './anonymity/anonymous-table.service.js';
import { createAudit } from './audit/audit-services.js';
import type { AuditSignatureService } from './audit/audit-signature.service.js';
import type { AuditTrail } from './audit/audit-trail.service.js';
import { AccountService } from './channels/account.service.js';
import { AccountStore } from './channels/account.store.js';
import { AccountViewService } from './channels/account-view.service.js';
import { blindedCollections, removableCollections, STORED, sealedCollections } from './collections.js';
import type { Config } from './config.js';
import { ContactStore } from './contacts/contact.store.js';
import { ContactCareService } from './contacts/contact-care.service.js';
import { createCustomers } from './customers/customer-services.js';
import { TrustedDocumentService } from './documents/trusted-document.service.js';
import { TrustedDocumentStore } from './documents/trusted-document.store.js';
import { DownloadService } from './downloads/download.service.js';
import { DownloadStore } from './downloads/download.store.js';
import { EventService } from './events/event.service.js';
import { EventStore } from './events/event.store.js';
import { EventOpeningService } from './events/event-opening.service.js';
import { OutdatedEventStore } from './events/outdated-events.store.js';
import { BulkMatchingService } from './identities/bulk-matching.service.js';
import { ClaimStore } from './identities/claim.store.js';
import { ComponentService } from './identities/component.service.js';
import { IdentityService } from './identities/identity.service.js';
import { IdentityMonitor, type IdentityObserver } from './identities/identity-monitor.js';
import { LinkStore } from './identities/link.store.js';
import { LiveMatchingService } from './identities/live-matching.service.js';
import { LookUpService } from './identities/look-up.service.js';
import { MatchReviewService } from './identities/match-review.service.js';
import { MergeService } from './identities/merge.service.js';
import { ResolutionService } from './identities/resolution.service.js';
import { RestitchService } from './identities/restitch.service.js';
import { RestitchPreviewService } from './identities/restitch-preview.service.js';
import { RestitchingService } from './identities/restitching.service.js';
import { IngestionService } from './ingestion/ingestion.service.js';
import type { IngestionObserver } from './ingestion/ingestion-tally.rules.js';
import { QuarantineService } from './ingestion/quarantine.service.js';
import { QuarantineStore } from './ingestion/quarantine.store.js';
import { JobService } from './jobs/job.service.js';
import { JobStore } from './jobs/job.store.js';
import type { JobKind, JobObserver } from './jobs/job-kind.js';
import { weighAccounts } from './likeness/account-pairs.js';
import { BlockStore } from './likeness/block.store.js';
import { CandidateService } from './likeness/candidate.service.js';
import { CandidateListService } from './likeness/candidate-list.service.js';
import { LearningService } from './likeness/learning.service.js';
import { LikenessService, type WeighPairs } from './likeness/likeness.service.js';
import { MatchCandidateStore } from './likeness/match-candidate.store.js';
import { MatchExplanationService } from './likeness/match-explanation.service.js';
import { MatchModelService } from './likeness/match-model.service.js';
import { MatchModelStore } from './likeness/match-model.store.js';
import { MatchWorkers } from './likeness/match-workers.js';
import { LedgerStore } from './loyalty/ledger.store.js';
import { createLoyalty } from './loyalty/loyalty-services.js';
import { ReferralStore } from './loyalty/referral.store.js';
import { WalletStore } from './loyalty/wallet.store.js';
import { DueSources } from './memberships/due-sources.js';
import { createEvaluation, createSegments, membershipStores } from './memberships/segment-services.js';
import { ChangeLog } from './platform/changes.js';
import type { TenantContext } from './platform/context.js';
import type { Database } from './platform/database.js';
import { masterKeysOf } from './platform/key-provider.js';
import type { Warn } from './platform/logger.js';
import type { Reaction } from './platform/reaction-runner.js';
import { NO_TRACING, type Tracing, withSpans } from './platform/tracing.js';
import { AccessPolicyService } from './policies/access-policy.service.js';
import { ConsentService } from './privacy/consent.service.js';
import { ConsentStore } from './privacy/consent.store.js';
import { ProcessingLimitStore } from './privacy/processing-limit.store.js';
import { AnchoredFactService } from './profiles/anchored-facts.service.js';
import { BegunMergesService } from './profiles/begun-merges.service.js';
import { ChannelAccountsService } from './profiles/channel-accounts.service.js';
import { EventReceivedService } from './profiles/event-received.service.js';
import { ManualTraitService } from './profiles/manual-trait.service.js';
import { ManualTraitStore } from './profiles/manual-trait.store.js';
import { MergeCompletionService } from './profiles/merge-completion.service.js';
import { PartingService } from './profiles/parting.service.js';
import { PartingPlanService } from './profiles/parting-plan.service.js';
import { PermittedUseService } from './profiles/permitted-use.service.js';
import { PersonsService } from './profiles/persons.service.js';
import { ProfileService } from './profiles/profile.service.js';
import { ProfileStore } from './profiles/profile.store.js';
import { ProfileAccountsService } from './profiles/profile-accounts.service.js';
import { ProfileAnchorsService } from './profiles/profile-anchors.service.js';
import { ProfileChangeService } from './profiles/profile-change.service.js';
import { ProfileDerivationService } from './profiles/profile-derivation.service.js';
import { ProfileHistoryService } from './profiles/profile-history.service.js';
import { ProfileOutlookService } from './profiles/profile-outlook.service.js';
import { ProfileValuesService } from './profiles/profile-values.service.js';
import { ProfileValuesStore } from './profiles/profile-values.store.js';
import { RecentEventsService } from './profiles/recent-events.service.js';
import { SlotStore } from './profiles/slot.store.js';
import { StitchService } from './profiles/stitch.service.js';
import { outdatedCollections } from './retention/outdated-collections.js';
import { OutdatedEventsService } from './retention/outdated-events.service.js';
import { RetainService } from './retention/retain.service.js';
import { eraserOf } from './rights/erased-collections.js';
import { PrivacyRequestService } from './rights/privacy-request.service.js';
import { createRights } from './rights/rights-services.js';
import { KeyRotationService } from './sealing/key-rotation.service.js';
import { ReindexService } from './sealing/reindex.service.js';
import { ResealService } from './sealing/reseal.service.js';
import { ResealStore } from './sealing/reseal.store.js';
import { SegmentStore } from './segments/segment.store.js';
import { IdempotencyService } from './serving/idempotency.service.js';
import { IdempotencyStore } from './serving/idempotency.store.js';
import { RateLimitService, WINDOW_SECONDS } from './serving/rate-limit.service.js';
import { SpentPointsStore } from './serving/spent-points.store.js';
import { PrivacyBudgetStore } from './statistics/privacy-budget.store.js';
import { PrivateAnswerStore } from './statistics/private-answer.store.js';
import { PrivateStatisticsService } from './statistics/private-statistics.service.js';
import { exportedCollections } from './tenancy/exported-collections.js';
import { OwnExportService } from './tenancy/own-export.service.js';
import { RemovalStore } from './tenancy/removal.store.js';
import { TenancyService } from './tenancy/tenancy.service.js';
import { TenantExportService } from './tenancy/tenant-export.service.js';
import { TenantRemovalService } from './tenancy/tenant-removal.service.js';
import { TenantRowsStore } from './tenancy/tenant-rows.store.js';
import { Tenant } from './tenants/tenant.entity.js';
import { TenantService } from './tenants/tenant.service.js';
import { TenantStore } from './tenants/tenant.store.js';
import { TenantKeyService } from './tenants/tenant-key.service.js';
import { TenantRegistryService } from './tenants/tenant-registry.service.js';
import { createWebhooks } from './webhooks/webhook-services.js';

/** The use cases, wired to one database: what the server and the commands work with. */
export type Services = Awaited<ReturnType<typeof createServices>>;

/** Creates the collections and indexes that are missing. */
export function prepareDatabase(database: Database): Promise<void> {
  return database.prepare(STORED);
}

/** What services are made from. */
export interface ServicesOptions {
  readonly config: Config;
  readonly database: Database;
  /** Is told of each ingested batch, of what becomes of profiles, and of each job that has ended. */
  readonly observer?: IngestionObserver & IdentityObserver & JobObserver;
  readonly tracing?: Tracing;
  readonly warn?: Warn;
  /** How long an erasure waits for whoever was writing the profile. */
  readonly erasureGraceMs?: number;
}

/** Wires stores to services, by hand. */
export async function createServices(options: ServicesOptions) {
  const { config, database } = options;
  const clock = () => new Date(Date.now() + config.clockOffsetMs);
  const policies = await PolicyService.load();
  const modelStore = new MatchModelStore(database);
  const models = new MatchModelService(modelStore);
  const masterKeys = masterKeysOf(config);
  const tenantStore = new TenantStore(database);
  const tenants = new TenantService(tenantStore, masterKeys, clock, (ctx, { matchModel }) =>
    models.checkVersion(ctx, 'settings.matchModel', matchModel),
  );
  const profileStore = new ProfileStore(database);
  const segmentStore = new SegmentStore(database);
  const apiTokens = new ApiTokenService(new ApiTokenStore(database), policies, clock, {
    profiles: async (ctx, ids) => new Set((await profileStore.resolve(ctx, ids)).keys()),
    segments: (ctx, ids) => segmentStore.known(ctx, ids),
  });
  const userTokens = new UserTokenService(config, clock);
  const audit = createAudit(database, { dataDir: config.dataDir, clock, warn: options.warn });
  const authentication = new AuthenticationService(userTokens, apiTokens, tenants, audit.auditTrail);
  const rates = new RateLimitService(new SpentPointsStore(database, WINDOW_SECONDS), config.rateLimitCostPerMinute);
  const answers = new IdempotencyStore(database);
  const idempotency = new IdempotencyService(answers);
  const accessPolicies = new AccessPolicyService(tenants, policies);
  const documentStore = new TrustedDocumentStore(database);
  const trustedDocuments = new TrustedDocumentService(documentStore, apiTokens, audit.auditTrail);
  const doors = {
    policies,
    accessPolicies,
    trustedDocuments,
    tenants,
    apiTokens,
    userTokens,
    authentication,
    rates,
    idempotency,
  };
  const tenantKeys = new TenantKeyService(tenantStore, masterKeys, clock);
  const registry = new TenantRegistryService(tenantStore, tenants, clock);
  const told = { witness: audit.auditTrail, signatures: audit.auditSignatures };
  const shared = { tenantKeys, registry, modelStore, models, partners: apiTokens, answers, ...told };
  return { clock, ...doors, ...audit, ...createUseCases(options, tenants, shared) };
}

/** What use cases share with what stands before them. */
interface UseCaseParts {
  readonly tenantKeys: TenantKeyService;
  readonly registry: TenantRegistryService;
  readonly modelStore: MatchModelStore;
  readonly models: MatchModelService;
  readonly partners: ApiTokenService;
  readonly answers: IdempotencyStore;
  readonly witness: AuditTrail;
  readonly signatures: AuditSignatureService;
}

function createUseCases(
  { config, database, observer, tracing = NO_TRACING, warn = () => undefined, erasureGraceMs }: ServicesOptions,
  tenants: TenantService,
  { tenantKeys, registry, modelStore, models, partners, answers, witness, signatures }: UseCaseParts,
) {
  const monitor = observer && new IdentityMonitor(observer);
  const accountStore = new AccountStore(database);
  const links = new LinkStore(database);
  const claims = new ClaimStore(database);
  const eventStore = new EventStore(database);
  const profileStore = new ProfileStore(database);
  const quarantineStore = new QuarantineStore(database);
  const accounts = new AccountService(accountStore);
  const identities = new IdentityService(claims, accounts);
  const changeLog = new ChangeLog(database);
  const stitching = new StitchService(profileStore, accountStore, changeLog, monitor);
  const profiles = new ProfileService(profileStore);
  const manualTraitStore = new ManualTraitStore(database);
  const manualTraits = new ManualTraitService(manualTraitStore, profiles, stitching);
  const consentStore = new ConsentStore(database);
  const limitStore = new ProcessingLimitStore(database);
  const uses = new PermittedUseService(profileStore);
  const facts = new AnchoredFactService(manualTraitStore, consentStore, limitStore);
  const derivations = new ProfileDerivationService(accountStore, facts, eventStore);
  const slots = new SlotStore(database);
  const anchors = new ProfileAnchorsService(profileStore, slots);
  const consents = new ConsentService(consentStore, profiles, anchors, stitching, partners);
  const plans = new PartingPlanService(slots, derivations);
  const begunMerges = new BegunMergesService(profileStore, slots, stitching, changeLog);
  const partings = new PartingService(profileStore, slots, plans, begunMerges, changeLog, monitor);
  const blocks = new BlockStore(database);
  const candidateStore = new MatchCandidateStore(database);
  const candidates = new CandidateService(candidateStore, blocks, modelStore);
  const profileAccounts = new ProfileAccountsService(profileStore, accountStore);
  const components = new ComponentService(claims, links, profileStore, accountStore, profileAccounts, candidates);
  const resolution = new ResolutionService(components, claims, links, stitching, partings, candidates, monitor);
  const mergeCompletion = new MergeCompletionService(profileStore, stitching, partings, async (ctx, accountIds) =>
    resolution.settle(await tenants.freshContextOf(ctx.tenantId, ctx.requestId), accountIds),
  );
  const restitchings = new RestitchingService(profiles, links, components);
  const merges = new MergeService(profiles, links, components, resolution, restitchings);
  const matchCandidates = new CandidateListService(candidateStore);
  const matchExplanations = new MatchExplanationService(modelStore, accounts, profiles);
  const matchReviews = new MatchReviewService(candidateStore, matchCandidates, links, restitchings, merges);
  const outlooks = new ProfileOutlookService(profileStore, slots, derivations);
  const previews = new RestitchPreviewService(restitchings, components, outlooks, profiles);
  const accountViews = new AccountViewService(accountStore);
  const lookUps = new LookUpService(claims, links, profiles, accountViews);
  const channelAccounts = new ChannelAccountsService(profileStore, accountViews);
  const events = new EventService(eventStore, accountStore);
  const loyaltyStores = {
    entries: new LedgerStore(database),
    wallets: new WalletStore(database),
    referrals: new ReferralStore(database),
  };
  const contacts = new ContactStore(database);
  const memberships = membershipStores(database);
  const webhooks = createWebhooks({ database, toLoopback: config.webhooksToLoopback });
  const erasedStores = {
    ...memberships,
    accounts: accountStore,
    events: eventStore,
    claims,
    links,
    blocks,
    candidates: candidateStore,
    models: modelStore,
    consents: consentStore,
    limits: limitStore,
    manualTraits: manualTraitStore,
    loyalty: loyaltyStores,
    contacts,
    changes: changeLog,
    deliveries: webhooks.deliveryStore,
  };
  const ingestion = withSpans(
    tracing,
    new IngestionService(
      withSpans(tracing, accounts, { find: 'accounts.find', observe: 'accounts.observe' }),
      withSpans(tracing, identities, { claim: 'identities.claim', claimHeld: 'identities.claimHeld' }),
      withSpans(tracing, resolution, { decide: 'resolution.decide', settle: 'resolution.settle' }),
      withSpans(tracing, stitching, { standingOf: 'stitching.standingOf', stitch: 'stitching.stitch' }),
      withSpans(tracing, events, { existing: 'events.existing', insert: 'events.insert' }),
      withSpans(tracing, quarantineStore, { keep: 'quarantine.keep' }),
      withSpans(tracing, consentStore, { append: 'consents.append' }),
      eraserOf(erasedStores),
      observer,
    ),
    { ingest: 'ingestion.ingest' },
  );
  const quarantine = new QuarantineService(quarantineStore, ingestion);
  const histories = new ProfileHistoryService(events, profiles);
  const profileChanges = new ProfileChangeService(profiles);
  const eventsReceived = new EventReceivedService(events, profiles);
  const jobStore = new JobStore(database);
  const matchWorkers = new MatchWorkers();
  const inline: WeighPairs = async (...compared) => weighAccounts(...compared);
  const inThreads: WeighPairs = (...compared) => matchWorkers.weigh(...compared);
  const likenessBy = (weigh: WeighPairs) =>
    new LikenessService(blocks, candidateStore, modelStore, profileAccounts, weigh);
  const [likeness, bulkLikeness] = [likenessBy(inline), likenessBy(inThreads)];
  const liveMatching = new LiveMatchingService(profileStore, slots, profileAccounts, likeness, resolution);
  const putInForce = (ctx: TenantContext, matchModel: number | null) => tenants.putSettings(ctx, { matchModel });
  const bulkMatching = new BulkMatchingService(
    profileStore,
    profileAccounts,
    bulkLikeness,
    candidates,
    models,
    putInForce,
  );
  const downloads = new DownloadService(new DownloadStore(database), witness);
  const rights = createRights({
    database,
    downloads,
    stores: {
      ...erasedStores,
      profiles: profileStore,
      slots,
      quarantine: quarantineStore,
      idempotency: answers,
    },
    stitching,
    partings,
    resolution,
    manualTraits,
    anchors,
    signatures,
    witness,
    warn,
    erasureGraceMs,
  });
  const {
    loyalty,
    ledgerLists,
    earning,
    jobKinds: loyaltyJobs,
  } = createLoyalty({
    stores: loyaltyStores,
    profileStore,
    slots,
    profiles,
    events,
    open: (ctx) => tenants.putSettings(ctx, { loyalty: {} }),
  });
  const contactCare = new ContactCareService(contacts, new PersonsService(profileStore, slots), profiles);
  const people = new ProfileValuesService(new ProfileValuesStore(database));
  const anonymousExport = new AnonymousExportService(people, new AnonymousTableService(downloads));
  const openings = new EventOpeningService(eventStore, accountStore);
  const customerParts = { database, profileStore, slots, events: eventStore, openings, changes: changeLog };
  const customers = createCustomers(customerParts);
  const { accounts: ownAccounts, courses, customerViews, versions: rfmVersions } = customers;
  const segmentParts = { ...customerParts, profiles, accounts: ownAccounts, courses };
  const evaluation = createEvaluation(segmentParts, memberships);
  const { store: segmentStore, segments } = evaluation;
  const stream = memberships.memberships;
  const activation = createActivations({ database, profileStore, segmentStore, segments, stream, webhooks });
  const jobKinds: readonly JobKind[] = [
    new RestitchService(slots, components, resolution, bulkMatching),
    new LearningService(accountStore, modelStore, matchWorkers, uses),
    new ResealService(new ResealStore(database), tenantKeys, sealedCollections(accountStore)),
    new ReindexService(new ResealStore(database), tenantKeys, blindedCollections(database)),
    rights.work,
    new RetainService(
      slots,
      outdatedCollections(quarantineStore, candidateStore, modelStore),
      new OutdatedEventsService(
        profileStore,
        slots,
        new OutdatedEventStore(database),
        new RecentEventsService(profileStore, changeLog),
      ),
      witness,
    ),
    anonymousExport,
    ...loyaltyJobs,
    evaluation.job,
    customers.scoringBy((ctx, ids) => evaluation.tiers.follow(ctx, ids)),
    new TenantExportService(
      new TenantRowsStore(database, Tenant),
      exportedCollections(accountStore, eventStore),
      downloads,
    ),
    new TenantRemovalService(new RemovalStore(database, removableCollections()), registry),
  ];
  const jobs = new JobService(jobStore, jobKinds, observer);
  const segmentUse = createSegments(segmentParts, memberships, evaluation, jobs);
  const privateStatistics = new PrivateStatisticsService(
    people,
    new PrivacyBudgetStore(database),
    new PrivateAnswerStore(database),
    segmentUse.rulePeople,
  );
  return {
    accounts,
    accountViews,
    channelAccounts,
    events,
    histories,
    identities,
    stitching,
    profiles,
    manualTraits,
    consents,
    uses,
    derivations,
    partings,
    lookUps,
    merges,
    matchCandidates,
    matchExplanations,
    matchReviews,
    previews,
    ingestion,
    quarantine,
    profileChanges,
    eventsReceived,
    loyalty,
    ledgerLists,
    contactCare,
    reactions: [
      mergeCompletion,
      evaluation.reaction,
      liveMatching,
      earning,
      customers.reaction,
      activation.consentReaction,
    ] as readonly Reaction[],
    ...activation,
    ...segmentUse,
    memberships: evaluation.memberships,
    sizeHistories: evaluation.sizeHistories,
    due: new DueSources([customers.due, evaluation.due]),
    customerViews,
    rfmVersions,
    jobs,
    downloads,
    ownExports: new OwnExportService(downloads),
    anonymousExports: new AnonymousExportStarter(jobs, anonymousExport, evaluation.segments),
    privateStatistics,
    tenancy: new TenancyService({ tenants, registry, jobs, witness }),
    keyRotations: new KeyRotationService(jobs),
    privacyRequests: new PrivacyRequestService(rights.requests, profiles, jobs, downloads, manualTraits),
    webhooks,
    matchWorkers,
    jobWork: { jobs: jobStore, kinds: jobKinds, observer, witness },
  };
}
