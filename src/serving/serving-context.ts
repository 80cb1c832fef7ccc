import type { AuthenticationService } from '../access/authentication.service.js';
import type { PolicyService } from '../access/policy.service.js';
import { narrowToPurpose } from '../access/purpose.rules.js';
import { requestContext } from '../access/request-context.js';
import type { RequestContext } from '../platform/context.js';
import type { TenantService } from '../tenants/tenant.service.js';

/** The context of a request without a token: nothing but its id. */
export interface AnonymousContext {
  readonly requestId: string;
}

/** What GraphQL is served with; resolvers only ever run with a known caller's. */
export type ServingContext = RequestContext | AnonymousContext;

/** The headers that say who calls, and for what. */
export interface CallerHeaders {
  readonly authorization: string | undefined;
  readonly purpose: string | undefined;
}

/** The context of a request; throws UNAUTHENTICATED where the token it brings does not hold. */
export type ContextSource = (headers: CallerHeaders, requestId: string) => Promise<ServingContext>;

/** The part of a context that only a known caller's has; undefined for an anonymous one. */
export function callerOf(context: ServingContext): RequestContext | undefined {
  return 'access' in context ? context : undefined;
}

/** Tells callers by their token, and gives each request its context. */
export function contextSource(
  authentication: AuthenticationService,
  tenants: TenantService,
  policies: PolicyService,
): ContextSource {
  return async ({ authorization, purpose }, requestId) => {
    if (authorization === undefined) return { requestId };
    const principal = narrowToPurpose(await authentication.authenticate(authorization), purpose);
    return requestContext(tenants, policies, principal, requestId);
  };
}
