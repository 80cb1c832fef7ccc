import type { Job } from '../jobs/job.entity.js';
import type { JobService } from '../jobs/job.service.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, badInput } from '../platform/errors.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { Tenant, TenantSettings } from '../tenants/tenant.entity.js';
import type { TenantService } from '../tenants/tenant.service.js';
import type { TenantRegistryService } from '../tenants/tenant-registry.service.js';
import { TenantStatus } from '../tenants/tenant-status.js';
import type { TenantConnection } from './tenant.view.js';
import { TENANT_EXPORT } from './tenant-export.service.js';
import { REMOVAL } from './tenant-removal.service.js';

const LONGEST_REASON = 500;

/** Has it written into the tenant's own log what the platform did to it. */
export interface TenancyWitness {
  did(
    ctx: TenantContext,
    deed: { readonly actor: string; readonly action: string; readonly details: Readonly<Record<string, string>> },
  ): Promise<void>;
}

/** What stands behind the administration of tenants. */
interface TenancyParts {
  readonly tenants: TenantService;
  readonly registry: TenantRegistryService;
  readonly jobs: JobService;
  readonly witness: TenancyWitness;
}

/** The administration of all tenants, by those who run the platform: it never opens what is stored of them. */
export class TenancyService {
  constructor(private readonly parts: TenancyParts) {}

  /** A page of all tenants in the order of their ids. */
  async list(ctx: RequestContext, first: number, after: string | null): Promise<TenantConnection> {
    const size = pageSize(first);
    const [place = ''] = after === null ? [] : decodeCursor(ctx, 'tenants', after);
    const rows = await this.parts.registry.list(String(place), size + 1);
    return pageOf(rows, size, ({ tenantId }) => encodeCursor(ctx, 'tenants', [tenantId]), after !== null);
  }

  /** The tenant of an id, or null. */
  async find(tenantId: string): Promise<Tenant | null> {
    return (await this.parts.registry.find(tenantId)) ?? null;
  }

  /** A tenant's settings, each with its default. */
  settingsOf(tenant: Tenant): TenantSettings {
    return this.parts.tenants.viewOf(tenant);
  }

  /** The job that deletes a tenant or has deleted it; null where there is none. */
  async removalOf(ctx: RequestContext, { tenantId, removalId }: Tenant): Promise<Job | null> {
    return removalId === undefined ? null : this.parts.jobs.find({ ...ctx, tenantId }, removalId);
  }

  /** The job that exports a tenant, or did last; null where there is none. */
  async exportOf(ctx: RequestContext, { tenantId, exportId }: Tenant): Promise<Job | null> {
    return exportId === undefined ? null : this.parts.jobs.find({ ...ctx, tenantId }, exportId);
  }

  /** Makes a tenant with keys of its own; CONFLICT where there is or was one of this id, BAD_USER_INPUT names what doesn't fit. */
  async create(ctx: RequestContext, tenantId: string, settings: Record<string, unknown>): Promise<Tenant> {
    if (!(await this.parts.tenants.createTenant(tenantId, settings)))
      throw new AppError('CONFLICT', 'tenant: there is one of this id.', { path: 'tenant' });
    await this.tell(ctx, tenantId, 'createTenant');
    return this.parts.tenants.find(tenantId);
  }

  /** Changes a tenant's settings as its own administrators may; CONFLICT where `expectedVersion` is not the version in force. */
  async configure(
    ctx: RequestContext,
    tenantId: string,
    settings: Record<string, unknown>,
    expectedVersion: number,
  ): Promise<Tenant> {
    await this.parts.tenants.updateSettings(await this.contextOf(ctx, tenantId), settings, expectedVersion);
    await this.tell(ctx, tenantId, 'configureTenant');
    return this.parts.tenants.find(tenantId);
  }

  /** Has nobody of a tenant served any more, until it is resumed. */
  async suspend(ctx: RequestContext, tenantId: string, reason: string): Promise<Tenant> {
    requireOther(ctx, tenantId);
    const tenant = await this.parts.registry.suspend(tenantId, reasonOf(reason));
    await this.tell(ctx, tenantId, 'suspendTenant');
    return tenant;
  }

  /** Has a suspended tenant served again. */
  async resume(ctx: RequestContext, tenantId: string): Promise<Tenant> {
    const tenant = await this.parts.registry.resume(tenantId);
    await this.tell(ctx, tenantId, 'resumeTenant');
    return tenant;
  }

  /**
   * Has a tenant deleted, with all that is stored of it: nobody is served at once, a job does the rest. Asked again it starts
   * the job anew where that has failed. BAD_USER_INPUT where `confirm` is not the id.
   */
  async delete(ctx: RequestContext, tenantId: string, confirm: string, reason: string): Promise<Tenant> {
    requireOther(ctx, tenantId);
    if (confirm !== tenantId)
      throw badInput('confirm', 'must be the id of the tenant: what is deleted does not come back');
    await this.parts.registry.condemn(tenantId, reasonOf(reason));
    await this.tell(ctx, tenantId, 'deleteTenant');
    const job = await this.parts.jobs.start({ ...ctx, ...(await this.contextOf(ctx, tenantId)) }, REMOVAL, {});
    return this.parts.registry.noteJob(tenantId, { removalId: job.id });
  }

  /** Has all that is stored of a tenant written for its own people to fetch. CONFLICT where it is deleted, or about to be. */
  async export(ctx: RequestContext, tenantId: string): Promise<Tenant> {
    const { status } = await this.parts.tenants.find(tenantId);
    if (status !== TenantStatus.ACTIVE && status !== TenantStatus.SUSPENDED)
      throw new AppError('CONFLICT', `tenant: it is ${status}, and there is nothing to export.`, { path: 'tenant' });
    await this.tell(ctx, tenantId, 'exportTenant');
    const job = await this.parts.jobs.start({ ...ctx, ...(await this.contextOf(ctx, tenantId)) }, TENANT_EXPORT, {});
    return this.parts.registry.noteJob(tenantId, { exportId: job.id });
  }

  private contextOf({ requestId }: RequestContext, tenantId: string): Promise<TenantContext> {
    return this.parts.tenants.contextOf(tenantId, requestId);
  }

  private async tell(ctx: RequestContext, tenantId: string, action: string): Promise<void> {
    const details = { requestId: ctx.requestId, by: 'PLATFORM_ADMIN' };
    await this.parts.witness.did(await this.contextOf(ctx, tenantId), {
      actor: ctx.principal.subject,
      action,
      details,
    });
  }
}

function requireOther(ctx: RequestContext, tenantId: string): void {
  if (ctx.tenantId !== tenantId) return;
  throw new AppError('CONFLICT', "tenant: is the caller's own; whoever did this could not undo it.", {
    path: 'tenant',
  });
}

function reasonOf(reason: string): string {
  const given = reason.trim();
  if (given.length >= 1 && given.length <= LONGEST_REASON) return given;
  throw badInput('reason', `must be 1 to ${LONGEST_REASON} characters`);
}
