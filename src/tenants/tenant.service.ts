import { LRUCache } from 'lru-cache';
import { NO_POLICY, type TenantPolicy } from '../access/tenant-policy.js';
import { Channel } from '../channels/channel.js';
import type { TenantContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import type { KeyProvider } from '../platform/key-provider.js';
import { untilWritten } from '../platform/retry.js';
import type { TenantKeys } from '../platform/seal.js';
import type { Settings, Tenant, TenantSettings } from './tenant.entity.js';
import { changeSettings, isTenantId, withDefaults } from './tenant.rules.js';
import { keyOfTenant, type TenantStore } from './tenant.store.js';
import { LiveKeys, newKeysOf } from './tenant-keys.js';
import { TenantStatus } from './tenant-status.js';

const TENANTS_KEPT = 1_000;
/** For so long what was read of a tenant is taken for what is stored: within two seconds every process sees a change. */
const TENANTS_KEPT_MS = 900;

const CHANNELS: readonly string[] = Object.values(Channel);

/** A tenant as requests use it: its keys, and its settings with their defaults. */
interface KnownTenant {
  readonly keys: TenantKeys;
  readonly settings: Settings;
  readonly policy: TenantPolicy;
  readonly status: TenantStatus;
}

/** Refuses settings that name what is not there. */
export type CheckSettings = (ctx: Pick<TenantContext, 'tenantId'>, settings: Partial<Settings>) => Promise<void>;

/** Tenants: their keys, their settings, and the context that every other module works in. */
export class TenantService {
  private readonly tenants: LRUCache<string, KnownTenant>;
  /** The settings last seen of each tenant: while their version stays, so does the object, and what was read out of it. */
  private readonly seen = new LRUCache<string, Pick<TenantSettings, 'settings' | 'version'>>({ max: TENANTS_KEPT });
  private readonly policies = new LRUCache<string, { policy: TenantPolicy; mark: string }>({ max: TENANTS_KEPT });
  private readonly keys = new LRUCache<string, LiveKeys>({ max: TENANTS_KEPT });

  constructor(
    private readonly store: TenantStore,
    private readonly masterKeys: KeyProvider,
    private readonly clock: () => Date,
    private readonly check: CheckSettings = async () => undefined,
  ) {
    this.tenants = new LRUCache({
      max: TENANTS_KEPT,
      ttl: TENANTS_KEPT_MS,
      fetchMethod: (id) => this.load(id),
      ignoreFetchAbort: true, // who waits for what is being read gets it, also where it is not kept any more
    });
  }

  /**
   * Makes a tenant with keys of its own, unless it exists; returns whether it is new. Safe to call from many processes at
   * once. Its look-ups and account ids are made by the suite that it begins with, for good. CONFLICT where one of this id
   * was deleted.
   */
  async createTenant(tenantId: string, chosen: Record<string, unknown> = {}): Promise<boolean> {
    if (!isTenantId(tenantId)) {
      throw badInput(
        'tenant',
        'must be 1 to 31 lower-case letters, digits and hyphens, the first no hyphen; `platform` is taken',
      );
    }
    if (await this.exists(tenantId)) return false;
    const settings = changeSettings({}, chosen, CHANNELS);
    await this.check({ tenantId }, settings);
    const isNew = await this.store.insert({
      _id: keyOfTenant(tenantId),
      tenantId,
      status: TenantStatus.ACTIVE,
      reason: null,
      statusAt: null,
      removed: null,
      ...(await newKeysOf(this.masterKeys, tenantId, withDefaults(settings).suite, this.clock())),
      keysVersion: 1,
      settings,
      version: 1,
      createdAt: this.clock(),
    });
    if (!isNew && (await this.find(tenantId)).status === TenantStatus.DELETED)
      throw new AppError('CONFLICT', 'tenant: one of this id was deleted, and ids are not given again.', {
        path: 'tenant',
      });
    this.tenants.delete(tenantId);
    return isNew;
  }

  /** Whether a tenant is served, as of two seconds ago at most; undefined where there is none, or none any more. */
  async statusOf(tenantId: string): Promise<TenantStatus | undefined> {
    return isTenantId(tenantId) ? (await this.tenants.fetch(tenantId))?.status : undefined;
  }

  async exists(tenantId: string): Promise<boolean> {
    return (await this.statusOf(tenantId)) !== undefined;
  }

  /** The ids of all tenants. */
  ids(): AsyncIterable<string> {
    return this.store.ids();
  }

  /** The context of work for a tenant; its settings are at most two seconds old. NOT_FOUND where there is no such tenant. */
  async contextOf(tenantId: string, requestId: string): Promise<TenantContext> {
    const known = await this.tenants.fetch(tenantId);
    if (!known) throw notFound('The tenant');
    return { tenantId, requestId, keys: known.keys, settings: known.settings, now: this.clock };
  }

  /** What a tenant has decided of who may do what, at most two seconds old: the same object while it stays. */
  async policyOf(tenantId: string): Promise<TenantPolicy> {
    return (await this.tenants.fetch(tenantId))?.policy ?? NO_POLICY;
  }

  /** Replaces a tenant's policy; false where `version` is not the one in force. */
  async replacePolicy(ctx: TenantContext, version: number | undefined, policy: TenantPolicy): Promise<boolean> {
    const isReplaced = await this.store.replacePolicy(ctx.tenantId, version, policy);
    this.tenants.delete(ctx.tenantId);
    return isReplaced;
  }

  /** As `contextOf`, of a tenant that is served now; undefined where it is not, or is not there. */
  async servedContextOf(tenantId: string, requestId: string): Promise<TenantContext | undefined> {
    const isServed = (await this.statusOf(tenantId)) === TenantStatus.ACTIVE;
    return isServed ? this.contextOf(tenantId, requestId) : undefined;
  }

  /** As `contextOf`, with the settings as they are stored now. */
  freshContextOf(tenantId: string, requestId: string): Promise<TenantContext> {
    this.tenants.delete(tenantId);
    return this.contextOf(tenantId, requestId);
  }

  /** The tenant of an id; NOT_FOUND where there is none. */
  async find(tenantId: string): Promise<Tenant> {
    const tenant = await this.store.find(tenantId);
    if (!tenant) throw notFound('The tenant');
    return tenant;
  }

  /** Has a tenant read anew by whoever asks for it next in this process. */
  forget(tenantId: string): void {
    this.tenants.delete(tenantId);
  }

  /** Notes that the demo tenant is filled. */
  markSeeded(tenantId: string): Promise<void> {
    return this.store.markSeeded(tenantId, this.clock());
  }

  /** The settings as they are stored now, with their version. */
  async settingsOf(ctx: TenantContext): Promise<TenantSettings> {
    return this.viewOf(await this.find(ctx.tenantId));
  }

  /** The settings of a tenant, each with its default. */
  viewOf({ settings, version }: Pick<Tenant, 'settings' | 'version'>): TenantSettings {
    const all = withDefaults(settings);
    return { timeZone: all.timeZone, currency: all.currency, settings: all, version };
  }

  /** Changes settings; CONFLICT where `expectedVersion` is not the version in force. */
  async updateSettings(
    ctx: Pick<TenantContext, 'tenantId'>,
    change: Record<string, unknown>,
    expectedVersion: number,
  ): Promise<TenantSettings> {
    const before = await this.find(ctx.tenantId);
    const settings = changeSettings(before.settings, change, CHANNELS);
    await this.check(ctx, settings);
    if (before.version !== expectedVersion) throw conflict(expectedVersion);
    if (!(await this.store.replaceSettings(ctx.tenantId, expectedVersion, settings))) throw conflict(expectedVersion);
    this.tenants.delete(ctx.tenantId);
    return this.viewOf({ settings, version: expectedVersion + 1 });
  }

  /** Changes settings, whichever version of them is in force. */
  async putSettings(ctx: Pick<TenantContext, 'tenantId'>, change: Record<string, unknown>): Promise<void> {
    await untilWritten('settings', async () => {
      const { settings, version } = await this.find(ctx.tenantId);
      const changed = changeSettings(settings, change, CHANNELS);
      return this.store.replaceSettings(ctx.tenantId, version, changed);
    });
    this.tenants.delete(ctx.tenantId);
  }

  private async load(tenantId: string): Promise<KnownTenant | undefined> {
    const readAt = performance.now();
    const tenant = await this.store.find(tenantId);
    if (!tenant || tenant.status === TenantStatus.DELETED) {
      this.keys.delete(tenantId);
      return undefined;
    }
    const settings = this.settingsIn(tenant);
    const keys = await this.keysOf(tenant, settings, readAt);
    return { keys, settings, policy: this.policyIn(tenant), status: tenant.status };
  }

  private settingsIn({ tenantId, version, settings: chosen }: Tenant): Settings {
    const before = this.seen.get(tenantId);
    if (before?.version === version) return before.settings;
    const settings = Object.freeze(withDefaults(chosen));
    this.seen.set(tenantId, { settings, version });
    return settings;
  }

  private policyIn({ tenantId, policy, policyVersion, createdAt }: Tenant): TenantPolicy {
    if (!policy) return NO_POLICY;
    const mark = `${createdAt.getTime()} ${policyVersion}`;
    const before = this.policies.get(tenantId);
    if (before?.mark === mark) return before.policy;
    this.policies.set(tenantId, { policy, mark });
    return policy;
  }

  private async keysOf(tenant: Tenant, { suite }: Settings, readAt: number): Promise<TenantKeys> {
    const readAgain = () => this.tenants.fetch(tenant.tenantId);
    const keys = this.keys.get(tenant.tenantId) ?? new LiveKeys(this.masterKeys, readAgain);
    await keys.follow(tenant, suite, readAt);
    this.keys.set(tenant.tenantId, keys);
    return keys;
  }
}

function conflict(expectedVersion: number): AppError {
  return new AppError(
    'CONFLICT',
    `expectedVersion: ${expectedVersion} is not the version in force; read tenantSettings again.`,
    {
      path: 'expectedVersion',
    },
  );
}
