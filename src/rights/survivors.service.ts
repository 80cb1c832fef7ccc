import type { ResolutionService } from '../identities/resolution.service.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { piecesOf } from '../platform/pieces.js';
import { anchorsOf } from '../profiles/anchored-facts.rules.js';
import { DERIVE_ANEW } from '../profiles/parting.rules.js';
import type { PartingService } from '../profiles/parting.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import { newRevision, type ReadProfile, type StoredProfile } from '../profiles/profile-document.js';
import { profileIdOf } from '../profiles/profile-id.rules.js';
import type { SlotStore } from '../profiles/slot.store.js';

const PIECE = 200;

/** Sees to people who shared something with somebody who was erased. */
export class SurvivorsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly partings: PartingService,
    private readonly resolution: ResolutionService,
  ) {}

  /** Derives anew whoever holds something of erased accounts, and decides again who of the others is one person. */
  async settle(ctx: TenantContext, accountIds: Iterable<string>, erased: readonly string[]): Promise<void> {
    for await (const piece of piecesOf(accountIds, PIECE)) {
      const { living } = await this.profiles.lead(ctx, piece.map(profileIdOf));
      const roots = new Map([...living.values()].map((root) => [root._id, root]));
      for (const root of roots.values()) await this.renew(ctx, root, new Set(erased));
      const left = piece.filter((id) => living.has(profileIdOf(id)));
      if (left.length > 0) await this.resolution.settle(ctx, left);
    }
  }

  private async renew(ctx: TenantContext, root: StoredProfile, erased: ReadonlySet<string>): Promise<void> {
    const id = idOf(root._id);
    const slots = [...erased].map(profileIdOf);
    const absorbed = (root.absorbing ?? []).filter((slot) => slots.includes(slot));
    if (absorbed.length > 0) await this.profiles.settle(ctx, [{ id, absorbed }]);
    if (absorbed.length === 0 && !holdsAny(this.profiles.open(ctx, root), erased)) return;
    const revision = newRevision();
    // overtaken by who holds it no more, or by who will be looked at when the accounts are gone through again
    await this.slots.mark(ctx, { id, revision: root.revision }, [...(root.parting ?? []), DERIVE_ANEW], revision);
    await this.partings.finish(ctx, id);
  }
}

function holdsAny({ state }: ReadProfile, erased: ReadonlySet<string>): boolean {
  const named = state.consents.entries.flatMap(({ accountIds }) => accountIds);
  return [...state.accounts.map(({ id }) => id), ...anchorsOf(state), ...named].some((id) => erased.has(id));
}
