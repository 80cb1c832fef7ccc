import type { RequestContext, TenantContext } from '../platform/context.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { type ConsentQuestion, consentState } from '../privacy/consent-state.rules.js';
import { majorityOf } from '../privacy/minority.rules.js';
import { isPartner, needsConsent } from '../privacy/opening.rules.js';
import { limitsIn } from '../privacy/processing-limit.rules.js';
import type { ProfileState } from './profile-state.js';

/** Found by whoever looks for profiles that are shared with anybody. */
export const SHARED_TOKEN = 'consent:shared';

const NEVER = new Date(Date.UTC(9999, 0));
const PURPOSES = Object.values(ConsentPurpose).filter((purpose) => purpose !== ConsentPurpose.SERVICE);
const ALL_BY_DEFAULT = Object.fromEntries(PURPOSES.map((purpose) => [purpose, true]));
const YEARS_TO_BE_SURE = 16;

/** What lists ask of consents, since they can't weigh them: kept plain in the profile's document. */
export interface ConsentIndex {
  /** When each purpose that is granted runs out; by partner, too. What is not granted is not there. */
  readonly consentedUntil: Readonly<Record<string, Date>>;
  /** Purposes and partners for which no default stands in. */
  readonly consentAsked: readonly string[];
}

/** What lists ask of a profile's consents, as of now: grants only run out, so it holds until something is said. */
export function consentIndexOf(ctx: TenantContext, state: ProfileState): ConsentIndex {
  const isUnlimited = limitsIn(state.limits).size === 0;
  if (isUnlimited && state.consents.entries.length === 0 && !state.consents.leftOut && !mayBeChild(ctx, state))
    return { consentedUntil: {}, consentAsked: [] };
  const settings = { timeZone: ctx.settings.timeZone, consentDefaults: ALL_BY_DEFAULT };
  const states = questionsOf(state).map(([key, question]) => {
    return { key, ...consentState(state, question, ctx.now(), settings) };
  });
  const asked = states.filter(({ reason }) => reason !== 'UNASKED');
  const granted = asked.filter((one) => one.granted).map(({ key, until }) => [key, until ?? NEVER]);
  return { consentedUntil: Object.fromEntries(granted), consentAsked: asked.map(({ key }) => key) };
}

/** Whether a profile is shared with anybody, for a while at least. */
export function isShared({ consents }: ProfileState): boolean {
  return consents.entries.some(({ purpose, granted }) => granted && purpose === ConsentPurpose.PARTNER_SHARING);
}

/** The condition that the use of a profile is not restricted. */
export const UNRESTRICTED = { limitKinds: { $ne: 'RESTRICTION' } } as const;

/**
 * The condition that a caller may know of a profile; and, where `isPersonal`, that what it is looked for by is open to
 * them. Nothing where they may find all. To a partner profiles of others do not exist.
 */
export function consentCondition(
  ctx: Pick<RequestContext, 'principal' | 'settings' | 'now'>,
  isPersonal: boolean,
): Record<string, unknown>[] {
  const { principal, settings } = ctx;
  if (!needsConsent(principal)) return [];
  const holds = (key: string) => ({ [`consentedUntil.${key}`]: { $gt: ctx.now() } });
  if (isPartner(principal)) {
    const own = keyOfPartner(principal.name ?? '');
    const byAll = { consentAsked: { $ne: own }, ...holds(ConsentPurpose.PARTNER_SHARING) };
    return [{ searchTokens: SHARED_TOKEN }, { $or: [holds(own), byAll] }];
  }
  if (!isPersonal) return [];
  const purposes = PURPOSES.filter((purpose) => principal.purposes.includes(purpose));
  const byDefault = purposes.filter((purpose) => settings.consentDefaults[purpose] === true);
  const open = [...purposes.map(holds), ...byDefault.map((purpose) => ({ consentAsked: { $ne: purpose } }))];
  return [open.length > 0 ? { $or: open } : { searchTokens: { $in: [] } }];
}

function questionsOf({ consents }: ProfileState): [string, ConsentQuestion][] {
  const partners = new Set(consents.entries.flatMap(({ grant }) => grant?.partner ?? []));
  return [
    ...PURPOSES.map((purpose): [string, ConsentQuestion] => [purpose, { purpose }]),
    ...[...partners].map((partner): [string, ConsentQuestion] => [
      keyOfPartner(partner),
      { purpose: ConsentPurpose.PARTNER_SHARING, partner },
    ]),
  ];
}

/** A partner's name as a name in a document: any text may stand in it. */
function keyOfPartner(name: string): string {
  return `partner_${Buffer.from(name).toString('base64url')}`;
}

/** Whether a birthday is near enough for the exact day to matter; reading a time zone is not cheap. */
function mayBeChild(ctx: TenantContext, { traits: { birthday } }: ProfileState): boolean {
  if (!birthday || Number(birthday.slice(0, 4)) + YEARS_TO_BE_SURE < ctx.now().getUTCFullYear()) return false;
  const majority = majorityOf(birthday, ctx.settings.timeZone);
  return majority !== undefined && ctx.now() < majority;
}
