import { leaseLanes } from '../platform/lease-lanes.rules.js';

/** The leases under which webhooks are sent. */
export const WEBHOOK_LANES = leaseLanes('webhooks', 4);
