import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import type { ProfileStore } from './profile.store.js';

/** Lets profiles forget events that are kept no more. */
export class RecentEventsService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly changes: ChangeLog,
  ) {}

  /**
   * Takes the events before an instant out of the newest that a profile holds, once they are deleted. What is left is what
   * it would be derived as: where one of the newest is outdated, all that it does not hold are. Repeating it is harmless.
   */
  async dropBefore(ctx: TenantContext, profileId: string, before: Date): Promise<void> {
    await untilWritten('profiles', async () => {
      const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
      if (!stored) return true;
      const read = this.profiles.open(ctx, stored);
      const recentEvents = read.state.recentEvents.filter(({ occurredAt }) => occurredAt >= before);
      if (recentEvents.length === read.state.recentEvents.length) return true;
      const state = { ...read.state, recentEvents, version: read.state.version + 1, updatedAt: ctx.now() };
      if ((await this.profiles.update(ctx, [{ before: read, state }])).size > 0) return false;
      const row = { profileId: idOf(stored._id), version: state.version, paths: ['events'], eventIds: [] };
      await this.changes.append(ctx, [{ ...row, kind: 'UPDATED' }]);
      return true;
    });
  }
}
