import { Ctx, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../platform/context.js';
import { Allow } from './allow.decorator.js';
import { PERMISSIONS } from './permissions.js';
import { Viewer } from './viewer.view.js';

/** Who the caller is. */
@Resolver(() => Viewer)
export class ViewerResolver {
  @Allow('viewer')
  @Query(() => Viewer, { description: 'The caller.' })
  viewer(@Ctx() { principal, access }: RequestContext): Viewer {
    const { subject, tenantId, roles, purposes } = principal;
    return {
      subject,
      tenantId,
      roles,
      purposes,
      permissions: PERMISSIONS.filter((permission) => access.may(permission)),
    };
  }
}
