import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { IdentifierInput } from '../channels/identifier.entity.js';
import type { RequestContext } from '../platform/context.js';
import { Profile } from '../profiles/profile.entity.js';
import { IdentityGraph, MergePayload } from './identity-graph.view.js';
import type { LookUpService } from './look-up.service.js';
import type { MergeService } from './merge.service.js';

/** Who is who, at the GraphQL edge. */
@Resolver()
export class IdentityResolver {
  constructor(
    private readonly lookUps: LookUpService,
    private readonly merges: MergeService,
  ) {}

  @Allow('profiles:lookup')
  @Query(() => Profile, { nullable: true, description: 'The profile that holds a whole identifier.' })
  profileByIdentifier(
    @Ctx() ctx: RequestContext,
    @Arg('identifier', () => IdentifierInput) identifier: IdentifierInput,
  ): Promise<Profile | null> {
    return this.lookUps.profileByIdentifier(ctx, identifier);
  }

  @Allow('profiles:read')
  @Query(() => IdentityGraph, { description: 'Why the accounts of a profile are one person.' })
  identityGraph(@Ctx() ctx: RequestContext, @Arg('profileId', () => ID) profileId: string): Promise<IdentityGraph> {
    return this.lookUps.identityGraph(ctx, profileId);
  }

  @Allow('identities:write')
  @Mutation(() => MergePayload, { description: 'Joins profiles by hand. What they were is kept, and `into` survives.' })
  mergeProfiles(
    @Ctx() ctx: RequestContext,
    @Arg('into', () => ID, { description: 'The profile that survives.' }) into: string,
    @Arg('from', () => [ID], { description: 'One to 50 profiles that become part of it.' }) from: string[],
    @Arg('reason', () => String, { description: '1 to 1,000 characters.' }) reason: string,
  ): Promise<MergePayload> {
    return this.merges.merge(ctx, into, from, reason);
  }
}
