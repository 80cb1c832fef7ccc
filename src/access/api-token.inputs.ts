import { Field, ID, InputType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { DateTime } from '../platform/scalars.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';

/** What a new API token may do. */
@InputType({ description: 'What a new API token may do.' })
export class ApiTokenInput {
  @Field(() => String, { description: 'What people call it: 1 to 100 characters.' })
  name!: string;

  @Field(() => [String], { description: 'At least one, as `profiles:read` or `events:write`.' })
  scopes!: string[];

  @Field(() => [ConsentPurpose], { nullable: true, description: 'All of them where none is named.' })
  purposes?: ConsentPurpose[] | null;

  @Field(() => Channel, { nullable: true, description: 'For events:write; WEB where none is named.' })
  channel?: Channel | null;

  @Field(() => String, { nullable: true, description: 'For events:write: scopes identifiers that name no namespace.' })
  namespace?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Confines reads to members of these segments, at most 100.' })
  segmentIds?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Confines reads to these profiles, and to what they merge into; at most 100.',
  })
  profileIds?: string[] | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt?: Date | null;
}
