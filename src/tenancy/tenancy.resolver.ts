import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Job } from '../jobs/job.entity.js';
import type { RequestContext } from '../platform/context.js';
import { JSONObject } from '../platform/scalars.js';
import { Tenant, TenantSettings } from '../tenants/tenant.entity.js';
import type { TenancyService } from './tenancy.service.js';
import { TenantConnection } from './tenant.view.js';

const TENANT = { description: 'The id that tokens name it by, as `demo`.' };
const REASON = { description: 'Why, in up to 500 characters; shown with the tenant.' };

/** The tenants of the platform, for those who run it. */
@Resolver(() => Tenant)
export class TenancyResolver {
  constructor(private readonly tenancy: TenancyService) {}

  @Allow('tenants:manage')
  @Query(() => TenantConnection, { description: 'All tenants of the platform in the order of their ids.' })
  tenants(
    @Ctx() ctx: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the tenant before.' })
    after: string | null,
  ): Promise<TenantConnection> {
    return this.tenancy.list(ctx, first, after ?? null);
  }

  @Allow('tenants:manage')
  @Query(() => Tenant, { nullable: true, description: 'A tenant of the platform; null where there is none.' })
  tenant(@Arg('tenant', () => String, TENANT) tenant: string): Promise<Tenant | null> {
    return this.tenancy.find(tenant);
  }

  @Allow('tenants:manage')
  @FieldResolver(() => TenantSettings, { description: 'What the tenant decides.' })
  settings(@Root() tenant: Tenant): TenantSettings {
    return this.tenancy.settingsOf(tenant);
  }

  @Allow('tenants:manage')
  @FieldResolver(() => Job, { nullable: true, description: 'The job that deletes it, for thirty days after its end.' })
  removal(@Ctx() ctx: RequestContext, @Root() tenant: Tenant): Promise<Job | null> {
    return this.tenancy.removalOf(ctx, tenant);
  }

  @Allow('tenants:manage')
  @FieldResolver(() => Job, {
    nullable: true,
    description:
      'The job that exports it or did last, for thirty days after its end; its result is `{ id, counts, unreadable, bytes, sha256, expiresAt }`.',
  })
  export(@Ctx() ctx: RequestContext, @Root() tenant: Tenant): Promise<Job | null> {
    return this.tenancy.exportOf(ctx, tenant);
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, {
    description:
      'Makes a tenant with keys of its own. Its look-ups and account ids are made by the suite that it begins with, for good. An id is never given twice.',
  })
  createTenant(
    @Ctx() ctx: RequestContext,
    @Arg('tenant', () => String, TENANT) tenant: string,
    @Arg('settings', () => JSONObject, { nullable: true, description: 'As updateTenantSettings takes them.' })
    settings: Record<string, unknown> | null,
  ): Promise<Tenant> {
    return this.tenancy.create(ctx, tenant, settings ?? {});
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, {
    description: "Changes a tenant's settings, as updateTenantSettings does for its own people.",
  })
  configureTenant(
    @Ctx() ctx: RequestContext,
    @Arg('tenant', () => String, TENANT) tenant: string,
    @Arg('settings', () => JSONObject, { description: 'As updateTenantSettings takes them.' })
    settings: Record<string, unknown>,
    @Arg('expectedVersion', () => Int, {
      description: 'Of its settings, as read before; CONFLICT where it has passed.',
    })
    expectedVersion: number,
  ): Promise<Tenant> {
    return this.tenancy.configure(ctx, tenant, settings, expectedVersion);
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, {
    description:
      'Has nobody of a tenant served, and nothing taken in: within two seconds in every process, open subscriptions included. All is kept.',
  })
  suspendTenant(
    @Ctx() ctx: RequestContext,
    @Arg('tenant', () => String, TENANT) tenant: string,
    @Arg('reason', () => String, REASON) reason: string,
  ): Promise<Tenant> {
    return this.tenancy.suspend(ctx, tenant, reason);
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, { description: 'Has a suspended tenant served again.' })
  resumeTenant(@Ctx() ctx: RequestContext, @Arg('tenant', () => String, TENANT) tenant: string): Promise<Tenant> {
    return this.tenancy.resume(ctx, tenant);
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, {
    description:
      'Starts to write all that is stored of a tenant, for its own people to fetch: their tenantExport has the link. An earlier export of it is deleted.',
  })
  exportTenant(@Ctx() ctx: RequestContext, @Arg('tenant', () => String, TENANT) tenant: string): Promise<Tenant> {
    return this.tenancy.export(ctx, tenant);
  }

  @Allow('tenants:manage')
  @Mutation(() => Tenant, {
    description:
      'Deletes a tenant for good: nobody is served any more, and a job deletes all that is stored of it and destroys its keys. Asked again, it starts the job anew where that has failed.',
  })
  deleteTenant(
    @Ctx() ctx: RequestContext,
    @Arg('tenant', () => String, TENANT) tenant: string,
    @Arg('confirm', () => String, { description: 'The id once more.' }) confirm: string,
    @Arg('reason', () => String, REASON) reason: string,
  ): Promise<Tenant> {
    return this.tenancy.delete(ctx, tenant, confirm, reason);
  }
}
