import { PERMISSIONS } from '../access/permissions.js';
import type { PolicyService } from '../access/policy.service.js';
import { NO_POLICY, type TenantPolicy } from '../access/tenant-policy.js';
import { type AskedPolicy, changesBetween, checkPolicy, type PolicyTable } from '../access/tenant-policy.rules.js';
import type { RequestContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { TenantService } from '../tenants/tenant.service.js';
import type { AccessPolicy, PolicyRule } from './access-policy.view.js';
import { PolicyEffect } from './policy-effect.js';

/** What a tenant decides of who may do what. */
export class AccessPolicyService {
  constructor(
    private readonly tenants: TenantService,
    private readonly policies: PolicyService,
  ) {}

  /** The policy as it is stored now. */
  async find(ctx: RequestContext): Promise<AccessPolicy> {
    const { policy = NO_POLICY, policyVersion = 0 } = await this.tenants.find(ctx.tenantId);
    return viewOf(policy, policyVersion, await this.policies.table());
  }

  /**
   * Replaces the policy, and notes for the audit log what changed. BAD_USER_INPUT names what is unknown, FORBIDDEN the
   * right that it would loosen; CONFLICT where `expectedVersion` is not the version in force.
   */
  async replace(ctx: RequestContext, asked: AskedPolicy, expectedVersion: number): Promise<AccessPolicy> {
    const table = await this.policies.table();
    const next = checkPolicy(asked, table);
    const { policy: before = NO_POLICY, policyVersion } = await this.tenants.find(ctx.tenantId);
    const isCurrent = (policyVersion ?? 0) === expectedVersion;
    if (!isCurrent || !(await this.tenants.replacePolicy(ctx, policyVersion, next))) throw overtaken(expectedVersion);
    const version = expectedVersion + 1;
    const details = { version, ...changesBetween(before, next) };
    ctx.trail.acts.push({ action: 'changePolicy', subject: null, outcome: 'OK', details });
    return viewOf(next, version, table);
  }
}

function viewOf({ roles, rules }: TenantPolicy, version: number, table: PolicyTable): AccessPolicy {
  return { roles, rules: rules as readonly PolicyRule[], table: rulesOf(table), version };
}

function rulesOf({ roles, scopes, allows }: PolicyTable): PolicyRule[] {
  return [...roles, ...scopes].flatMap((subject) =>
    PERMISSIONS.filter((permission) => allows(subject, permission)).map((permission) => ({
      subject,
      permission,
      purpose: null as ConsentPurpose | null,
      effect: PolicyEffect.ALLOW,
    })),
  );
}

function overtaken(expectedVersion: number): AppError {
  return new AppError(
    'CONFLICT',
    `expectedVersion: ${expectedVersion} is not the version in force; read accessPolicy again.`,
    { path: 'expectedVersion' },
  );
}
