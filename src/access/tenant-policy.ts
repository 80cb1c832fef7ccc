import type { Permission } from './permissions.js';

/** What a tenant adds to the table: who may, or may not, do something; for one purpose, or whichever where it is null. */
export interface PolicyLine {
  /** A role, or `scope:` and the scope of an API token. */
  readonly subject: string;
  readonly permission: Permission;
  readonly purpose: string | null;
  readonly effect: 'ALLOW' | 'DENY';
}

/** A role of a tenant's own: it has the rights of roles of the table, less what its lines deny. */
export interface OwnRole {
  readonly name: string;
  readonly inherits: readonly string[];
}

/** What a tenant has decided of who may do what, beside the table of `policy.csv`. */
export interface TenantPolicy {
  readonly roles: readonly OwnRole[];
  readonly rules: readonly PolicyLine[];
}

/** Of a tenant that has decided nothing. */
export const NO_POLICY: TenantPolicy = Object.freeze({ roles: [], rules: [] });
