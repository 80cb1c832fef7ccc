/** Everything a caller can be allowed to do; the table of who may what is `policy.csv`. */
export const PERMISSIONS = [
  'viewer',
  'profiles:read',
  'profiles:clear:core',
  'profiles:clear:important',
  'profiles:lookup',
  'profiles:list',
  'events:read',
  'events:write',
  'quarantine:manage',
  'identities:write',
  'segments:read',
  'segments:write',
  'recommendations:read',
  'insights:read',
  'insights:write',
  'webhooks:read',
  'webhooks:manage',
  'consents:write',
  'privacy:manage',
  'audit:read',
  'exports:read',
  'settings:manage',
  'tenants:manage',
] as const;

export type Permission = (typeof PERMISSIONS)[number];
