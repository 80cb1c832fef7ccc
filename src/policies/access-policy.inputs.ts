import { Field, InputType } from 'type-graphql';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { DataClass, PolicyEffect } from './policy-effect.js';

/** A rule of a tenant's own. */
@InputType({ description: 'A rule: names either a permission, or a data class, which means to read it in clear.' })
export class PolicyRuleInput {
  @Field(() => String, { description: 'A role, or `scope:` and the scope of an API token.' })
  subject!: string;

  @Field(() => String, { nullable: true, description: 'As `profiles:lookup`.' })
  permission?: string | null;

  @Field(() => DataClass, { nullable: true })
  dataClass?: DataClass | null;

  @Field(() => ConsentPurpose, {
    nullable: true,
    description: 'Binds requests for this purpose alone; a request for several may what it may for one of them.',
  })
  purpose?: ConsentPurpose | null;

  @Field(() => PolicyEffect, { nullable: true, defaultValue: PolicyEffect.DENY })
  effect?: PolicyEffect | null;
}

/** A role of a tenant's own. */
@InputType({ description: "A role of the tenant's own, with the rights of roles of the table; rules take from it." })
export class PolicyRoleInput {
  @Field(() => String, { description: '1 to 64 capitals, digits and _, as CALL_CENTRE.' })
  name!: string;

  @Field(() => [String], { description: 'Roles of the table.' })
  inherits!: string[];
}

/** All that a tenant decides of who may do what. */
@InputType({ description: 'All that a tenant decides of who may do what: it replaces what was decided before.' })
export class AccessPolicyInput {
  @Field(() => [PolicyRoleInput], { nullable: true, description: 'At most 50.' })
  roles?: PolicyRoleInput[] | null;

  @Field(() => [PolicyRuleInput], { description: 'At most 500.' })
  rules!: PolicyRuleInput[];
}
