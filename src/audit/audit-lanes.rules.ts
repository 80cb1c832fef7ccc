import { firstByteOfUlid, hashedUlid } from '../platform/ids.js';

const LANES = 4;

/** The names of the leases that logs are written under. */
export const AUDIT_LEASES: readonly string[] = Array.from({ length: LANES }, (_, lane) => `audit-${lane}`);

/** The lease under which a tenant's log is written: always the same, so that one process at a time writes it. */
export function laneOfLog(tenantId: string): string {
  const spread = firstByteOfUlid(hashedUlid(tenantId, 'audit')) ?? 0;
  return AUDIT_LEASES[spread % LANES] ?? '';
}
