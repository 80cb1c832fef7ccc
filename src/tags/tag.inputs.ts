import { Field, Float, ID, InputType } from 'type-graphql';

/** A profile that a model puts a tag on. */
@InputType({ description: 'A profile that a model puts a tag on.' })
export class TagScoreInput {
  @Field(() => ID)
  profileId!: string;

  @Field(() => Float, { description: 'How sure the model is: above 0, at most 1.' })
  confidence!: number;
}
