import type { RequestContext } from '../platform/context.js';
import { Loaders } from '../platform/loaders.js';
import { RequestTrail } from '../platform/request-trail.js';
import type { TenantService } from '../tenants/tenant.service.js';
import type { PolicyService } from './policy.service.js';
import type { Principal } from './principal.js';

/** The context of one request of a known caller: its tenant, what it may do, and loaders of its own. */
export async function requestContext(
  tenants: TenantService,
  policies: PolicyService,
  principal: Principal,
  requestId: string,
): Promise<RequestContext> {
  const tenant = await tenants.contextOf(principal.tenantId, requestId);
  const access = await policies.decisionsFor(principal, await tenants.policyOf(principal.tenantId));
  const own = { access, loaders: new Loaders(), trail: new RequestTrail() };
  return { ...tenant, principal, ...own };
}
