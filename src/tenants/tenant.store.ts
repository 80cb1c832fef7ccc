import type { TenantPolicy } from '../access/tenant-policy.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf, PLATFORM } from '../platform/ids.js';
import type { Settings, StoredKeys } from './tenant.entity.js';
import { Tenant } from './tenant.entity.js';
import { TenantStatus } from './tenant-status.js';

/** Tenants are known before any request's tenant is, so their keys begin with the reserved name `platform`. */
export function keyOfTenant(tenantId: string): string {
  return keyOf(PLATFORM, tenantId);
}

/** The registry of tenants. */
export class TenantStore {
  constructor(private readonly database: Database) {}

  /** The ids of all tenants that have not been deleted, by one cursor. */
  async *ids(): AsyncGenerator<string> {
    const all = { _id: { $gt: keyOfTenant(''), $lt: keyOfTenant('~') }, status: { $ne: TenantStatus.DELETED } };
    const found = this.database.collection(Tenant).find(all as object, { projection: { _id: 1 } });
    for await (const { _id } of found) yield idOf(_id as unknown as string);
  }

  async find(tenantId: string): Promise<(Tenant & Stored) | undefined> {
    const [tenant] = await this.database.findByKeys(Tenant, [keyOfTenant(tenantId)]);
    return tenant && wholeOf(tenant);
  }

  /** Tenants in the order of their ids, those behind `after`; at most so many. One command. */
  async findPage(after: string, most: number): Promise<(Tenant & Stored)[]> {
    const behind = { _id: { $gte: `${keyOfTenant(after)}\0`, $lt: keyOfTenant('~') } };
    const options = { sort: { _id: 1 }, limit: most } as const;
    const found = await this.database
      .collection(Tenant)
      .find(behind as object, options)
      .toArray();
    return (found as (Tenant & Stored)[]).map(wholeOf);
  }

  /** Gives a tenant that has one of some statuses another; false where it has none of them. */
  async changeStatus(
    tenantId: string,
    from: readonly TenantStatus[],
    to: Pick<Tenant, 'status' | 'statusAt' | 'reason'>,
  ): Promise<boolean> {
    const unsaid = from.includes(TenantStatus.ACTIVE) ? [null] : [];
    const filter = { _id: keyOfTenant(tenantId), status: { $in: [...from, ...unsaid] } };
    return (await this.database.updateMany(Tenant, [{ filter, update: { $set: to } }])) === 1;
  }

  /** Notes which job deletes a tenant, or exports it. */
  async noteJob(tenantId: string, job: Pick<Tenant, 'removalId' | 'exportId'>): Promise<void> {
    await this.database.updateMany(Tenant, [{ filter: { _id: keyOfTenant(tenantId) }, update: { $set: job } }]);
  }

  /** Leaves nothing of a tenant but that it was there: its keys go, and with them what any copy of its data says. */
  async bury(tenantId: string, last: Pick<Tenant, 'status' | 'statusAt' | 'removed'>): Promise<void> {
    const gone = {
      keys: '',
      dataKey: '',
      indexKey: '',
      indexFrom: '',
      wrappedKeys: '',
      seededAt: '',
      policy: '',
      policyVersion: '',
    };
    const update = { $set: { ...last, settings: {} }, $unset: gone, $inc: { version: 1, keysVersion: 1 } };
    await this.database.updateMany(Tenant, [{ filter: { _id: keyOfTenant(tenantId) }, update }]);
  }

  /** Files a tenant; false where it was there before, which stays as it is. */
  async insert(tenant: Tenant & Stored): Promise<boolean> {
    const before = await this.database.insertNew(Tenant, [tenant]);
    return before.size === 0;
  }

  /** Notes when the demo tenant was filled. */
  async markSeeded(tenantId: string, at: Date): Promise<void> {
    await this.database.updateMany(Tenant, [
      { filter: { _id: keyOfTenant(tenantId) }, update: { $set: { seededAt: at } } },
    ]);
  }

  /** Replaces the keys of exactly this version; false where it is no longer the one in force. */
  async replaceKeys(tenantId: string, version: number | undefined, keys: StoredKeys): Promise<boolean> {
    const filter = { _id: keyOfTenant(tenantId), keysVersion: version ?? null };
    const update = { $set: { ...keys, keysVersion: (version ?? 0) + 1 }, $unset: { wrappedKeys: '' } };
    return (await this.database.updateMany(Tenant, [{ filter, update }])) === 1;
  }

  /** Replaces the settings of exactly this version; false where it is no longer the one in force. */
  async replaceSettings(tenantId: string, version: number, settings: Partial<Settings>): Promise<boolean> {
    const filter = { _id: keyOfTenant(tenantId), version };
    const found = await this.database.updateMany(Tenant, [
      { filter, update: { $set: { settings }, $inc: { version: 1 } } },
    ]);
    return found === 1;
  }

  /** Replaces the policy of exactly this version; false where it is no longer the one in force. */
  async replacePolicy(tenantId: string, version: number | undefined, policy: TenantPolicy): Promise<boolean> {
    const filter = { _id: keyOfTenant(tenantId), policyVersion: version ?? null };
    const update = { $set: { policy, policyVersion: (version ?? 0) + 1 } };
    return (await this.database.updateMany(Tenant, [{ filter, update }])) === 1;
  }
}

/** A tenant whose row an earlier version may have written. */
function wholeOf(tenant: Tenant & Stored): Tenant & Stored {
  const unsaid = { status: TenantStatus.ACTIVE, reason: null, statusAt: null, removed: null };
  return { ...unsaid, ...tenant };
}
