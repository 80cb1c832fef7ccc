import type { AuditSignatureService } from '../audit/audit-signature.service.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { DownloadService } from '../downloads/download.service.js';
import { DownloadKind } from '../downloads/download-kind.js';
import type { ResolutionService } from '../identities/resolution.service.js';
import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { JobRun } from '../jobs/job-kind.js';
import type { Database } from '../platform/database.js';
import type { Warn } from '../platform/logger.js';
import type { ManualTraitService } from '../profiles/manual-trait.service.js';
import type { PartingService } from '../profiles/parting.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileAnchorsService } from '../profiles/profile-anchors.service.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { StitchService } from '../profiles/stitch.service.js';
import { TombstoneStore } from '../profiles/tombstone.store.js';
import type { IdempotencyStore } from '../serving/idempotency.store.js';
import { DemandsOfPersonService } from './demands-of-person.service.js';
import { type ErasedStores, erasedCollections } from './erased-collections.js';
import { ErasureService } from './erasure.service.js';
import { ExportingService } from './exporting.service.js';
import { FreezingService } from './freezing.service.js';
import { LimitingService } from './limiting.service.js';
import { MentionSweepService } from './mention-sweep.service.js';
import { PersonExportService } from './person-export.service.js';
import { PersonSlotsService } from './person-slots.service.js';
import { PrivacyRequestStore, type SealedDemand, type StoredRequest } from './privacy-request.store.js';
import { PrivacyWorkService } from './privacy-work.service.js';
import { RectifyingService } from './rectifying.service.js';
import { SurvivorsService } from './survivors.service.js';

/** Whoever was writing a profile when it was frozen has written it by then. */
const GRACE_MS = 3_000;

/** What people's rights are met by. */
export interface RightsParts {
  readonly database: Database;
  readonly downloads: DownloadService;
  readonly stores: ErasedStores & {
    readonly profiles: ProfileStore;
    readonly slots: SlotStore;
    readonly quarantine: QuarantineStore;
    readonly idempotency: IdempotencyStore;
  };
  readonly stitching: StitchService;
  readonly partings: PartingService;
  readonly resolution: ResolutionService;
  readonly manualTraits: ManualTraitService;
  readonly anchors: ProfileAnchorsService;
  readonly signatures: AuditSignatureService;
  readonly witness: Pick<AuditTrail, 'did'>;
  readonly warn: Warn;
  readonly erasureGraceMs?: number | undefined;
}

/** People's rights over their data, wired to one database. */
export function createRights(parts: RightsParts) {
  const { database, downloads, stores, stitching, partings, resolution, signatures, witness, warn } = parts;
  const requests = new PrivacyRequestStore(database);
  const tombstones = new TombstoneStore(database);
  const slots = new PersonSlotsService(tombstones, stores.accounts, stores.events);
  const sweep = new MentionSweepService(stores.quarantine, stores.idempotency);
  const exporting = new ExportingService(new PersonExportService({ ...stores, requests }, slots, sweep), downloads);
  const erasures = new ErasureService({
    slots,
    freezing: new FreezingService(stores.profiles, stores.slots, tombstones, stitching, partings),
    tombstones,
    collections: erasedCollections(stores),
    sweep,
    survivors: new SurvivorsService(stores.profiles, stores.slots, partings, resolution),
    changes: stores.changes,
    demands: new DemandsOfPersonService(requests, downloads),
    wholeExports: {
      count: (ctx) => downloads.count(ctx, DownloadKind.TENANT),
      erase: (ctx) => downloads.removeOthers(ctx, DownloadKind.TENANT, null),
    },
    graceMs: parts.erasureGraceMs ?? GRACE_MS,
  });
  const rectifying = new RectifyingService(stores.profiles, parts.manualTraits);
  const limiting = new LimitingService(stores.limits, parts.anchors, stitching);
  const meetings = {
    RECTIFICATION: (request: StoredRequest, demand: SealedDemand | undefined, job: JobRun) =>
      rectifying.meet(request, demand, job),
    ACCESS: (request: StoredRequest, _: unknown, job: JobRun) => exporting.meet(request, job),
    RESTRICTION: (request: StoredRequest, _: unknown, job: JobRun) => limiting.meet(request, 'RESTRICTION', job),
    OBJECTION: (request: StoredRequest, _: unknown, job: JobRun) => limiting.meet(request, 'OBJECTION', job),
    PORTABILITY: (request: StoredRequest, _: unknown, job: JobRun) => exporting.meet(request, job),
  };
  const work = new PrivacyWorkService(requests, erasures, signatures, witness, warn, meetings);
  return { requests, work };
}
