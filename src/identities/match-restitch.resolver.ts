import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { RestitchPreview, UnmergePayload } from './match-restitch.view.js';
import type { MergeService } from './merge.service.js';
import type { RestitchPreviewService } from './restitch-preview.service.js';

/** Trying a merge or unmerge before it is done, and taking a profile apart. */
@Resolver()
export class MatchRestitchResolver {
  constructor(
    private readonly merges: MergeService,
    private readonly previews: RestitchPreviewService,
  ) {}

  @Allow('identities:write')
  @Query(() => RestitchPreview, { description: 'What mergeProfiles would change; nothing is changed.' })
  previewMerge(
    @Ctx() ctx: RequestContext,
    @Arg('into', () => ID, { description: 'The profile that would remain.' }) into: string,
    @Arg('from', () => [ID], { description: 'The profiles that would be merged into it, 1 to 50.' }) from: string[],
  ): Promise<RestitchPreview> {
    return this.previews.merge(ctx, into, from);
  }

  @Allow('identities:write')
  @Query(() => RestitchPreview, { description: 'What unmergeProfile would change; nothing is changed.' })
  previewUnmerge(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('accountIds', () => [ID], { description: 'The accounts that would leave the profile, 1 to 50.' })
    accountIds: string[],
  ): Promise<RestitchPreview> {
    return this.previews.unmerge(ctx, profileId, accountIds);
  }

  @Allow('identities:write')
  @Mutation(() => UnmergePayload, {
    description:
      'Takes accounts out of a profile. Afterwards the accounts named share no profile with those left; an account that comes in later falls to the side of its heavier links. They are not joined again unless a person merges them.',
  })
  unmergeProfile(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('accountIds', () => [ID], { description: 'One to 50 accounts that leave the profile; one at least stays.' })
    accountIds: string[],
    @Arg('reason', () => String, { description: '1 to 1,000 characters, for the audit log and the identity graph.' })
    reason: string,
  ): Promise<UnmergePayload> {
    return this.merges.unmerge(ctx, profileId, accountIds, reason);
  }
}
