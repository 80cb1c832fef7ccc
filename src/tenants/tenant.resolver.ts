import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { JSONObject } from '../platform/scalars.js';
import { TenantSettings } from './tenant.entity.js';
import type { TenantService } from './tenant.service.js';

/** The settings of the caller's own tenant. */
@Resolver(() => TenantSettings)
export class TenantResolver {
  constructor(private readonly tenants: TenantService) {}

  @Allow('settings:manage')
  @Query(() => TenantSettings, { description: "The settings of the caller's tenant, with their version." })
  tenantSettings(@Ctx() ctx: RequestContext): Promise<TenantSettings> {
    return this.tenants.settingsOf(ctx);
  }

  @Allow('settings:manage')
  @Mutation(() => TenantSettings, {
    description:
      'Replaces the settings given; null puts one back to its default. Bound in every process within two seconds.',
  })
  updateTenantSettings(
    @Ctx() ctx: RequestContext,
    @Arg('settings', () => JSONObject) settings: Record<string, unknown>,
    @Arg('expectedVersion', () => Int, { description: 'The version read before; CONFLICT where it has passed.' })
    expectedVersion: number,
  ): Promise<TenantSettings> {
    return this.tenants.updateSettings(ctx, settings, expectedVersion);
  }
}
