import { Field, ObjectType } from 'type-graphql';
import { ConsentPurpose } from '../privacy/consent-purpose.js';

/** The caller, as Tributary sees it. */
@ObjectType({ simpleResolvers: true, description: 'The caller: who, of which tenant, as what, and what that allows.' })
export class Viewer {
  @Field(() => String)
  subject!: string;

  @Field(() => String)
  tenantId!: string;

  @Field(() => [String], { description: "A user's roles; of an API token, `scope:` and each scope." })
  roles!: readonly string[];

  @Field(() => [String], { description: 'All that the caller may do.' })
  permissions!: readonly string[];

  @Field(() => [ConsentPurpose])
  purposes!: readonly string[];
}
