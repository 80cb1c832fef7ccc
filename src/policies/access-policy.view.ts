import { Field, Int, ObjectType } from 'type-graphql';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { PolicyEffect } from './policy-effect.js';

/** Who may, or may not, do something. */
@ObjectType({ simpleResolvers: true, description: 'Who may, or may not, do something.' })
export class PolicyRule {
  @Field(() => String, { description: 'A role, or `scope:` and the scope of an API token.' })
  subject!: string;

  @Field(() => String)
  permission!: string;

  @Field(() => ConsentPurpose, { nullable: true, description: 'Null: whatever the request is for.' })
  purpose!: ConsentPurpose | null;

  @Field(() => PolicyEffect)
  effect!: PolicyEffect;
}

/** A role of a tenant's own. */
@ObjectType({ simpleResolvers: true, description: "A role of the tenant's own." })
export class PolicyRole {
  @Field(() => String)
  name!: string;

  @Field(() => [String], { description: 'The roles whose rights it has, less what rules take from it.' })
  inherits!: readonly string[];
}

/** Who may do what in a tenant. */
@ObjectType({ simpleResolvers: true, description: 'Who may do what: the table, and what the tenant has added to it.' })
export class AccessPolicy {
  @Field(() => [PolicyRole])
  roles!: readonly PolicyRole[];

  @Field(() => [PolicyRule], { description: "The tenant's own." })
  rules!: readonly PolicyRule[];

  @Field(() => [PolicyRule], { description: 'What holds where the tenant decides nothing: it can be tightened alone.' })
  table!: readonly PolicyRule[];

  @Field(() => Int, { description: 'Grows with each change, from 0; give it back as expectedVersion.' })
  version!: number;
}
