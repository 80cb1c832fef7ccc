import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { Tenant } from './tenant.entity.js';
import type { TenantService } from './tenant.service.js';
import type { TenantStore } from './tenant.store.js';
import { TenantStatus } from './tenant-status.js';

const { ACTIVE, SUSPENDED, DELETING, DELETED } = TenantStatus;

/** All tenants of the platform, and whether each is served. What is decided here binds in every process within two seconds. */
export class TenantRegistryService {
  constructor(
    private readonly store: TenantStore,
    private readonly tenants: Pick<TenantService, 'forget' | 'find'>,
    private readonly clock: () => Date,
  ) {}

  /** Tenants in the order of their ids, deleted ones among them. One command. */
  list(after: string, most: number): Promise<Tenant[]> {
    return this.store.findPage(after, most);
  }

  /** The tenant of an id, also a deleted one. */
  find(tenantId: string): Promise<Tenant | undefined> {
    return this.store.find(tenantId);
  }

  /** Has a tenant served no more; one that is suspended stays so. NOT_FOUND, or CONFLICT where it is being deleted. */
  suspend(tenantId: string, reason: string): Promise<Tenant> {
    return this.become(tenantId, [ACTIVE], SUSPENDED, reason);
  }

  /** Has a suspended tenant served again; one that is served stays so. NOT_FOUND, or CONFLICT where it is being deleted. */
  resume(tenantId: string): Promise<Tenant> {
    return this.become(tenantId, [SUSPENDED], ACTIVE, null);
  }

  /** Has a tenant served no more, for good, since a job is about to delete it; once decided, it stays as it was decided. */
  condemn(tenantId: string, reason: string): Promise<Tenant> {
    return this.become(tenantId, [ACTIVE, SUSPENDED], DELETING, reason);
  }

  /** Notes which job deletes a tenant, or exports it. */
  async noteJob(tenantId: string, job: Pick<Tenant, 'removalId' | 'exportId'>): Promise<Tenant> {
    await this.store.noteJob(tenantId, job);
    return this.tenants.find(tenantId);
  }

  /** Notes that nothing of a tenant is left, and destroys its keys. */
  async bury({ tenantId }: Pick<TenantContext, 'tenantId'>, removed: Readonly<Record<string, number>>): Promise<void> {
    await this.store.bury(tenantId, { status: DELETED, statusAt: this.clock(), removed });
    this.tenants.forget(tenantId);
  }

  private async become(
    tenantId: string,
    from: readonly TenantStatus[],
    status: TenantStatus,
    reason: string | null,
  ): Promise<Tenant> {
    const isChanged = await this.store.changeStatus(tenantId, from, { status, statusAt: this.clock(), reason });
    this.tenants.forget(tenantId);
    const tenant = await this.tenants.find(tenantId);
    if (isChanged || tenant.status === status) return tenant;
    throw new AppError('CONFLICT', `tenant: it is ${tenant.status}, and can't become ${status}.`, { path: 'tenant' });
  }
}
