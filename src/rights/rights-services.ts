import type { AuditSignatureService } from '../audit/audit-signature.service.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { ResolutionService } from '../identities/resolution.service.js';
import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { Database } from '../platform/database.js';
import type { Warn } from '../platform/logger.js';
import type { PartingService } from '../profiles/parting.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { StitchService } from '../profiles/stitch.service.js';
import { TombstoneStore } from '../profiles/tombstone.store.js';
import type { IdempotencyStore } from '../serving/idempotency.store.js';
import { DemandsOfPersonService } from './demands-of-person.service.js';
import { type ErasedStores, erasedCollections } from './erased-collections.js';
import { ErasureService } from './erasure.service.js';
import { FreezingService } from './freezing.service.js';
import { MentionSweepService } from './mention-sweep.service.js';
import { PersonSlotsService } from './person-slots.service.js';
import { PrivacyRequestStore } from './privacy-request.store.js';
import { PrivacyWorkService } from './privacy-work.service.js';
import { SurvivorsService } from './survivors.service.js';

/** Whoever was writing a profile when it was frozen has written it by then. */
const GRACE_MS = 3_000;

/** What people's rights are met by. */
export interface RightsParts {
  readonly database: Database;
  readonly stores: ErasedStores & {
    readonly profiles: ProfileStore;
    readonly slots: SlotStore;
    readonly quarantine: QuarantineStore;
    readonly idempotency: IdempotencyStore;
  };
  readonly stitching: StitchService;
  readonly partings: PartingService;
  readonly resolution: ResolutionService;
  readonly signatures: AuditSignatureService;
  readonly witness: Pick<AuditTrail, 'did'>;
  readonly warn: Warn;
  readonly erasureGraceMs?: number | undefined;
}

/** People's rights over their data, wired to one database. */
export function createRights(parts: RightsParts) {
  const { database, stores, stitching, partings, resolution, signatures, witness, warn } = parts;
  const requests = new PrivacyRequestStore(database);
  const tombstones = new TombstoneStore(database);
  const files = { remove: async () => undefined, urlOf: () => null };
  const erasures = new ErasureService({
    slots: new PersonSlotsService(tombstones, stores.accounts, stores.events),
    freezing: new FreezingService(stores.profiles, stores.slots, tombstones, stitching, partings),
    tombstones,
    collections: erasedCollections(stores),
    sweep: new MentionSweepService(stores.quarantine, stores.idempotency),
    survivors: new SurvivorsService(stores.profiles, stores.slots, partings, resolution),
    changes: stores.changes,
    demands: new DemandsOfPersonService(requests, files),
    graceMs: parts.erasureGraceMs ?? GRACE_MS,
  });
  return { requests, files, work: new PrivacyWorkService(requests, erasures, signatures, witness, warn, {}) };
}
