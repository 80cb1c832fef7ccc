import { Ctx, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import type { OwnExportService } from './own-export.service.js';
import { TenantExport } from './tenant-export.view.js';

/** What was exported of a tenant, for its own people. */
@Resolver()
export class OwnExportResolver {
  constructor(private readonly exports: OwnExportService) {}

  @Allow('exports:read')
  @Query(() => TenantExport, {
    nullable: true,
    description: "The newest export of the caller's own tenant, once it is whole and until it expires.",
  })
  tenantExport(@Ctx() ctx: RequestContext): Promise<TenantExport | null> {
    return this.exports.find(ctx);
  }
}
