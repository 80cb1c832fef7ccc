import { Int, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Node } from '../platform/node.js';
import { DateTime, JSONObject } from '../platform/scalars.js';

/** How a segment's members are found. */
export enum SegmentKind {
  DYNAMIC = 'DYNAMIC',
  STATIC = 'STATIC',
  CLUSTER = 'CLUSTER',
}

registerEnumType(SegmentKind, {
  name: 'SegmentKind',
  description: "How a segment's members are found.",
  valuesConfig: {
    DYNAMIC: { description: 'Whoever its rule holds for, from moment to moment.' },
    STATIC: { description: 'A list made by hand.' },
    CLUSTER: { description: 'A group that a model found.' },
  },
});

/** A named group of profiles. */
@ObjectType({ simpleResolvers: true, implements: Node, description: 'A named group of profiles.' })
export class Segment extends Node {
  @Attribute(() => String)
  name!: string;

  @Attribute(() => String, { nullable: true })
  description!: string | null;

  @Attribute(() => SegmentKind)
  kind!: SegmentKind;

  @Attribute(() => JSONObject, {
    nullable: true,
    description: 'The condition of a DYNAMIC segment, in the shape of RuleInput; null for the others.',
  })
  rule!: Record<string, unknown> | null;

  @Attribute(() => Int, { description: 'Grows with each change of the definition; give it back as expectedVersion.' })
  version!: number;

  @Attribute(() => Int, {
    nullable: true,
    derived: true,
    description: 'Profiles in it; null where the caller may not know it.',
  })
  memberCount!: number | null;

  @Attribute(() => DateTime, {
    nullable: true,
    description: 'The moment its members are known for; null before the first evaluation.',
  })
  evaluatedAt!: Date | null;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime)
  updatedAt!: Date;
}
