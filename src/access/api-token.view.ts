import { Field, ObjectType } from 'type-graphql';
import { ApiToken } from './api-token.entity.js';

/** A token just made. */
@ObjectType({ simpleResolvers: true, description: 'A token just made, with its secret, which is shown this once.' })
export class ApiTokenPayload {
  @Field(() => ApiToken)
  token!: ApiToken;

  @Field(() => String, { description: 'Send it as `Authorization: Bearer ...`.' })
  secret!: string;
}
