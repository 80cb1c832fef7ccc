import { ID, Int, ObjectType } from 'type-graphql';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { JSONObject } from '../platform/scalars.js';
import { TagKind } from './tag-kind.js';

/** Whether a definition is in the catalogue, is being let go of, or was. */
export type TagState = 'KEPT' | 'LEAVING' | 'GONE';

/** A label of the tenant's catalogue. Once it is deleted its document stays, since the history of assignments names it. */
@Collection({ collection: 'tag_definitions', indexes: [{ keys: { tenantId: 1, state: 1, key: 1 } }] })
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
    derived: true,
    description:
      'The condition of a RULE tag, in the shape of RuleInput; null for the others, and where it names values that the caller may not look up.',
  })
  rule!: Record<string, unknown> | null;

  @Attribute(() => Int, { nullable: true, description: 'Days that an assignment lasts; null: it does not expire.' })
  ttlDays!: number | null;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true })
  state!: TagState;

  @Attribute(() => Int, { hidden: true, description: 'Grows with each change; a compare-and-set compares it.' })
  version!: number;

  @Attribute(() => Int, {
    hidden: true,
    description: 'The version that everybody was evaluated for last; 0: none yet.',
  })
  evaluatedVersion!: number;

  @Attribute(() => [ID], { hidden: true, description: 'The segments and tags that its rule names, by id.' })
  named!: string[];

  @Attribute(() => Buffer, {
    hidden: true,
    nullable: true,
    description: 'The rule as it was given and as it was read, sealed.',
  })
  sealed!: Buffer | null;

  @Attribute(() => Date, { hidden: true })
  updatedAt!: Date;
}
registerNode('tag', () => 'TagDefinition');
