import { isConfined } from '../access/principal.js';
import type { RequestContext } from '../platform/context.js';
import { needsConsent } from '../privacy/opening.rules.js';

/** Whether a caller may know how many people there are: not who is confined to some, or reads for what people consented to. */
export function mayCountPeople({ principal }: Pick<RequestContext, 'principal'>): boolean {
  return !isConfined(principal) && !needsConsent(principal);
}

/** How many people there are, as a caller may know it: of few null for who may not read everything in clear. */
export function shownCount(ctx: RequestContext, count: number): number | null {
  const { access, settings } = ctx;
  if (!mayCountPeople(ctx)) return null;
  return count > 0 && count < settings.smallestCell && access.unseen.size > 0 ? null : count;
}
