import type { RequestContext } from '../platform/context.js';
import { NO_FACTS } from './anchored-facts.rules.js';
import { readManualValue, readReason } from './manual-trait.rules.js';
import type { ManualTraitStore } from './manual-trait.store.js';
import type { Profile } from './profile.entity.js';
import type { ProfileService } from './profile.service.js';
import { accountIdOf } from './profile-id.rules.js';
import type { StitchService } from './stitch.service.js';

/** Lets people set traits by hand. */
export class ManualTraitService {
  constructor(
    private readonly facts: ManualTraitStore,
    private readonly profiles: ProfileService,
    private readonly stitching: StitchService,
  ) {}

  /** Sets a trait for good, over what any channel says; null returns it to the fold. The fact follows the founding account. */
  async set(ctx: RequestContext, profileId: string, trait: string, value: unknown, reason: string): Promise<Profile> {
    const { defaultRegion: region, currency, timeZone } = ctx.settings;
    const locale = { region, currency, timeZone };
    const read = readManualValue(trait, value, locale);
    const why = readReason(reason);
    const profile = await this.profiles.get(ctx, profileId);
    const accountId = accountIdOf(profile.id);
    const fact = { trait, value: read, accountId, at: ctx.now() };
    await this.facts.append(ctx, { ...fact, reason: why, actor: ctx.principal.subject });
    await this.stitching.stitch(ctx, {
      accounts: new Map(),
      pairs: [[accountId, accountId]],
      events: new Map(),
      facts: { ...NO_FACTS, manualTraits: [fact] },
    });
    ctx.loaders.forget('profiles');
    return this.profiles.get(ctx, profileId);
  }
}
