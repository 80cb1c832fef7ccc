import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import { DateRange } from '../platform/date-range.js';
import { RuleInput } from '../segments/rule.inputs.js';

export enum ProfileOrder {
  LAST_SEEN_DESC = 'LAST_SEEN_DESC',
  CREATED_DESC = 'CREATED_DESC',
  VALUE_DESC = 'VALUE_DESC',
}
registerEnumType(ProfileOrder, { name: 'ProfileOrder', description: 'The order of a list of profiles.' });

/** Which profiles are meant: all of what is given holds. */
@InputType({ description: 'Which profiles are meant: all of what is given holds; what is left out does not confine.' })
export class ProfileFilter {
  @Field(() => [ID], { nullable: true, description: 'At most 100.' })
  ids?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'In any of these segments.' })
  segmentIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'With any of these tags, by key.' })
  tags?: string[] | null;

  @Field(() => [Channel], { nullable: true, description: 'With an account in any of these channels.' })
  channels?: Channel[] | null;

  @Field(() => [LifecycleStage], { nullable: true })
  lifecycle?: LifecycleStage[] | null;

  @Field(() => DateRange, { nullable: true, description: 'Last seen within this span.' })
  seenIn?: DateRange | null;

  @Field(() => String, {
    nullable: true,
    description:
      "A whole phone, email or member number, a phone's first 3, 7 or last 4 digits, or the start of a name or its pinyin.",
  })
  search?: string | null;

  @Field(() => RuleInput, { nullable: true })
  rule?: RuleInput | null;
}
