import { Arg, Ctx, FieldResolver, Float, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { CandidateListService } from '../likeness/candidate-list.service.js';
import { MatchCandidate, MatchExplanation } from '../likeness/match-candidate.entity.js';
import { MatchCandidateConnection } from '../likeness/match-candidate.view.js';
import type { MatchExplanationService } from '../likeness/match-explanation.service.js';
import { MatchStatus } from '../likeness/match-status.js';
import type { RequestContext } from '../platform/context.js';
import { After, First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { MatchReviewService } from './match-review.service.js';

const MOST_COUNTED = 10_000;

/** Accounts that may be one person, and the review of them. */
@Resolver(() => MatchCandidate)
export class MatchCandidateResolver {
  constructor(
    private readonly candidates: CandidateListService,
    private readonly explanations: MatchExplanationService,
    private readonly reviews: MatchReviewService,
    private readonly profiles: ProfileService,
  ) {}

  @Allow('profiles:read')
  @FieldResolver(() => Profile, { nullable: true, description: 'The profile that the left account is in now.' })
  left(@Ctx() ctx: RequestContext, @Root() candidate: MatchCandidate): Promise<Profile | null> {
    return this.profiles.withAccount(ctx, candidate.leftAccountId);
  }

  @Allow('profiles:read')
  @FieldResolver(() => Profile, { nullable: true, description: 'The profile that the right account is in now.' })
  right(@Ctx() ctx: RequestContext, @Root() candidate: MatchCandidate): Promise<Profile | null> {
    return this.profiles.withAccount(ctx, candidate.rightAccountId);
  }

  @Allow('identities:write')
  @FieldResolver(() => MatchExplanation, {
    description: 'Why, by the model that proposed them and what is known of the two accounts now.',
  })
  explanation(@Ctx() ctx: RequestContext, @Root() candidate: MatchCandidate): Promise<MatchExplanation> {
    return this.explanations.ofCandidate(ctx, candidate);
  }

  @Allow('identities:write')
  @Query(() => MatchCandidateConnection, {
    description:
      'Accounts that may be one person by the model in force, the most probable first; none without a model.',
  })
  matchCandidates(
    @Ctx() ctx: RequestContext,
    @Arg('status', () => MatchStatus, { nullable: true, defaultValue: MatchStatus.PENDING }) status: MatchStatus | null,
    @Arg('minProbability', () => Float, { nullable: true, description: 'The least probability, 0 to 1; absent: any.' })
    minProbability: number | null | undefined,
    @First(20) first: number,
    @After() after: string | null | undefined,
  ): Promise<MatchCandidateConnection> {
    const listing = { status, minProbability: minProbability ?? null, first, after: after ?? null };
    return this.candidates.list(ctx, listing);
  }

  @Allow('identities:write')
  @Query(() => MatchExplanation, {
    description:
      'How probable it is that two profiles are one person, and why, by the model in force: of the 64 accounts of each that were seen last, the pair that speaks for it most.',
  })
  explainMatch(
    @Ctx() ctx: RequestContext,
    @Arg('leftProfileId', () => ID) leftProfileId: string,
    @Arg('rightProfileId', () => ID) rightProfileId: string,
  ): Promise<MatchExplanation> {
    return this.explanations.ofProfiles(ctx, leftProfileId, rightProfileId);
  }

  @Allow('identities:write')
  @Mutation(() => MatchCandidate, {
    description:
      'Decides a candidate that is PENDING, for good: accepted, the two accounts are one person; rejected, they are not, and are not proposed again, unless a person merges them.',
  })
  reviewMatch(
    @Ctx() ctx: RequestContext,
    @Arg('candidateId', () => ID) candidateId: string,
    @Arg('accept', () => Boolean, { description: 'True: they are one person; false: they are not.' }) accept: boolean,
    @Arg('reason', () => String, { nullable: true, description: '1 to 1,000 characters, for the identity graph.' })
    reason: string | null | undefined,
  ): Promise<MatchCandidate> {
    return this.reviews.review(ctx, candidateId, accept, reason ?? null);
  }
}

/** Counting a list of candidates, only when asked for. */
@Resolver(() => MatchCandidateConnection)
export class MatchCandidateConnectionResolver {
  @Allow('identities:write')
  @FieldResolver(() => Int, { nullable: true })
  async totalCount(@Root() page: MatchCandidateConnection): Promise<number> {
    return Math.min(await page.count(), MOST_COUNTED);
  }

  @Allow('identities:write')
  @FieldResolver(() => Boolean)
  async totalCountIsExact(@Root() page: MatchCandidateConnection): Promise<boolean> {
    return (await page.count()) <= MOST_COUNTED;
  }
}
