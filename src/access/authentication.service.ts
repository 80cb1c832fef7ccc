import type { AuditTrail } from '../audit/audit-trail.service.js';
import type { TenantService } from '../tenants/tenant.service.js';
import { TenantStatus } from '../tenants/tenant-status.js';
import { formerCallerOf, suspended, unauthenticated } from './access-errors.js';
import type { ApiTokenService } from './api-token.service.js';
import { readAuthorization } from './authorization-header.rules.js';
import type { Principal } from './principal.js';
import type { UserTokenService } from './user-token.service.js';

/** Says who calls, by the `Authorization` header alone. */
export class AuthenticationService {
  constructor(
    private readonly userTokens: UserTokenService,
    private readonly apiTokens: ApiTokenService,
    private readonly tenants: TenantService,
    private readonly audit?: Pick<AuditTrail, 'refused'>,
  ) {}

  /**
   * The caller; UNAUTHENTICATED, alike for every reason, where the header is missing or its token does not hold; FORBIDDEN
   * where the tenant is not served now.
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    try {
      return await this.principalOf(authorization);
    } catch (error) {
      void this.tellOf(error); // not waited for: the time it takes would tell a token that is over from one that never was
      throw error;
    }
  }

  /** A token that is over still says whose it was. */
  private async tellOf(error: unknown): Promise<void> {
    const former = formerCallerOf(error);
    if (!this.audit || !former) return;
    const ctx = await this.tenants.contextOf(former.tenantId, 'authentication').catch(() => undefined);
    if (ctx) await this.audit.refused(ctx, former, 'authenticate', 'UNAUTHENTICATED'); // else there is no such tenant
  }

  private async principalOf(authorization: string | undefined): Promise<Principal> {
    const credential = readAuthorization(authorization);
    if (!credential) throw unauthenticated();
    const { kind, token } = credential;
    const principal = await (kind === 'api' ? this.apiTokens.principalOf(token) : this.user(token));
    const status = await this.tenants.statusOf(principal.tenantId);
    if (status === undefined) throw unauthenticated();
    if (status !== TenantStatus.ACTIVE) throw suspended();
    return principal;
  }

  private async user(token: string): Promise<Principal> {
    return { kind: 'USER', ...(await this.userTokens.verify(token)) };
  }
}
