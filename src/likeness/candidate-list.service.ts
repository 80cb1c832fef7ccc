import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { kindOfId } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { CandidateRecord } from './candidate.rules.js';
import type { MatchCandidate } from './match-candidate.entity.js';
import type { CandidatePosition, MatchCandidateStore } from './match-candidate.store.js';
import type { MatchCandidateConnection } from './match-candidate.view.js';
import { MatchStatus } from './match-status.js';

const MOST_COUNTED = 10_000;

/** What a list of candidates is asked for. */
export interface CandidateListing {
  /** Null as absent: those that wait for someone to decide. */
  readonly status: MatchStatus | null;
  readonly minProbability: number | null;
  readonly first: number;
  readonly after: string | null;
}

/** Lists accounts that may be one person, and finds them by their ids. */
export class CandidateListService {
  constructor(private readonly candidates: MatchCandidateStore) {}

  /** A page of the candidates of the model in force, the most probable first; none where no model is. */
  async list(ctx: RequestContext, listing: CandidateListing): Promise<MatchCandidateConnection> {
    const size = pageSize(listing.first);
    const least = listing.minProbability ?? 0;
    if (least < 0 || least > 1) throw badInput('minProbability', 'must be a number from 0 to 1');
    const { matchModel: model } = ctx.settings;
    const status = listing.status ?? MatchStatus.PENDING;
    const query = JSON.stringify(['matchCandidates', model, status, least]);
    const place = listing.after === null ? undefined : positionOf(decodeCursor(ctx, query, listing.after));
    const kind = model === null ? undefined : { model, status, least };
    const rows = kind ? await this.candidates.findPage(ctx, kind, place, size + 1) : [];
    const cursorOf = ({ probability, id }: CandidateRecord) => encodeCursor(ctx, query, [probability, id]);
    const page = pageOf(rows, size, cursorOf, place !== undefined);
    let counted: Promise<number> | undefined;
    return {
      pageInfo: page.pageInfo,
      edges: page.edges.map(({ cursor, node }) => ({ cursor, node: shownCandidate(node) })),
      count: () => {
        counted ??= kind ? this.candidates.count(ctx, kind, MOST_COUNTED + 1) : Promise.resolve(0);
        return counted;
      },
    };
  }

  /** The candidate of an id, of whichever model; null for what is unknown, foreign or no candidate's id. */
  async find(ctx: RequestContext, id: string): Promise<MatchCandidate | null> {
    if (kindOfId(id) !== 'mtc') return null;
    const found = await this.candidates.find(ctx, id);
    return found ? shownCandidate(found) : null;
  }
}

function positionOf([probability, id]: unknown[]): CandidatePosition {
  return { probability: Number(probability), id: String(id) };
}

/** A candidate as the API shows it: its relations are read where they are asked for. */
function shownCandidate(record: CandidateRecord): MatchCandidate {
  const [leftAccountId, rightAccountId] = record.accountIds;
  return { ...record, leftAccountId, rightAccountId } as MatchCandidate;
}
