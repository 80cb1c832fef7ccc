import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import { type ConsentSettings, type ConsentSubject, consentState } from '../privacy/consent-state.rules.js';

/**
 * Whether somebody may be told of to others so that they are contacted for a purpose: the one place that asks. Consent and
 * restriction decide; caps and quiet hours belong here too.
 */
export function mayBeContacted(
  person: ConsentSubject | undefined,
  purpose: ConsentPurpose,
  at: Date,
  settings: ConsentSettings,
): boolean {
  return person !== undefined && consentState(person, { purpose }, at, settings).granted;
}
