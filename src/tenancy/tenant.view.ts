import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { Tenant } from '../tenants/tenant.entity.js';

/** A tenant at its place in a list. */
@ObjectType({ simpleResolvers: true, description: 'A tenant at its place in a list.' })
class TenantEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Tenant)
  node!: Tenant;
}

/** A page of tenants. */
@ObjectType({ simpleResolvers: true, description: 'A page of tenants.' })
export class TenantConnection {
  @Field(() => [TenantEdge])
  edges!: TenantEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
