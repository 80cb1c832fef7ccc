import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { AccountViewService } from '../channels/account-view.service.js';
import type { EventService } from '../events/event.service.js';
import type { RequestContext } from '../platform/context.js';
import { kindOfId } from '../platform/ids.js';
import { Node } from '../platform/node.js';
import type { ProfileService } from './profile.service.js';

type Finder = (ctx: RequestContext, id: string) => Promise<Node | null>;

/** Any object by its id. */
@Resolver()
export class NodeResolver {
  private readonly finders: Readonly<Record<string, Finder>>;

  constructor(profiles: ProfileService, accounts: AccountViewService, events: EventService) {
    this.finders = {
      prf: (ctx, id) => profiles.find(ctx, id),
      acc: (ctx, id) => profiles.ofAccount(ctx, id, () => accounts.find(ctx, id)),
      evt: async (ctx, id) => {
        const event = ctx.access.may('events:read') ? await events.find(ctx, id) : null;
        return event && profiles.ofAccount(ctx, event.accountId, async () => event);
      },
    };
  }

  @Allow('profiles:read')
  @Query(() => Node, {
    nullable: true,
    description: 'Any object by its id; null for what is unknown, foreign, or not for this caller.',
  })
  async node(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Node | null> {
    return (await this.finders[kindOfId(id) ?? '']?.(ctx, id)) ?? null;
  }
}
