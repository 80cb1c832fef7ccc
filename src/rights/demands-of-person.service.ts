import type { DownloadService } from '../downloads/download.service.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import type { DemandsOfPerson } from './erasure.service.js';
import type { PrivacyRequestStore } from './privacy-request.store.js';

/** What is kept of people's demands besides that there were any: reasons, and what was exported. */
export class DemandsOfPersonService implements DemandsOfPerson {
  constructor(
    private readonly requests: PrivacyRequestStore,
    private readonly downloads: Pick<DownloadService, 'remove'>,
  ) {}

  /** How many demands of these profiles keep something; of one under way that is still needed. */
  async count(ctx: TenantContext, profileIds: readonly string[]): Promise<number> {
    return (await this.keeping(ctx, profileIds)).length;
  }

  async erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    const keeping = await this.keeping(ctx, profileIds);
    for (const { _id } of keeping) {
      await this.downloads.remove(ctx, idOf(_id));
      await this.requests.forgetExport(ctx, idOf(_id));
    }
    await this.requests.forgetReasons(
      ctx,
      keeping.map(({ _id }) => idOf(_id)),
    );
  }

  private async keeping(ctx: TenantContext, profileIds: readonly string[]) {
    if (profileIds.length === 0) return [];
    const known = await this.requests.ofProfiles(ctx, profileIds);
    return known.filter(({ sealed, finishedAt }) => sealed !== null && finishedAt !== null);
  }
}
