import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../platform/scalars.js';
import { TagKind } from './tag-kind.js';

/** How an assignment of a tag came to its end. */
export enum TagEnd {
  REMOVED = 'REMOVED',
  REPLACED = 'REPLACED',
  EXPIRED = 'EXPIRED',
  DELETED = 'DELETED',
}

registerEnumType(TagEnd, {
  name: 'TagEnd',
  description: 'How an assignment of a tag came to its end.',
  valuesConfig: {
    REMOVED: { description: 'Somebody took the tag off.' },
    REPLACED: { description: 'It was assigned anew.' },
    EXPIRED: { description: 'Its days were over.' },
    DELETED: { description: "The tag's definition was deleted." },
  },
});

/** One time that a tag was put on a profile. */
@ObjectType({ simpleResolvers: true, description: 'One time that a tag was put on a profile.' })
export class TagRecord {
  @Field(() => String, { description: "The definition's key." })
  key!: string;

  @Field(() => String, { description: "The definition's name, also where it was deleted since." })
  name!: string;

  @Field(() => TagKind)
  kind!: TagKind;

  @Field(() => String, { description: 'Who or what assigned it: a subject or a model.' })
  source!: string;

  @Field(() => Float, { description: 'How sure the source is, 0 to 1; 1 for MANUAL.' })
  confidence!: number;

  @Field(() => DateTime)
  assignedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Null: it does not expire.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Null: it stands.' })
  endedAt!: Date | null;

  @Field(() => TagEnd, { nullable: true, description: 'Null: it stands.' })
  end!: TagEnd | null;

  @Field(() => String, {
    nullable: true,
    description: 'Who ended it; null where time did, or the deletion of the tag.',
  })
  endedBy!: string | null;
}
