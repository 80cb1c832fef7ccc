import { Field, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { TagDefinition } from './tag-definition.entity.js';

/** A tag definition at its place in a list. */
@ObjectType({ simpleResolvers: true, description: 'A tag definition at its place in a list.' })
class TagDefinitionEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => TagDefinition)
  node!: TagDefinition;
}

/** A page of the tenant's tag definitions. */
@ObjectType({ simpleResolvers: true, description: "A page of the tenant's tag definitions." })
export class TagDefinitionConnection {
  @Field(() => [TagDefinitionEdge])
  edges!: TagDefinitionEdge[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
