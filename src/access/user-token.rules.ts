import { z } from 'zod';
import { isTenantId } from '../tenants/tenant.rules.js';

/** What a user token says, checked: who, of which tenant, as what, for which purposes, and until when: none lasts for ever. */
export interface UserClaims {
  readonly subject: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
  readonly expiresAt: Date;
}

const MILLISECONDS = 1_000;

/** Roles are capitals, so that no user token passes for the scope of an API token. */
const shape = z.object({
  sub: z.string().min(1).max(256),
  tenant: z.string().refine(isTenantId),
  roles: z.array(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/)).max(32),
  purposes: z.array(z.string()).max(32).optional(),
  exp: z.number(),
});

/** The claims of a verified payload, or undefined where one is missing or malformed; without purposes it is for all of them. */
export function readClaims(payload: unknown, allPurposes: readonly string[]): UserClaims | undefined {
  const parsed = shape.safeParse(payload);
  if (!parsed.success) return undefined;
  const { sub, tenant, roles, purposes, exp } = parsed.data;
  if (purposes?.some((purpose) => !allPurposes.includes(purpose))) return undefined;
  return {
    subject: sub,
    tenantId: tenant,
    roles: [...new Set(roles)],
    purposes: purposes ?? allPurposes,
    expiresAt: new Date(exp * MILLISECONDS),
  };
}
