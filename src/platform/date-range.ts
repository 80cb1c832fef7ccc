import { Field, InputType } from 'type-graphql';
import { DateTime } from './scalars.js';

/** A span of time, half-open. */
@InputType({ description: 'Half-open: from inclusive, to exclusive.' })
export class DateRange {
  @Field(() => DateTime)
  from!: Date;

  @Field(() => DateTime)
  to!: Date;
}
