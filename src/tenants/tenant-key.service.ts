import { AppError, notFound } from '../platform/errors.js';
import type { KeyProvider } from '../platform/key-provider.js';
import { untilWritten } from '../platform/retry.js';
import { suiteNamed } from '../platform/suites/suites.js';
import type { StoredKeys, Tenant, TenantKeyRecord } from './tenant.entity.js';
import { withDefaults } from './tenant.rules.js';
import type { TenantStore } from './tenant.store.js';
import { newKeyOf, rewrapTenantKey, storedKeysOf } from './tenant-keys.js';

/** What became of the tenants' keys under former master keys. */
export interface Rewrapping {
  readonly tenants: number;
  readonly rewrapped: number;
}

/** The rotation of tenants' keys, and of the master keys that wrap them. */
export class TenantKeyService {
  constructor(
    private readonly store: TenantStore,
    private readonly masterKeys: KeyProvider,
    private readonly clock: () => Date,
  ) {}

  /** Wraps all tenants' keys under the current master key: afterwards former ones open nothing that another doesn't. */
  async rewrapAll(): Promise<Rewrapping> {
    let [tenants, rewrapped] = [0, 0];
    for await (const tenantId of this.store.ids()) {
      tenants += 1;
      if (await this.rewrap(tenantId)) rewrapped += 1;
    }
    return { tenants, rewrapped };
  }

  /** Wraps a tenant's keys under the current master key, and where it is asked for by the tenant's suite; false where they were. */
  async rewrap(tenantId: string, { isSuiteNew = false } = {}): Promise<boolean> {
    return this.change(tenantId, async (tenant, { keys, dataKey }) => {
      const { suite } = withDefaults(tenant.settings);
      const isOutdated = ({ wrapped }: TenantKeyRecord) =>
        !this.masterKeys.isCurrent(wrapped) || (isSuiteNew && wrapped[1] !== suiteNamed(suite).number);
      if (!keys.some(isOutdated)) return undefined;
      const anew = keys.map((key) =>
        isOutdated(key) ? rewrapTenantKey(this.masterKeys, tenantId, key, suite) : Promise.resolve(key),
      );
      return { keys: await Promise.all(anew), dataKey };
    });
  }

  /** Makes the next data key, which nothing is sealed under yet, unless there is one; returns its id. */
  async addDataKey(tenantId: string): Promise<number> {
    let next = 0;
    await this.change(tenantId, async (tenant, { keys, dataKey }) => {
      const newest = Math.max(...dataKeysOf(keys).map(({ id }) => id));
      next = newest > dataKey ? newest : newest + 1;
      if (next === newest) return undefined;
      const { suite } = withDefaults(tenant.settings);
      const key = await newKeyOf(this.masterKeys, tenantId, { kind: 'data', id: next, suite }, this.clock());
      return { keys: [...keys, key], dataKey };
    });
    return next;
  }

  /** Lets what is new be sealed under a data key. */
  async putInForce(tenantId: string, id: number): Promise<void> {
    await this.change(tenantId, async (_tenant, { keys, dataKey }) => {
      if (dataKey === id) return undefined;
      const until = this.clock();
      return { keys: keys.map((key) => (isDataKey(key, dataKey) ? { ...key, until } : key)), dataKey: id };
    });
  }

  /** Drops the data keys that gave way before a time. */
  async dropDataKeys(tenantId: string, before: Date): Promise<void> {
    await this.change(tenantId, async (_tenant, { keys, dataKey }) => {
      const kept = keys.filter(({ until }) => !until || until >= before);
      return kept.length === keys.length ? undefined : { keys: kept, dataKey };
    });
  }

  /** How many data keys that gave way are kept. */
  async countFormerDataKeys(tenantId: string): Promise<number> {
    const { keys, dataKey } = storedKeysOf(await this.find(tenantId));
    return dataKeysOf(keys).filter(({ id }) => id < dataKey).length;
  }

  private async find(tenantId: string): Promise<Tenant> {
    const tenant = await this.store.find(tenantId);
    if (!tenant) throw notFound('The tenant');
    return tenant;
  }

  /** Writes what `to` makes of the keys, unless it makes nothing or another writes them first: then it is asked again. */
  private async change(
    tenantId: string,
    to: (tenant: Tenant, keys: StoredKeys) => Promise<StoredKeys | undefined>,
  ): Promise<boolean> {
    let isChanged = false;
    await untilWritten('keys', async () => {
      const tenant = await this.find(tenantId);
      const keys = await to(tenant, storedKeysOf(tenant));
      isChanged = keys !== undefined;
      return keys === undefined || this.store.replaceKeys(tenantId, tenant.keysVersion, keys);
    });
    return isChanged;
  }
}

function dataKeysOf(keys: readonly TenantKeyRecord[]): readonly TenantKeyRecord[] {
  const found = keys.filter(({ kind }) => kind === 'data');
  if (found.length === 0) throw new AppError('SERVICE_UNAVAILABLE', 'This tenant is stored without a data key.');
  return found;
}

function isDataKey({ kind, id }: TenantKeyRecord, wanted: number): boolean {
  return kind === 'data' && id === wanted;
}
