import type { Change } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { Reaction } from '../platform/reaction-runner.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ActivationStore } from './activation.store.js';
import type { ActivationFilingService } from './activation-filing.service.js';
import type { Turn } from './activation-notice.rules.js';
import { mayBeContacted } from './contact-permission.rules.js';

const CONSENTS_PATH = 'consents';
const REASON = 'consent';

/** Tells destinations of members who withdraw their consent, or give it: as leaving, and as entering. */
export class ConsentReactionService implements Reaction {
  readonly name = 'activations';

  constructor(
    private readonly activations: ActivationStore,
    private readonly profiles: ProfileStore,
    private readonly filing: ActivationFilingService,
  ) {}

  /** No command where nobody's consents changed. */
  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const told = changes.filter(({ paths }) => paths.includes(CONSENTS_PATH));
    const activations = told.length > 0 ? await this.activations.all(ctx) : [];
    if (activations.length === 0) return;
    const living = await this.profiles.resolve(ctx, [...new Set(told.map(({ profileId }) => profileId))]);
    for (const activation of activations) {
      const turns = told.flatMap(({ _id, profileId, at }): Turn[] => {
        const stored = living.get(profileId);
        const isMember = stored && Object.hasOwn(stored.segmentsSince ?? {}, activation.segmentId);
        if (!isMember) return [];
        const { state } = this.profiles.open(ctx, stored);
        const entered = mayBeContacted(state, activation.purpose, ctx.now(), ctx.settings);
        return [{ id: idOf(_id), segmentId: activation.segmentId, profileId, entered, reason: REASON, at }];
      });
      await this.filing.file(ctx, [activation], turns);
    }
  }

  /** Who was missed is told of with the next change of theirs. */
  async recompute(): Promise<void> {}
}
