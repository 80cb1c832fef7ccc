import { leaseLanes } from '../platform/lease-lanes.rules.js';

/** The leases that logs are written under. */
export const AUDIT_LANES = leaseLanes('audit', 4);
