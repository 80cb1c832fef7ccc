import { Arg, FieldResolver, Float, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { MatchCandidate, MatchExplanation } from '../likeness/match-candidate.entity.js';
import { MatchCandidateConnection } from '../likeness/match-candidate.view.js';
import { MatchStatus } from '../likeness/match-status.js';
import { notImplemented } from '../platform/errors.js';
import { After, First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';

/** Accounts that may be one person, and the review of them. */
@Resolver(() => MatchCandidate)
export class MatchCandidateResolver {
  @Allow('profiles:read')
  @FieldResolver(() => Profile, { nullable: true, description: 'The profile that the left account is in now.' })
  left(@Root() _candidate: MatchCandidate): Profile | null {
    return null;
  }

  @Allow('profiles:read')
  @FieldResolver(() => Profile, { nullable: true, description: 'The profile that the right account is in now.' })
  right(@Root() _candidate: MatchCandidate): Profile | null {
    return null;
  }

  @Allow('identities:write')
  @Query(() => MatchCandidateConnection, { description: 'Accounts that may be one person, the most probable first.' })
  matchCandidates(
    @Arg('status', () => MatchStatus, { nullable: true, defaultValue: MatchStatus.PENDING }) _status: MatchStatus,
    @Arg('minProbability', () => Float, { nullable: true, description: 'The least probability, 0 to 1; absent: any.' })
    _minProbability: number | null,
    @First(20) _first: number,
    @After() _after: string | null,
  ): Promise<MatchCandidateConnection> {
    throw notImplemented('matchCandidates');
  }

  @Allow('identities:write')
  @Query(() => MatchExplanation, { description: 'How probable it is that two profiles are one person, and why.' })
  explainMatch(
    @Arg('leftProfileId', () => ID) _leftProfileId: string,
    @Arg('rightProfileId', () => ID) _rightProfileId: string,
  ): Promise<MatchExplanation> {
    throw notImplemented('explainMatch');
  }

  @Allow('identities:write')
  @Mutation(() => MatchCandidate, {
    description:
      'Decides a candidate: accepted, the two accounts are linked; rejected, they are not proposed again by the same evidence.',
  })
  reviewMatch(
    @Arg('candidateId', () => ID) _candidateId: string,
    @Arg('accept', () => Boolean, { description: 'True: they are one person; false: they are not.' }) _accept: boolean,
    @Arg('reason', () => String, { nullable: true, description: 'For the audit log.' }) _reason: string | null,
  ): Promise<MatchCandidate> {
    throw notImplemented('reviewMatch');
  }
}
