import { Field, Int, ObjectType } from 'type-graphql';

/** A segment's size on one day. */
@ObjectType({
  simpleResolvers: true,
  description:
    "A segment's size on one day of the tenant's time zone. Numbers are null where `memberCount` would be: the caller may not know them, or they are of few.",
})
export class SegmentSize {
  @Field(() => String, { description: 'As `2026-03-01`.' })
  day!: string;

  @Field(() => Int, { nullable: true, description: 'At the end of the day; of today, now.' })
  size!: number | null;

  @Field(() => Int, { nullable: true, description: 'How often somebody entered.' })
  entered!: number | null;

  @Field(() => Int, { nullable: true, description: 'How often somebody left.' })
  exited!: number | null;
}
