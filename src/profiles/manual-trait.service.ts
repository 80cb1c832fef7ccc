import type { RequestContext, TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
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
    await this.putRight(ctx, profile.id, { [trait]: read }, { reason: why, actor: ctx.principal.subject });
    ctx.loaders.forget('profiles');
    return this.profiles.get(ctx, profileId);
  }

  /** Values as they were given, normalised; BAD_USER_INPUT where one is none. */
  read({ settings }: TenantContext, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const { defaultRegion: region, currency, timeZone } = settings;
    const read = Object.entries(values).map(([trait, value]) => [
      trait,
      readManualValue(trait, value, { region, currency, timeZone }),
    ]);
    return Object.fromEntries(read);
  }

  /**
   * Sets normalised values of a living profile. Two commands a trait, and what writing the profile takes. NOT_FOUND where
   * the person is erased meanwhile; then nothing of it stays.
   */
  async putRight(
    ctx: TenantContext,
    profileId: string,
    values: Readonly<Record<string, unknown>>,
    by: { readonly reason: string; readonly actor: string },
  ): Promise<void> {
    const accountId = accountIdOf(profileId);
    const facts = Object.entries(values).map(([trait, value]) => ({ trait, value, accountId, at: ctx.now() }));
    for (const fact of facts) await this.facts.append(ctx, { ...fact, ...by });
    const { erased } = await this.stitching.stitch(ctx, {
      accounts: new Map(),
      pairs: [[accountId, accountId]],
      events: new Map(),
      facts: { ...NO_FACTS, manualTraits: facts },
    });
    if (!erased.has(accountId)) return;
    // the person was erased after the profile was read: what has been gone through already must not stay
    await this.facts.erase(ctx, [accountId]);
    throw notFound(`The profile ${profileId}`);
  }
}
