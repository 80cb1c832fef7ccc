import { firstByteOfUlid, hashedUlid } from '../platform/ids.js';

const LANES = 4;

/** The names of the leases under which webhooks are sent. */
export const WEBHOOK_LEASES: readonly string[] = Array.from({ length: LANES }, (_, lane) => `webhooks-${lane}`);

/** The lease of a tenant: always the same, so that one process at a time sends its webhooks. */
export function laneOfTenant(tenantId: string): string {
  const spread = firstByteOfUlid(hashedUlid(tenantId, 'webhooks')) ?? 0;
  return WEBHOOK_LEASES[spread % LANES] ?? '';
}
