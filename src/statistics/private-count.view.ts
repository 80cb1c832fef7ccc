import { Field, Float, Int, ObjectType } from 'type-graphql';

/** One noisy count. */
@ObjectType({ simpleResolvers: true, description: 'One noisy count.' })
class PrivateCount {
  @Field(() => String, { nullable: true, description: 'The value of the dimension; null: of all.' })
  key!: string | null;

  @Field(() => Int, { description: 'Profiles, with noise.' })
  value!: number;
}

/** Counts that do not tell whether any one customer is in them. */
@ObjectType({
  simpleResolvers: true,
  description: 'Counts with noise, which do not tell whether any one customer is in them.',
})
export class PrivateCounts {
  @Field(() => [PrivateCount])
  counts!: PrivateCount[];

  @Field(() => Float, { description: "What is left of the caller's privacy budget." })
  epsilonLeft!: number;
}

/** A sum that does not tell what any one customer brings to it. */
@ObjectType({
  simpleResolvers: true,
  description: 'A sum with noise, which does not tell what any one customer brings to it.',
})
export class PrivateSum {
  @Field(() => Float, { description: "In the trait's unit, with noise." })
  value!: number;

  @Field(() => Float, { description: "What is left of the caller's privacy budget." })
  epsilonLeft!: number;
}
