import type { LimitKind } from '../privacy/processing-limit.rules.js';

/** What somebody's data are to be used for by the product itself: anything but keeping them, or judging the person by them. */
export type Use = 'PROCESSING' | 'PROFILING';

/** Whether a person's data may be used so. A restriction forbids both, an objection profiling. */
export function mayBeUsed(
  profile: { readonly limitKinds?: readonly LimitKind[] | undefined } | undefined,
  use: Use = 'PROCESSING',
): boolean {
  const limits = profile?.limitKinds ?? [];
  return !limits.includes('RESTRICTION') && (use === 'PROCESSING' || !limits.includes('OBJECTION'));
}
