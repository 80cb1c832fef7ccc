import { ConsentPurpose } from './consent-purpose.js';
import { type ConsentSettings, type ConsentSubject, consentState } from './consent-state.rules.js';
import { limitsIn } from './processing-limit.rules.js';

/** How much of a profile is open: all of it, nothing that tells of the person, or these fields. */
export type Opening = 'WHOLE' | 'NONE' | ReadonlySet<string>;

/** Who reads, and for which purposes. */
export interface Reader {
  readonly kind: string;
  readonly purposes: readonly string[];
  /** Of an API token: its name. */
  readonly name?: string | undefined;
  /** Whether they are who sees to people's rights: what is restricted stays open to them. */
  readonly seesRestricted?: boolean | undefined;
}

/** Relations that stay open without consent: what was said, and what is withheld. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(['consents', 'withheld']);

/** Whether what somebody reads depends on what its customer consented to: a request that is for SERVICE too is always served. */
export function needsConsent({ purposes }: Reader): boolean {
  return !purposes.includes(ConsentPurpose.SERVICE);
}

/** Whether an API token is a partner's: it is for PARTNER_SHARING, and not for the company's own service. */
export function isPartner(reader: Reader): boolean {
  return (
    reader.kind === 'API_TOKEN' && reader.purposes.includes(ConsentPurpose.PARTNER_SHARING) && needsConsent(reader)
  );
}

/**
 * How much of a profile somebody may read at a moment: all of it where one of the purposes they read for is granted,
 * else nothing that tells of the person. A partner reads what the person shares with it, and of others not even that
 * there is a profile: undefined.
 */
export function openingOf(
  reader: Reader,
  subject: ConsentSubject,
  at: Date,
  settings: ConsentSettings,
): Opening | undefined {
  const isRestricted = limitsIn(subject.limits).has('RESTRICTION') && !reader.seesRestricted;
  if (isRestricted && !isPartner(reader)) return 'NONE';
  if (!needsConsent(reader)) return 'WHOLE';
  if (isPartner(reader)) return openingOfPartner(reader, subject, at, settings);
  const purposes = Object.values(ConsentPurpose).filter((purpose) => reader.purposes.includes(purpose));
  return purposes.some((purpose) => consentState(subject, { purpose }, at, settings).granted) ? 'WHOLE' : 'NONE';
}

function openingOfPartner(
  { name }: Reader,
  subject: ConsentSubject,
  at: Date,
  settings: ConsentSettings,
): Opening | undefined {
  const question = { purpose: ConsentPurpose.PARTNER_SHARING, partner: name ?? null };
  const { granted, fields } = consentState(subject, question, at, settings);
  if (!granted) return undefined;
  return fields ? new Set(fields) : 'WHOLE';
}

/** Whether a field, as `traits.city` or `events`, is open. A field is with what holds it. */
export function isOpen(opening: Opening, path: string): boolean {
  if (opening === 'WHOLE' || ALWAYS_OPEN.has(path)) return true;
  if (opening === 'NONE') return false;
  const names = path.split('.');
  return names.some((_, at) => opening.has(names.slice(0, at + 1).join('.')));
}
