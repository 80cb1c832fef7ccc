import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { AuthenticationService } from '../access/authentication.service.js';
import type { PolicyService } from '../access/policy.service.js';
import type { Principal } from '../access/principal.js';
import { narrowToPurpose } from '../access/purpose.rules.js';
import { requestContext } from '../access/request-context.js';
import type { AuditTrail } from '../audit/audit-trail.service.js';
import { refusalCodeOf } from '../audit/refusal-codes.js';
import type { RequestContext } from '../platform/context.js';
import type { TenantService } from '../tenants/tenant.service.js';

/** The context of a request without a token: nothing but its id. */
export interface AnonymousContext {
  readonly requestId: string;
}

/** A valid operation that came over a socket, and may run. */
export interface SocketOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The context of an operation that came over a socket: it learns what the operation is, so that it can be followed. */
export interface SocketContext extends RequestContext {
  readonly socket: { operation?: SocketOperation };
}

/** What GraphQL is served with; resolvers only ever run with a known caller's. */
export type ServingContext = RequestContext | SocketContext | AnonymousContext;

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
  audit?: Pick<AuditTrail, 'refused'>,
): ContextSource {
  const tellOf = async (principal: Principal, requestId: string, code: string) =>
    audit?.refused(await tenants.contextOf(principal.tenantId, requestId), principal, 'purpose', code);
  const narrowed = async (principal: Principal, purpose: string | undefined, requestId: string) => {
    try {
      return narrowToPurpose(principal, purpose);
    } catch (error) {
      const code = refusalCodeOf(error);
      if (code !== undefined) await tellOf(principal, requestId, code);
      throw error;
    }
  };
  return async ({ authorization, purpose }, requestId) => {
    if (authorization === undefined) return { requestId };
    const principal = await narrowed(await authentication.authenticate(authorization), purpose, requestId);
    return requestContext(tenants, policies, principal, requestId);
  };
}
