import { AppError, notFound } from '../platform/errors.js';
import { BARE_ID } from '../platform/index-versions.js';
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
    return this.change(tenantId, async (tenant, { keys }) => {
      const { suite } = withDefaults(tenant.settings);
      const isOutdated = ({ wrapped }: TenantKeyRecord) =>
        !this.masterKeys.isCurrent(wrapped) || (isSuiteNew && wrapped[1] !== suiteNamed(suite).number);
      if (!keys.some(isOutdated)) return undefined;
      const anew = keys.map((key) =>
        isOutdated(key) ? rewrapTenantKey(this.masterKeys, tenantId, key, suite) : Promise.resolve(key),
      );
      return { keys: await Promise.all(anew) };
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
      return { keys: [...keys, key] };
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
    await this.drop(tenantId, 'data', before);
  }

  /** Makes the next version of the index key, under which nothing is stored yet, unless there is one; returns its id. */
  async addIndexKey(tenantId: string): Promise<number> {
    let next = 0;
    await this.change(tenantId, async (tenant, { keys, indexKey }) => {
      const newest = Math.max(...keys.filter(isIndexKey).map(({ id }) => id));
      next = newest > indexKey ? newest : newest + 1;
      if (next === newest) return undefined;
      const { suite } = withDefaults(tenant.settings);
      const key = await newKeyOf(this.masterKeys, tenantId, { kind: 'index', id: next, suite }, this.clock());
      return { keys: [...keys, key] };
    });
    return next;
  }

  /** Lets tokens be written under a version of the index key; what is stored under those before is looked for as well. */
  async putIndexKeyInForce(tenantId: string, id: number): Promise<void> {
    await this.change(tenantId, async (_tenant, { indexKey }) => (indexKey >= id ? undefined : { indexKey: id }));
  }

  /**
   * Has nothing looked for under the versions before the one in force, and drops those that gave way before a time: until
   * then what who was just writing left in a document can be read. The first covers nothing, and makes the tokens.
   */
  async retireIndexKeys(tenantId: string, before: Date): Promise<void> {
    await this.change(tenantId, async (_tenant, { keys, indexKey, indexFrom }) => {
      if (indexFrom === indexKey) return undefined;
      const until = this.clock();
      const isRetired = (key: TenantKeyRecord) =>
        isIndexKey(key) && key.id !== BARE_ID && key.id < indexKey && key.until === undefined;
      return { indexFrom: indexKey, keys: keys.map((key) => (isRetired(key) ? { ...key, until } : key)) };
    });
    await this.drop(tenantId, 'index', before);
  }

  private async drop(tenantId: string, kind: TenantKeyRecord['kind'], before: Date): Promise<void> {
    await this.change(tenantId, async (_tenant, { keys }) => {
      const kept = keys.filter((key) => key.kind !== kind || !key.until || key.until >= before);
      return kept.length === keys.length ? undefined : { keys: kept };
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

  /** Writes what `to` changes of the keys, unless it makes nothing or another writes them first: then it is asked again. */
  private async change(
    tenantId: string,
    to: (tenant: Tenant, keys: StoredKeys) => Promise<Partial<StoredKeys> | undefined>,
  ): Promise<boolean> {
    let isChanged = false;
    await untilWritten('keys', async () => {
      const tenant = await this.find(tenantId);
      const before = storedKeysOf(tenant);
      const changed = await to(tenant, before);
      isChanged = changed !== undefined;
      return !changed || this.store.replaceKeys(tenantId, tenant.keysVersion, { ...before, ...changed });
    });
    return isChanged;
  }
}

function dataKeysOf(keys: readonly TenantKeyRecord[]): readonly TenantKeyRecord[] {
  const found = keys.filter(({ kind }) => kind === 'data');
  if (found.length === 0) throw new AppError('SERVICE_UNAVAILABLE', 'This tenant is stored without a data key.');
  return found;
}

function isIndexKey({ kind }: TenantKeyRecord): boolean {
  return kind === 'index';
}

function isDataKey({ kind, id }: TenantKeyRecord, wanted: number): boolean {
  return kind === 'data' && id === wanted;
}
