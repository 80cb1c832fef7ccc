import { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { Refusal } from './observation.js';

/** The event by which Segment's consent tools tell that somebody has just decided. */
const DECIDED = 'Segment Consent Preference Updated';
const PLACE = 'context.consent.categoryPreferences';
const UNSTATED = 'unstated';
const LONGEST_VERSION = 100;

/** Names of categories, in lower case without anything between their words, as consent tools use them. */
const CATEGORIES: Readonly<Record<ConsentPurpose, readonly string[]>> = {
  SERVICE: ['service', 'necessary', 'strictlynecessary', 'essential'],
  ANALYTICS: ['analytics', 'analytical', 'performance', 'statistics', 'measurement'],
  MARKETING: ['marketing', 'advertising', 'ads', 'targeting'],
  PERSONALISATION: ['personalisation', 'personalization', 'preferences', 'recommendations'],
  PARTNER_SHARING: ['partnersharing', 'datasharing', 'partners', 'thirdparties'],
};
const purposes = new Map(
  Object.values(ConsentPurpose).flatMap((purpose) => CATEGORIES[purpose].map((name) => [name, purpose] as const)),
);

type Fields = Readonly<Record<string, unknown>>;

/** What somebody said of purposes, in an event. */
export interface ObservedConsents {
  readonly granted: ReadonlyMap<ConsentPurpose, boolean>;
  readonly policyVersion: string;
}

/**
 * The consents that an event tells of; undefined where it tells of none, a refusal where it is meant to and can't be read.
 * Only the event of the decision itself counts: what others carry along repeats an old one, which a person may have
 * taken back elsewhere since. Categories of other names say nothing; of two for one purpose the stricter counts.
 */
export function consentsOf(name: string, context: Fields): ObservedConsents | Refusal | undefined {
  if (name !== DECIDED) return undefined;
  const consent = objectOf(context.consent);
  const preferences = objectOf(consent?.categoryPreferences);
  if (!preferences) return refusal(PLACE, 'must be an object of true or false by category');
  const strange = Object.entries(preferences).find(([, isGranted]) => typeof isGranted !== 'boolean');
  if (strange) return refusal(`${PLACE}.${strange[0]}`, 'must be true or false');
  const policyVersion = consent?.policyVersion ?? UNSTATED;
  if (!isVersion(policyVersion))
    return refusal('context.consent.policyVersion', `must be text of 1 to ${LONGEST_VERSION} characters`);
  return { granted: grantedBy(preferences), policyVersion };
}

function grantedBy(preferences: Fields): ReadonlyMap<ConsentPurpose, boolean> {
  const granted = new Map<ConsentPurpose, boolean>();
  for (const [category, isGranted] of Object.entries(preferences)) {
    const purpose = purposes.get(category.toLowerCase().replace(/[\s_-]+/g, ''));
    if (purpose) granted.set(purpose, isGranted === true && (granted.get(purpose) ?? true));
  }
  return granted;
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_VERSION;
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function refusal(path: string, message: string): Refusal {
  return { code: 'INVALID_CONSENT', message: `${path}: ${message}`, path };
}
