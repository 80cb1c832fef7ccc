import { Field, InputType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';

/** Who consents for a child. */
@InputType({ description: 'The guardian who consents for a child under 14. Kept sealed.' })
export class GuardianInput {
  @Field(() => String, { description: '1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: 'How they were reached, or where the proof lies: 1 to 200 characters.' })
  contact!: string;

  @Field(() => String, { description: 'What they are to the child, as mother: 1 to 200 characters.' })
  relation!: string;
}

/** What a person shares with one partner. */
@InputType({ description: 'What a person shares with one partner, and how long.' })
export class PartnerGrantInput {
  @Field(() => String, { description: "The name of the partner's API token, or the id of one." })
  partner!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'As `traits.city`, `traits`, `events`; absent: all that the token may read.',
  })
  fields?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; absent: it does not.' })
  until?: Date | null;
}
