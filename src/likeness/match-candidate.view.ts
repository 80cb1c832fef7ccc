import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { MatchCandidate } from './match-candidate.entity.js';

/** A proposed match at its place in a list. */
@ObjectType({ simpleResolvers: true, description: 'A proposed match at its place in a list.' })
class MatchCandidateEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => MatchCandidate)
  node!: MatchCandidate;
}

/** A page of proposed matches. */
@ObjectType({ description: 'A page of proposed matches.' })
export class MatchCandidateConnection {
  @Field(() => [MatchCandidateEdge], { simple: true })
  edges!: MatchCandidateEdge[];

  @Field(() => PageInfo, { simple: true })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    nullable: true,
    description: 'Candidates in all pages, counted up to 10,000, only when asked for.',
  })
  totalCount?: number | null;

  @Field(() => Boolean, { description: 'False where there are more than were counted.' })
  totalCountIsExact?: boolean;

  /** Counts up to 10,001, once. */
  count!: () => Promise<number>;
}
