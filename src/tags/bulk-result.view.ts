import { Field, Int, ObjectType } from 'type-graphql';
import { RejectedEvent } from '../ingestion/ingestion.view.js';

/** What became of a mutation over many things. */
@ObjectType({ simpleResolvers: true, description: 'What became of a mutation over many things: each one counts once.' })
export class BulkResult {
  @Field(() => Int, { description: 'How many are different now.' })
  changed!: number;

  @Field(() => Int, { description: 'How many were already as asked for.' })
  unchanged!: number;

  @Field(() => [RejectedEvent], { description: 'Those refused; index is the place in the list given.' })
  refused!: RejectedEvent[];
}
