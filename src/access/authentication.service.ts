import type { TenantService } from '../tenants/tenant.service.js';
import { unauthenticated } from './access-errors.js';
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
  ) {}

  /** The caller; UNAUTHENTICATED, alike for every reason, where the header is missing or its token does not hold. */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    const credential = readAuthorization(authorization);
    if (!credential) throw unauthenticated();
    return credential.kind === 'api' ? this.apiTokens.principalOf(credential.token) : this.user(credential.token);
  }

  private async user(token: string): Promise<Principal> {
    const claims = await this.userTokens.verify(token);
    if (!(await this.tenants.exists(claims.tenantId))) throw unauthenticated();
    return { kind: 'USER', ...claims };
  }
}
