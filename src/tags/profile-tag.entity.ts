import { Float, ObjectType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { DateTime } from '../platform/scalars.js';
import { TagKind } from './tag-kind.js';

/** A tag as it stands on one profile. */
@ObjectType({ simpleResolvers: true, description: 'A tag as it stands on one profile.' })
export class ProfileTag {
  @Attribute(() => String, { description: "The definition's key." })
  key!: string;

  @Attribute(() => String, { description: "The definition's name, for people to read." })
  name!: string;

  @Attribute(() => TagKind)
  kind!: TagKind;

  @Attribute(() => String, { description: 'Who or what assigned it: a subject, a rule or a model.' })
  source!: string;

  @Attribute(() => Float, { description: 'How sure the source is, 0 to 1; 1 for MANUAL and RULE.' })
  confidence!: number;

  @Attribute(() => DateTime)
  assignedAt!: Date;

  @Attribute(() => DateTime, { nullable: true, description: 'Null: it does not expire.' })
  expiresAt!: Date | null;
}
