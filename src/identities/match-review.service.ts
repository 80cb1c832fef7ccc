import type { CandidateListService } from '../likeness/candidate-list.service.js';
import type { MatchCandidate } from '../likeness/match-candidate.entity.js';
import type { MatchCandidateStore } from '../likeness/match-candidate.store.js';
import { MatchStatus } from '../likeness/match-status.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, notFound } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';
import { readReason } from '../profiles/manual-trait.rules.js';
import { IdentityEdgeKind } from './link.entity.js';
import { type LinkRecord, reviewLinkIdOf } from './link.rules.js';
import type { LinkStore } from './link.store.js';
import type { MergeService } from './merge.service.js';
import type { Restitching, RestitchingService } from './restitching.service.js';

/** What each status says of a candidate that nobody may review any more. */
const CLOSED: Readonly<Record<Exclude<MatchStatus, MatchStatus.PENDING>, string>> = {
  ACCEPTED: 'a person has said that the two are one',
  REJECTED: 'a person has said that the two are not one',
  SUPERSEDED: 'the two came together, or were taken apart, before anyone reviewed it',
};

/** Lets people decide on accounts that may be one person. */
export class MatchReviewService {
  constructor(
    private readonly candidates: MatchCandidateStore,
    private readonly views: CandidateListService,
    private readonly links: LinkStore,
    private readonly restitchings: RestitchingService,
    private readonly merges: MergeService,
  ) {}

  /**
   * Decides a candidate for good. Accepted, the two accounts are one person, over what people said before that keeps
   * their profiles apart; rejected, they are none, until a person merges them. NOT_FOUND where there is no such
   * candidate, CONFLICT where it doesn't wait for anyone; then nothing is changed.
   *
   * Three writes: the link that says so, of which there can be one a candidate; the profiles; the status. Who stops after
   * the first or the second leaves a candidate that the same answer, given again, takes to its end; the other answer is a
   * CONFLICT from the first write on.
   */
  async review(
    ctx: RequestContext,
    candidateId: string,
    accept: boolean,
    reason: string | null,
  ): Promise<MatchCandidate> {
    const why = reason === null ? null : readReason(reason);
    const candidate = await this.candidateOf(ctx, candidateId);
    const begun = await this.linkOf(ctx, candidate);
    const isUnfinished = candidate.status === MatchStatus.SUPERSEDED && begun !== undefined;
    if (candidate.status !== MatchStatus.PENDING && !isUnfinished) throw closed(candidate);
    const restitching = await this.restitchings.reviewing(ctx, candidate, accept, why);
    if (!begun && restitching.profileIds.length === 1) throw await this.superseded(ctx, candidate);
    await this.take(ctx, candidate, restitching);
    await this.merges.carryOut(ctx, restitching);
    const status = accept ? MatchStatus.ACCEPTED : MatchStatus.REJECTED;
    if (!(await this.candidates.decide(ctx, candidateId, status)))
      throw closed(await this.candidateOf(ctx, candidateId));
    return { ...candidate, status };
  }

  private async candidateOf(ctx: RequestContext, id: string): Promise<MatchCandidate> {
    const candidate = await this.views.find(ctx, id);
    if (!candidate) throw notFound(`The match candidate ${kindOfId(id) === 'mtc' ? id : 'named'}`);
    return candidate;
  }

  /** The link that a review of a candidate has made, if there was one. */
  private async linkOf(ctx: RequestContext, { id, accountIds }: MatchCandidate): Promise<LinkRecord | undefined> {
    return (await this.links.findByAccounts(ctx, accountIds)).find(
      (link) => link.id === reviewLinkIdOf(accountIds, id),
    );
  }

  /** Makes the link, unless the same answer has made it before; CONFLICT where another has, or it holds no longer. */
  private async take(ctx: RequestContext, candidate: MatchCandidate, { added }: Restitching): Promise<void> {
    if ((await this.links.add(ctx, added)).length > 0) return;
    const there = await this.linkOf(ctx, candidate);
    if (there?.active && there.kind === added[0]?.kind) return;
    const answer = there?.kind === IdentityEdgeKind.MANUAL ? 'accepted' : 'rejected';
    throw new AppError('CONFLICT', `The candidate ${candidate.id} is being ${answer}, or was and people overrode it.`);
  }

  /** Notes of a candidate that its accounts are one person already. */
  private async superseded(ctx: RequestContext, candidate: MatchCandidate): Promise<AppError> {
    const status = MatchStatus.SUPERSEDED;
    await this.candidates.note(ctx, new Map([[candidate.id, status]]));
    return closed({ ...candidate, status });
  }
}

function closed({ id, status }: Pick<MatchCandidate, 'id' | 'status'>): AppError {
  const why = status === MatchStatus.PENDING ? 'it waits for a person' : CLOSED[status];
  return new AppError('CONFLICT', `The candidate ${id} is ${status}: ${why}.`, { status });
}
