import { LRUCache } from 'lru-cache';
import type { TenantContext } from '../platform/context.js';
import { untilWritten } from '../platform/retry.js';
import type { RfmVersion } from './rfm-version.entity.js';
import type { NewRfmVersion, RfmVersionStore } from './rfm-version.store.js';
import type { RfmCuts } from './scores.rules.js';

const TENANTS_KEPT = 1_000;
/** For so long a version is taken for the newest: within two seconds every process sees a change. */
const KEPT_MS = 900;

/** The cuts that are in force, and which they are. */
export interface CutsInForce {
  readonly version: number;
  readonly cuts: RfmCuts;
}

/** Knows which cuts between scores are in force. */
export class RfmVersionService {
  private readonly newest: LRUCache<string, { version: RfmVersion | undefined }, TenantContext>;

  constructor(private readonly store: RfmVersionStore) {
    this.newest = new LRUCache({
      max: TENANTS_KEPT,
      ttl: KEPT_MS,
      fetchMethod: async (_key, _before, { context }) => ({ version: await this.store.newest(context) }),
      ignoreFetchAbort: true,
    });
  }

  /**
   * The cuts in force; undefined before the first night, where there are fewer than five customers, or the currency has
   * changed since. At most a second old; no command where they were read lately.
   */
  async inForce(ctx: TenantContext): Promise<CutsInForce | undefined> {
    const { version } = (await this.newest.fetch(ctx.tenantId, { context: ctx })) ?? {};
    if (!version?.cuts || version.currency !== ctx.settings.currency) return undefined;
    return { version: version.version, cuts: version.cuts };
  }

  /** The newest version as it is stored now. */
  latest(ctx: TenantContext): Promise<RfmVersion | undefined> {
    return this.store.newest(ctx);
  }

  /** Adds a version, which is in force from then on; its number. */
  async add(ctx: TenantContext, made: Omit<NewRfmVersion, 'version'>): Promise<number> {
    let version = 0;
    await untilWritten('rfm version', async () => {
      version = ((await this.store.newest(ctx))?.version ?? 0) + 1;
      return this.store.add(ctx, { ...made, version });
    });
    this.newest.delete(ctx.tenantId);
    return version;
  }
}
