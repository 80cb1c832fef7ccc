import { canonicalJson } from '../platform/canonical-json.js';
import type { ProfileChanged } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { deriveProfile, frameOf, type ProfileFacts, type ProfileFrame } from './derive.rules.js';
import {
  foundingFrame,
  mergedIdsOf,
  mergedOf,
  ownersOf,
  type Redirect,
  slotOfPart,
  withKnown,
} from './parting.rules.js';
import { changedPaths } from './profile.rules.js';
import type { ProfileDerivationService } from './profile-derivation.service.js';
import { newRevision, type ReadProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import type { SlotStore } from './slot.store.js';

/** A profile to be written, and what it was. */
export interface Outcome {
  readonly kind: ProfileChanged['kind'];
  readonly before: ReadProfile | undefined;
  readonly state: ProfileState;
  readonly isChanged: boolean;
}

/** The profile of a part. */
export interface Target extends Outcome {
  /** The redirect that it takes the place of, where it does not live yet. */
  readonly slot: Redirect | undefined;
  readonly life: string | undefined;
  /** The redirects of accounts that are to lead to it. */
  readonly members: readonly Redirect[];
}

/** What was seen while the accounts of a profile were gone through. */
interface Seen {
  /** Of the accounts asked about, those that are there. */
  readonly own: Set<string>;
  /** The ids that were profiles and lead to it. */
  readonly merged: Set<string>;
}

/** Works out what profiles come to when one is taken apart. */
export class PartingPlanService {
  constructor(
    private readonly slots: SlotStore,
    private readonly derivations: ProfileDerivationService,
  ) {}

  /** A part that gets a profile of its own; nothing where none of its accounts is stored. */
  async founded(
    ctx: TenantContext,
    whole: ReadProfile,
    ids: readonly string[],
  ): Promise<Target | 'overtaken' | undefined> {
    const slots = await this.slotsLeadingTo(ctx, whole, ids);
    if (!slots) return 'overtaken';
    const accountIds = ids.map(accountIdOf);
    const facts = await this.derivations.factsOf(ctx, accountIds);
    const slot = facts && slotOfPart(slots, profileIdOf(facts.first.id));
    if (!slot) return undefined;
    const members = slots.filter(({ id }) => id !== slot.id);
    const own = { own: new Set(accountIds), merged: mergedOf(members) };
    const state = derived(ctx, facts, own, [whole.state], foundingFrame(whole.state, slot, ctx.now()));
    const kind = slot.wasProfile ? 'UPDATED' : 'CREATED';
    return { kind, before: undefined, state, isChanged: true, slot, life: newRevision(), members };
  }

  /** A part of which some are in a profile already: that one, with the others. */
  async joined(
    ctx: TenantContext,
    whole: ReadProfile,
    before: ReadProfile,
    ids: readonly string[],
  ): Promise<Target | 'overtaken'> {
    const members = await this.slotsLeadingTo(ctx, whole, ids);
    if (!members) return 'overtaken';
    const version = Math.max(whole.state.version, before.state.version);
    const outcome = await this.outcome(ctx, before, [whole.state, before.state], version, members);
    const life = before.stored.life;
    return { ...outcome, kind: 'UPDATED', slot: undefined, life, members };
  }

  /** The profile without what has left it. */
  async rest(ctx: TenantContext, whole: ReadProfile): Promise<Outcome> {
    const outcome = await this.outcome(ctx, whole, [whole.state], whole.state.version, []);
    return { ...outcome, kind: 'SPLIT' };
  }

  /** A living profile, derived from the accounts that lead to it and those about to. */
  private async outcome(
    ctx: TenantContext,
    before: ReadProfile,
    sources: readonly ProfileState[],
    version: number,
    joining: readonly Redirect[],
  ): Promise<Omit<Outcome, 'kind'>> {
    const held = before.state.accounts.map(({ id }) => id);
    const seen: Seen = { own: new Set(), merged: mergedOf(joining) };
    const asked = new Set([...ownersOf(sources), ...held]);
    const accountIds = this.accountsOf(ctx, before.state.id, joining, asked, seen);
    const facts = await this.derivations.factsOf(ctx, accountIds);
    if (!facts) return { before, state: before.state, isChanged: false };
    const parted = before.state.parted || held.some((id) => !seen.own.has(id));
    const frame = { ...frameOf(before.state), version: version + 1, updatedAt: ctx.now(), parted };
    const state = derived(ctx, facts, seen, sources, frame);
    return { before, state, isChanged: !isSameProfile(before.state, state) };
  }

  private async *accountsOf(
    ctx: TenantContext,
    id: string,
    joining: readonly Redirect[],
    asked: ReadonlySet<string>,
    seen: Seen,
  ): AsyncGenerator<string> {
    const note = (accountId: string) => {
      if (asked.has(accountId)) seen.own.add(accountId);
      return accountId;
    };
    yield note(accountIdOf(id));
    for (const slot of joining) yield note(accountIdOf(slot.id));
    for await (const slot of this.slots.leadingTo(ctx, id)) {
      if (slot.wasProfile) seen.merged.add(slot.id);
      yield note(accountIdOf(slot.id));
    }
  }

  /** The redirects of these ids, which all lead to the profile; undefined where one no longer does. */
  private async slotsLeadingTo(ctx: TenantContext, { state }: ReadProfile, ids: readonly string[]) {
    const slots = await this.slots.redirects(ctx, ids);
    const isAsRead = slots.length === ids.length && slots.every(({ mergedInto }) => mergedInto === state.id);
    return isAsRead ? slots : undefined;
  }
}

/** The row that tells of a profile that was written; where an earlier one was not sent yet, it stands for both. */
export function toPartedChange(
  { kind, before, state }: Outcome,
  untold: ReadonlyMap<string, ProfileChanged>,
): ProfileChanged {
  const earlier = untold.get(state.id);
  const changed = changedPaths(before?.state, state, false);
  const paths = [...new Set([...(earlier?.paths ?? []), 'accounts', ...changed])];
  return { kind: earlier?.kind ?? kind, profileId: state.id, version: state.version, paths, eventIds: [] };
}

const CHANGING: ReadonlySet<string> = new Set<keyof ProfileState>(['version', 'updatedAt']);

/** Whether a profile says the same as before: all but its version and the time of its last change. */
function isSameProfile(before: ProfileState, after: ProfileState): boolean {
  const names = (Object.keys(after) as (keyof ProfileState)[]).filter((name) => !CHANGING.has(name));
  return names.every((name) => canonicalJson(before[name]) === canonicalJson(after[name]));
}

function derived(
  ctx: TenantContext,
  facts: ProfileFacts,
  { own, merged }: Seen,
  sources: readonly ProfileState[],
  frame: Omit<ProfileFrame, 'mergedIds'>,
): ProfileState {
  const mergedIds = mergedIdsOf(sources, merged);
  return deriveProfile(withKnown(facts, sources, own), { ...frame, mergedIds }, ctx.settings);
}
