import type { JobRun } from '../jobs/job-kind.js';
import { notFound } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import type { ManualTraitService } from '../profiles/manual-trait.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { Met, SealedDemand, StoredRequest } from './privacy-request.store.js';

/** Puts right what people say is wrong: as traits set by hand, which hold over whatever channels say later. */
export class RectifyingService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly traits: ManualTraitService,
  ) {}

  /** Sets the traits, or counts them. Where a process stopped in the middle, they are set once more, to the same values. */
  async meet({ profileId, requestedBy: actor, dryRun }: StoredRequest, demand: SealedDemand | undefined, job: JobRun) {
    const ctx = await job.context();
    const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    if (!stored || !demand) throw notFound(`The profile ${profileId}`);
    const values = demand.corrections ?? {};
    if (!dryRun) await this.traits.putRight(ctx, idOf(stored._id), values, { reason: demand.reason, actor });
    return { counts: { manual_traits: Object.keys(values).length } } satisfies Met;
  }
}
