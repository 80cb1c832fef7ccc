import { Int, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute } from '../platform/entity.js';
import { Node } from '../platform/node.js';
import { JSONObject } from '../platform/scalars.js';

/** How a tag comes to stand on a profile. */
export enum TagKind {
  MANUAL = 'MANUAL',
  RULE = 'RULE',
  MODEL = 'MODEL',
}

registerEnumType(TagKind, {
  name: 'TagKind',
  description: 'How a tag comes to stand on a profile.',
  valuesConfig: {
    MANUAL: { description: 'People or systems put it there.' },
    RULE: { description: 'It stands wherever its rule holds.' },
    MODEL: { description: 'A model puts it there, with a confidence below 1.' },
  },
});

/** A label of the tenant's catalogue. */
@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A label of the tenant's catalogue, to be put on profiles.",
})
export class TagDefinition extends Node {
  @Attribute(() => String, {
    description: 'Names the tag in rules, filters and mutations; one of a kind in the tenant.',
  })
  key!: string;

  @Attribute(() => String, { description: 'For people to read.' })
  name!: string;

  @Attribute(() => String, { nullable: true, description: 'Groups tags in the catalogue.' })
  category!: string | null;

  @Attribute(() => TagKind)
  kind!: TagKind;

  @Attribute(() => JSONObject, {
    nullable: true,
    description: 'The condition of a RULE tag, in the shape of RuleInput; null for the others.',
  })
  rule!: Record<string, unknown> | null;

  @Attribute(() => Int, { nullable: true, description: 'Days that an assignment lasts; null: it does not expire.' })
  ttlDays!: number | null;

  @Attribute(() => Int, {
    nullable: true,
    derived: true,
    description: 'Profiles that carry the tag; null where the caller may not know it.',
  })
  profileCount!: number | null;
}
