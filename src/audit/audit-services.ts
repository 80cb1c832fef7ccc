import type { Database } from '../platform/database.js';
import type { Warn } from '../platform/logger.js';
import { AuditEntryStore } from './audit-entry.store.js';
import { AuditInboxStore } from './audit-inbox.store.js';
import { AuditLogStore } from './audit-log.store.js';
import { AuditQueryService } from './audit-query.service.js';
import { AuditRecorder } from './audit-recorder.service.js';
import { AuditSignatureService } from './audit-signature.service.js';
import { AuditTrail } from './audit-trail.service.js';
import { HeadFiles } from './head-place.js';
import { MerkleReader } from './merkle-reader.js';
import { SequencingService } from './sequencing.service.js';
import { VerificationService } from './verification.service.js';

/** The audit log, wired to one database and to a folder for the heads it publishes. */
export function createAudit(
  database: Database,
  { dataDir, clock, warn }: { readonly dataDir: string; readonly clock: () => Date; readonly warn?: Warn | undefined },
) {
  const inbox = new AuditInboxStore(database);
  const entries = new AuditEntryStore(database);
  const logs = new AuditLogStore(database);
  const heads = new HeadFiles(dataDir);
  const merkle = new MerkleReader(entries);
  return {
    auditTrail: new AuditTrail(new AuditRecorder(inbox, clock), warn ?? (() => undefined)),
    auditQueries: new AuditQueryService(entries, logs, merkle),
    auditVerifications: new VerificationService({ entries, logs, heads, merkle }),
    auditSignatures: new AuditSignatureService(logs),
    auditExports: entries,
    auditWork: { inbox, sequencing: new SequencingService(inbox, entries, logs, heads) },
  };
}
