import { ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
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
@Collection({ collection: 'segments', indexes: [{ keys: { tenantId: 1, createdAt: -1, _id: -1 } }] })
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
    derived: true,
    description:
      'The condition of a DYNAMIC segment, in the shape of RuleInput; null for the others, and where it compares values that the caller may neither read nor look up.',
  })
  rule!: Record<string, unknown> | null;

  @Attribute(() => Int, { description: 'Grows with each change of the definition; give it back as expectedVersion.' })
  version!: number;

  @Attribute(() => DateTime, {
    nullable: true,
    description: 'The moment its members are known for; null before the first evaluation.',
  })
  evaluatedAt!: Date | null;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime)
  updatedAt!: Date;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Int, {
    hidden: true,
    description: 'The version that everybody was evaluated for last; 0: none yet.',
  })
  evaluatedVersion!: number;

  @Attribute(() => [ID], { hidden: true, description: 'The segments that its rule names.' })
  named!: string[];

  @Attribute(() => Buffer, {
    hidden: true,
    nullable: true,
    description: 'The rule as it was given and as it was read, sealed.',
  })
  sealed!: Buffer | null;

  @Attribute(() => Date, {
    hidden: true,
    nullable: true,
    description: 'Since when its members are being let go, to be deleted then.',
  })
  deletedAt!: Date | null;
}
registerNode('seg', () => 'Segment');
