import type { RequestContext } from '../platform/context.js';

/** How many people there are, as a caller may know it: null for who is confined, and of few for who may not read everything in clear. */
export function shownCount({ principal, access, settings }: RequestContext, count: number): number | null {
  if (principal.segmentIds || principal.profileIds) return null;
  return count > 0 && count < settings.smallestCell && access.unseen.size > 0 ? null : count;
}
