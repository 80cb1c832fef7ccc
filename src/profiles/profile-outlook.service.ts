import type { RequestContext, TenantContext } from '../platform/context.js';
import { unpack } from '../platform/packed.js';
import { deriveProfile, frameOf, type ProfileFacts, type ProfileFrame } from './derive.rules.js';
import { mergedIdsAfter, type Portion, regrouped } from './outlook.rules.js';
import { foundingFrame, mergedIdsOf, mergedOf, slotOfPart, withKnown } from './parting.rules.js';
import { Profile } from './profile.entity.js';
import { MOST_MERGED_IDS } from './profile.rules.js';
import type { ProfileStore } from './profile.store.js';
import type { ProfileDerivationService } from './profile-derivation.service.js';
import { newRevision, type StoredProfile, toDocument } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import { viewOf } from './profile-view.js';
import type { SlotStore } from './slot.store.js';
import { bySeniority } from './stitch.rules.js';

/** What was decided and is not carried out. */
export interface Undertaking {
  /** Account ids by person. */
  readonly persons: readonly (readonly string[])[];
  /** The living profiles that the accounts are in now, by their ids. */
  readonly profiles: ReadonlyMap<string, StoredProfile>;
  profileOf(accountId: string): string | undefined;
  /** Blinded identifiers that link nobody. */
  readonly unlinked: ReadonlySet<string>;
  /** The profile a person chose to survive. */
  readonly survivor?: string | undefined;
}

/** A profile as it would be, and all its accounts. */
export interface Foreseen {
  readonly profile: Profile;
  readonly accountIds: readonly string[];
}

/** What profiles would come to: those that would gain or lose accounts, with the accounts they have, and what comes of them. */
export interface Outlook {
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: readonly Foreseen[];
}

/** A portion of a person, as the profile that it is or would become before it is joined with the others. */
interface Placed {
  readonly portion: Portion;
  readonly source: ProfileState;
  readonly frame: ProfileFrame;
}

/** Tells what profiles would come to, by the rules that stitching and parting go by; writes nothing. */
export class ProfileOutlookService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly derivations: ProfileDerivationService,
  ) {}

  /** The profiles that would gain or lose accounts, as they are and as this caller would see them. */
  async foresee(ctx: RequestContext, undertaking: Undertaking): Promise<Outlook> {
    const persons = regrouped(undertaking.persons, (id) => undertaking.profileOf(id));
    const before = new Map<string, string[]>();
    for (const { profileId, accountIds } of persons.flat())
      before.set(profileId, [...(before.get(profileId) ?? []), ...accountIds].sort());
    const sources = new Map(
      [...before.keys()].flatMap((id) => {
        const stored = undertaking.profiles.get(id);
        return stored ? [[id, this.profiles.open(ctx, stored).state] as const] : [];
      }),
    );
    const after: Foreseen[] = [];
    for (const portions of persons) {
      const placed: Placed[] = [];
      for (const portion of portions) placed.push(...(await this.place(ctx, portion, sources.get(portion.profileId))));
      after.push(...(await this.joined(ctx, placed, undertaking)));
    }
    return { before, after };
  }

  /** The profile of a portion: the one it is in, where that is all of it or its founding account is there; else another. */
  private async place(ctx: TenantContext, portion: Portion, source: ProfileState | undefined): Promise<Placed[]> {
    if (!source) return [];
    if (portion.isAll) return [{ portion, source, frame: { ...frameOf(source), mergedIds: source.mergedIds } }];
    const slots = await this.slots.redirects(ctx, portion.accountIds.map(profileIdOf));
    if (portion.accountIds.includes(accountIdOf(source.id))) {
      const frame = { ...frameOf(source), mergedIds: mergedIdsOf([source], mergedOf(slots)) };
      return [{ portion, source, frame }];
    }
    const facts = await this.derivations.factsOf(ctx, portion.accountIds);
    const slot = facts && slotOfPart(slots, profileIdOf(facts.first.id));
    if (!slot) return []; // none of its accounts is stored: they stay where they are
    const merged = mergedOf(slots.filter(({ id }) => id !== slot.id));
    const frame = { ...foundingFrame(source, slot, ctx.now()), mergedIds: mergedIdsOf([source], merged) };
    return [{ portion, source, frame }];
  }

  /** The one profile of the portions of a person. */
  private async joined(ctx: RequestContext, placed: readonly Placed[], undertaking: Undertaking): Promise<Foreseen[]> {
    const { survivor, unlinked } = undertaking;
    const rankOf = ({ frame: { id, seniority } }: Placed) => {
      return { id, seniority: id === survivor ? Number.NEGATIVE_INFINITY : seniority };
    };
    const [chief, ...others] = [...placed].sort((a, b) => bySeniority(rankOf(a), rankOf(b)));
    const accountIds = placed.flatMap(({ portion }) => portion.accountIds).sort();
    const facts = await this.derivations.factsOf(ctx, accountIds);
    if (!chief || !facts) return [];
    const absorbed = others.map(({ frame }) => frame);
    const frame = { ...chief.frame, mergedIds: mergedIdsAfter(chief.frame, absorbed, MOST_MERGED_IDS) };
    const state = derivedOf(ctx, placed, { facts, accountIds, frame, unlinked });
    return [{ profile: viewOf(ctx, unpack(ctx.keys, Profile, toDocument(ctx, state, newRevision()))), accountIds }];
  }
}

interface Basis {
  readonly facts: ProfileFacts;
  readonly accountIds: readonly string[];
  readonly frame: ProfileFrame;
  readonly unlinked: ReadonlySet<string>;
}

function derivedOf(ctx: TenantContext, placed: readonly Placed[], basis: Basis): ProfileState {
  const sources = [...new Set(placed.map(({ source }) => source))];
  const known = withKnown(basis.facts, sources, new Set(basis.accountIds));
  const state = deriveProfile(known, basis.frame, ctx.settings);
  const kept = placed.filter(({ portion }) => portion.isAll).flatMap(({ source }) => source.identifiers);
  const unlinked = new Set([...basis.unlinked, ...kept.flatMap(({ key, linking }) => (linking ? [] : [key]))]);
  const identifiers = state.identifiers.map((held) => (unlinked.has(held.key) ? { ...held, linking: false } : held));
  return { ...state, identifiers };
}
