import { leaseLanes } from '../platform/lease-lanes.rules.js';

/** The leases under which memberships are looked at again as time goes by. */
export const MEMBERSHIP_LANES = leaseLanes('memberships', 4);
