import type { AccessDecisions } from '../access/access-decisions.js';
import type { Principal } from '../access/principal.js';
import type { Settings } from '../tenants/tenant.entity.js';
import type { Loaders } from './loaders.js';
import type { RequestTrail } from './request-trail.js';
import type { TenantKeys } from './seal.js';

/** Whose data a store or service works on, and when: the first argument of each of their methods. */
export interface TenantContext {
  readonly tenantId: string;
  /** Runs through logs and errors. */
  readonly requestId: string;
  readonly keys: TenantKeys;
  readonly settings: Settings;
  now(): Date;
}

/** One request of a known caller: GraphQL's context. */
export interface RequestContext extends TenantContext {
  readonly principal: Principal;
  readonly access: AccessDecisions;
  readonly loaders: Loaders;
  /** For the audit log. */
  readonly trail: RequestTrail;
}
