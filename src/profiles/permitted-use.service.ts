import type { TenantContext } from '../platform/context.js';
import { mayBeUsed, type Use } from './permitted-use.rules.js';
import type { ProfileStore } from './profile.store.js';

/** Tells whose data may be used, for whatever the product does with people by itself. */
export class PermittedUseService {
  constructor(private readonly profiles: ProfileStore) {}

  /**
   * Of these ids those that lead to a profile whose data may be used so. Ask for PROFILING before a person is scored, put
   * into a segment by a model or recommended anything. One command, one more where there are redirects.
   */
  async permitted(ctx: TenantContext, profileIds: readonly string[], use: Use): Promise<Set<string>> {
    const limits = await this.profiles.limitsOf(ctx, profileIds);
    return new Set([...limits].flatMap(([id, limitKinds]) => (mayBeUsed({ limitKinds }, use) ? [id] : [])));
  }
}
