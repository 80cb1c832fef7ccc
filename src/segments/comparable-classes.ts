import type { RequestContext } from '../platform/context.js';
import type { ClassAccess } from '../rules/rule-catalogue.js';

/**
 * What a caller may compare, and be told the outcome of: who sees masks alone whole CORE values where they may look them
 * up, and no IMPORTANT ones.
 */
export function comparableBy({ access }: Pick<RequestContext, 'access'>): ClassAccess {
  const core = access.may('profiles:lookup') ? 'WHOLE' : 'CLOSED';
  return {
    ...(access.unseen.has('CORE') && { CORE: core }),
    ...(access.unseen.has('IMPORTANT') && { IMPORTANT: 'CLOSED' }),
  };
}
