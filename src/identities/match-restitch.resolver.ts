import { Arg, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { RestitchPreview, UnmergePayload } from './match-restitch.view.js';

/** Trying a merge or unmerge before it is done, and taking a profile apart. */
@Resolver()
export class MatchRestitchResolver {
  @Allow('identities:write')
  @Query(() => RestitchPreview, { description: 'What mergeProfiles would change; nothing is changed.' })
  previewMerge(
    @Arg('into', () => ID, { description: 'The profile that would remain.' }) _into: string,
    @Arg('from', () => [ID], { description: 'The profiles that would be merged into it.' }) _from: string[],
  ): Promise<RestitchPreview> {
    throw notImplemented('previewMerge');
  }

  @Allow('identities:write')
  @Query(() => RestitchPreview, { description: 'What unmergeProfile would change; nothing is changed.' })
  previewUnmerge(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('accountIds', () => [ID], { description: 'The accounts that would leave the profile.' }) _accountIds: string[],
  ): Promise<RestitchPreview> {
    throw notImplemented('previewUnmerge');
  }

  @Allow('identities:write')
  @Mutation(() => UnmergePayload, {
    description:
      'Takes accounts out of a profile. Afterwards the accounts named share no profile with those left, by the evidence known so far; an account that bridges both falls to the side of its heavier links. They are not joined again by the same evidence.',
  })
  unmergeProfile(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('accountIds', () => [ID], { description: 'The accounts that leave the profile.' }) _accountIds: string[],
    @Arg('reason', () => String, { description: 'For the audit log and the identity graph.' }) _reason: string,
  ): Promise<UnmergePayload> {
    throw notImplemented('unmergeProfile');
  }
}
