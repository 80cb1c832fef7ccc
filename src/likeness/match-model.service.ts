import type { TenantContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import type { MatchModelStore } from './match-model.store.js';

/** What tenants have learned about how their accounts agree. */
export class MatchModelService {
  constructor(private readonly models: MatchModelStore) {}

  /** The highest version that was learned; 0 where none was. One command. */
  newestVersion(ctx: Pick<TenantContext, 'tenantId'>): Promise<number> {
    return this.models.newestVersion(ctx);
  }

  /** BAD_USER_INPUT where a version of the match model is named that was not learned; one command where one is named. */
  async checkVersion(
    ctx: Pick<TenantContext, 'tenantId'>,
    path: string,
    version: number | null | undefined,
  ): Promise<void> {
    if (version === null || version === undefined) return;
    const newest = await this.models.newestVersion(ctx);
    if (version <= newest) return;
    const there = newest === 0 ? 'none was learned yet' : `there are 1 to ${newest}`;
    throw badInput(path, `names no learned match model: ${there} (job learn-matching)`);
  }
}
