import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';

/** Whether a customer may be contacted now. */
@ObjectType({
  simpleResolvers: true,
  description:
    'Whether a customer may be contacted now: consent, quiet hours, and at most so many contacts in a window of days.',
})
export class ContactPolicy {
  @Field(() => Int, { description: 'The most contacts within the window.' })
  cap!: number;

  @Field(() => Int, { description: 'Length of the window in days.' })
  windowDays!: number;

  @Field(() => Int, { description: 'Contacts within the window so far.' })
  used!: number;

  @Field(() => Boolean, { description: 'Whether one more contact may be made now.' })
  allowed!: boolean;

  @Field(() => String, { nullable: true, description: 'Why not; null where it is allowed.' })
  reason!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it will be allowed; null where it is now, or where time alone will not do.',
  })
  nextAllowedAt!: Date | null;
}
