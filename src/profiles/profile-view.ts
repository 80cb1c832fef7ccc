import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { maskUnseen } from '../platform/protect.js';
import { coreOf, openDocument, seenClasses } from '../platform/sealed-store.js';
import { Profile, WithheldReason } from './profile.entity.js';
import type { StoredProfile } from './profile-document.js';

/** Whether a caller may see a profile at all: an API token confined to segments sees their members alone. */
export function isWithinReach(ctx: RequestContext, stored: StoredProfile): boolean {
  const { segmentIds } = ctx.principal;
  const { segmentIds: own = [] } = stored as { segmentIds?: readonly string[] };
  return !segmentIds || own.some((id) => segmentIds.includes(id));
}

/** A profile as this caller may see it: what is not for them is masked, and named in `withheld`. */
export function viewOf(ctx: RequestContext, stored: StoredProfile): Profile {
  const document = openDocument(ctx, Profile, stored, seenClasses(ctx.access.unseen));
  const masked = ctx.access.unseen.size > 0 ? maskUnseen(Profile, document, ctx.access.unseen) : [];
  const traits = [...masked.filter((path) => path.startsWith('traits.')), ...stillHidden(document)];
  ctx.trail.show(idOf(stored._id), Profile, coreOf(document));
  const withheld = [...new Set(traits)].map((path) => ({ path, reason: WithheldReason.ROLE }));
  return Object.assign(document, { id: idOf(stored._id), withheld });
}

/** Traits that were sealed to nothing and have not been opened for this caller. */
function stillHidden({ traits, hiddenTraits = [] }: StoredProfile): string[] {
  const values = new Map<string, unknown>(Object.entries(traits));
  for (const [name, value] of Object.entries(traits.custom)) values.set(`custom.${name}`, value);
  return hiddenTraits.filter((name) => values.get(name) === null).map((name) => `traits.${name}`);
}
