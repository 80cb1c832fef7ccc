import { AppError } from '../platform/errors.js';
import type { Principal } from './principal.js';

/** The caller narrowed to the one purpose that the header `Tributary-Purpose` names; FORBIDDEN where it isn't the caller's. */
export function narrowToPurpose(principal: Principal, purpose: string | undefined): Principal {
  if (purpose === undefined) return principal;
  if (principal.purposes.includes(purpose)) return { ...principal, purposes: [purpose] };
  const held = principal.purposes.join(', ') || 'none';
  throw new AppError('FORBIDDEN', `Tributary-Purpose: must be one of the purposes this token is for (${held}).`, {
    path: 'Tributary-Purpose',
  });
}
