import { closeFields } from '../access/closed-fields.js';
import { STANDARD_TRAIT_NAMES } from '../channels/trait-catalogue.js';
import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { maskUnseen } from '../platform/protect.js';
import { coreOf, openDocument, openOverlays, seenClasses } from '../platform/sealed-store.js';
import { NO_CONSENTS } from '../privacy/consent-fact.js';
import { isOpen, isPartner, needsConsent, type Opening, openingOf } from '../privacy/opening.rules.js';
import { limitsIn, NO_LIMITS } from '../privacy/processing-limit.rules.js';
import { PERSONAL_PARTS } from '../privacy/shareable-fields.js';
import { Profile, WithheldReason } from './profile.entity.js';
import type { StoredProfile } from './profile-document.js';
import type { ProfileTraits } from './traits.entity.js';

const CORE = new Set(['CORE'] as const);

const documents = new WeakMap<Profile, StoredProfile>();

/** What a profile that a caller sees was made of, as it is stored; undefined where it was not read for them. */
export function storedOf(profile: Profile): StoredProfile | undefined {
  return documents.get(profile);
}

/**
 * Whether a caller may see a profile at all: an API token confined to profiles or to segments sees those and their members
 * alone, a partner whom the person shares with it.
 */
export function isWithinReach(ctx: RequestContext, stored: StoredProfile): boolean {
  const { segmentIds, profileIds } = ctx.principal;
  const { segmentIds: own = [] } = stored as { segmentIds?: readonly string[] };
  const ids = () => [idOf(stored._id), ...(stored.mergedIds ?? [])];
  if (profileIds && !ids().some((id) => profileIds.includes(id))) return false;
  if (segmentIds && !own.some((id) => segmentIds.includes(id))) return false;
  return !isPartner(ctx.principal) || openingFor(ctx, stored) !== undefined;
}

/** A profile as this caller may see it: what is not for them is masked or left out, and named in `withheld`. */
export function viewOf(ctx: RequestContext, stored: StoredProfile): Profile {
  const opening = openingFor(ctx, stored) ?? 'NONE';
  const document = opening === 'NONE' ? stored : openDocument(ctx, Profile, stored, seenClasses(ctx.access.unseen));
  const masked = ctx.access.unseen.size > 0 ? maskUnseen(Profile, document, ctx.access.unseen) : [];
  const traits = [...masked.filter((path) => path.startsWith('traits.')), ...stillHidden(document)];
  if (ctx.access.unseen.has('IMPORTANT') && document.customer?.scores) traits.push('rfm');
  const withheld = [...new Set(traits)]
    .filter((path) => isOpen(opening, path))
    .map((path) => ({ path, reason: WithheldReason.ROLE }));
  ctx.trail.show(idOf(stored._id), Profile, openCore(coreOf(document), opening));
  const truncated = document.truncated || (stored.tagKeys?.length ?? 0) > (stored.tagNotes?.length ?? 0);
  const whole = Object.assign(document, { id: idOf(stored._id), withheld, truncated });
  const view = opening === 'WHOLE' ? whole : opened(whole, opening);
  documents.set(view, stored);
  return view;
}

/** Whether a part of a profile, as `tags`, is open to this caller: what they may not read they can't find out by writing it. */
export function isPartOpen(ctx: RequestContext, stored: StoredProfile, part: string): boolean {
  return isOpen(openingFor(ctx, stored) ?? 'NONE', part);
}

/** The CORE values that are in what is open. */
function openCore(core: ReturnType<typeof coreOf>, opening: Opening): ReturnType<typeof coreOf> {
  if (!core || opening === 'WHOLE') return core;
  return Object.fromEntries(Object.entries(core).filter(([path]) => isOpen(opening, path)));
}

/** How much of a profile is open to this caller; undefined where they may not know of it. */
function openingFor(ctx: RequestContext, stored: StoredProfile): Opening | undefined {
  const limits = stored.limits ?? NO_LIMITS;
  if (!needsConsent(ctx.principal) && limitsIn(limits).size === 0) return 'WHOLE';
  const reader = { ...ctx.principal, seesRestricted: ctx.access.may('privacy:manage') };
  const core = openOverlays(ctx, Profile, stored, CORE).CORE;
  const birthday = core?.['traits.birthday'];
  const subject = {
    consents: stored.consents ?? NO_CONSENTS,
    traits: { birthday: typeof birthday === 'string' ? birthday : null },
    limits,
  };
  return openingOf(reader, subject, ctx.now(), ctx.settings);
}

/** What of a profile is open; its relations are closed with the rest. */
function opened(profile: Profile, opening: Opening): Profile {
  const isShown = (path: string) => isOpen(opening, path);
  const reason = limitsIn(profile.limits).has('RESTRICTION') ? WithheldReason.RESTRICTED : WithheldReason.CONSENT;
  const closed = PERSONAL_PARTS.filter((path) => !isShown(path));
  const hasEvents = isShown('events') || isShown('journey');
  const view = {
    ...profile,
    traits: openTraits(profile.traits, isShown),
    provenance: isShown('provenance') ? profile.provenance.filter(({ trait }) => isShown(pathOf(trait))) : [],
    identifiers: isShown('identifiers') ? profile.identifiers : [],
    quality: isShown('quality') ? profile.quality : null,
    accounts: hasEvents || isShown('channelAccounts') ? profile.accounts : [],
    recentEvents: hasEvents ? profile.recentEvents : [],
    withheld: [...profile.withheld, ...closed.map((path) => ({ path, reason }))],
  };
  return closeFields(view as Profile, (field) => !isShown(field));
}

function openTraits(traits: ProfileTraits, isShown: (path: string) => boolean): ProfileTraits {
  const all = new Map<string, unknown>(Object.entries(traits));
  const standard = STANDARD_TRAIT_NAMES.map((name) => [name, isShown(pathOf(name)) ? (all.get(name) ?? null) : null]);
  const custom = Object.entries(traits.custom).filter(([name]) => isShown(`traits.custom.${name}`));
  return { ...Object.fromEntries(standard), custom: Object.fromEntries(custom) } as ProfileTraits;
}

function pathOf(trait: string): string {
  return (STANDARD_TRAIT_NAMES as readonly string[]).includes(trait) ? `traits.${trait}` : `traits.custom.${trait}`;
}

/** Traits that were sealed to nothing and have not been opened for this caller. */
function stillHidden({ traits, hiddenTraits = [] }: StoredProfile): string[] {
  const values = new Map<string, unknown>(Object.entries(traits));
  for (const [name, value] of Object.entries(traits.custom)) values.set(`custom.${name}`, value);
  return hiddenTraits.filter((name) => values.get(name) === null).map((name) => `traits.${name}`);
}
