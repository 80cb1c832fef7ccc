import { firstByteOfUlid, hashedUlid } from './ids.js';

/** Leases that tenants are shared out among, so that one process at a time does something for a tenant. */
export interface LeaseLanes {
  readonly names: readonly string[];
  /** The lease of a tenant, or of one thing done for it where `what` names that: always the same. */
  of(tenantId: string, what?: string): string;
}

/** So many lanes, at most 256, named `pool-0` and so on, each number as long as the last. */
export function leaseLanes(pool: string, count: number): LeaseLanes {
  const digits = String(count - 1).length;
  const names = Array.from({ length: count }, (_, lane) => `${pool}-${String(lane).padStart(digits, '0')}`);
  return {
    names,
    of: (tenantId, what = pool) => names[(firstByteOfUlid(hashedUlid(tenantId, what)) ?? 0) % count] ?? '',
  };
}
