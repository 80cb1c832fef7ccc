import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { kindOfId } from '../platform/ids.js';
import { Node } from '../platform/node.js';

/** Finds the object of an id of one kind, as far as the caller may see it. */
export type NodeFinder = (ctx: RequestContext, id: string) => Promise<Node | null>;

/** Any object by its id. */
@Resolver()
export class NodeResolver {
  /** Finders by the kind of id, as `prf`. */
  constructor(private readonly finders: Readonly<Record<string, NodeFinder>>) {}

  @Allow('profiles:read')
  @Query(() => Node, {
    nullable: true,
    description: 'Any object by its id; null for what is unknown, foreign, or not for this caller.',
  })
  async node(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Node | null> {
    return (await this.finders[kindOfId(id) ?? '']?.(ctx, id)) ?? null;
  }
}
