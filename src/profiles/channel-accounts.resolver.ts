import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Channel } from '../channels/channel.js';
import { ChannelAccount } from '../channels/channel-account.entity.js';
import type { RequestContext } from '../platform/context.js';
import type { ChannelAccountsService } from './channel-accounts.service.js';
import { Profile } from './profile.entity.js';

/** The accounts of a profile at the GraphQL edge. */
@Resolver(() => Profile)
export class ChannelAccountsResolver {
  constructor(private readonly accounts: ChannelAccountsService) {}

  @Allow('profiles:read')
  @FieldResolver(() => [ChannelAccount], {
    nullable: true,
    description: 'The accounts of the person, the one seen last first.',
  })
  channelAccounts(
    @Ctx() ctx: RequestContext,
    @Root() profile: Profile,
    @Arg('channels', () => [Channel], { nullable: true, description: 'Of these channels alone.' }) channels:
      | Channel[]
      | null
      | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: '1 to 100.' }) first: number,
  ): Promise<ChannelAccount[]> {
    return this.accounts.accountsOf(ctx, profile, channels ?? null, first);
  }
}
