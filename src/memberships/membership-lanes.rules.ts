import { firstByteOfUlid, hashedUlid } from '../platform/ids.js';

const LANES = 4;

/** The names of the leases under which memberships are looked at again as time goes by. */
export const MEMBERSHIP_LEASES: readonly string[] = Array.from({ length: LANES }, (_, lane) => `memberships-${lane}`);

/** The lease of a tenant: always the same, so that one process at a time looks. */
export function laneOfTenant(tenantId: string): string {
  const spread = firstByteOfUlid(hashedUlid(tenantId, 'memberships')) ?? 0;
  return MEMBERSHIP_LEASES[spread % LANES] ?? '';
}
