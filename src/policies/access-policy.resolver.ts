import { Arg, Ctx, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { AccessPolicyInput } from './access-policy.inputs.js';
import type { AccessPolicyService } from './access-policy.service.js';
import { AccessPolicy } from './access-policy.view.js';

/** The policy of the caller's own tenant. */
@Resolver(() => AccessPolicy)
export class AccessPolicyResolver {
  constructor(private readonly policies: AccessPolicyService) {}

  @Allow('settings:manage')
  @Query(() => AccessPolicy, { description: "Who may do what in the caller's tenant." })
  accessPolicy(@Ctx() ctx: RequestContext): Promise<AccessPolicy> {
    return this.policies.find(ctx);
  }

  @Allow('settings:manage')
  @Mutation(() => AccessPolicy, {
    description:
      "Replaces the tenant's own roles and rules. They bind in every process, and on open subscriptions, within two seconds. What would give more than the table does is refused with FORBIDDEN.",
  })
  setAccessPolicy(
    @Ctx() ctx: RequestContext,
    @Arg('policy', () => AccessPolicyInput) policy: AccessPolicyInput,
    @Arg('expectedVersion', () => Int, { description: 'The version read before; CONFLICT where it has passed.' })
    expectedVersion: number,
  ): Promise<AccessPolicy> {
    return this.policies.replace(ctx, policy, expectedVersion);
  }
}
