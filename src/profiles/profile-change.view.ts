import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';
import { Profile } from './profile.entity.js';

/** What happened to a profile. */
export enum ProfileChangeKind {
  CREATED = 'CREATED',
  UPDATED = 'UPDATED',
  MERGED = 'MERGED',
  SPLIT = 'SPLIT',
  ERASED = 'ERASED',
}

registerEnumType(ProfileChangeKind, {
  name: 'ProfileChangeKind',
  description: 'What happened to a profile.',
  valuesConfig: {
    MERGED: { description: 'It leads to another profile now.' },
    SPLIT: { description: 'Some of its accounts left it.' },
  },
});

/** A change of one profile, as it is delivered to a subscriber. */
@ObjectType({ simpleResolvers: true, description: 'A change of one profile, as it is delivered to a subscriber.' })
export class ProfileChange {
  @Field(() => String, { description: 'Give it as `after` to go on behind this message.' })
  cursor!: string;

  @Field(() => ProfileChangeKind)
  kind!: ProfileChangeKind;

  @Field(() => ID)
  profileId!: string;

  @Field(() => Profile, { nullable: true, description: 'Null once erased; for MERGED it is the survivor.' })
  profile!: Profile | null;

  @Field(() => [String], { description: 'Which of its fields changed, as `traits.city`.' })
  changedPaths!: string[];

  @Field(() => DateTime)
  at!: Date;
}
