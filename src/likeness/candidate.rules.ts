import type { MatchCandidate } from './match-candidate.entity.js';
import { MatchStatus } from './match-status.js';

/** A candidate in clear, without what storage adds. */
export type CandidateRecord = Pick<
  MatchCandidate,
  'id' | 'accountIds' | 'model' | 'probability' | 'weight' | 'status' | 'blocks' | 'createdAt'
>;

/** Two accounts, the lower id first, and the open blocks in which they meet. */
export interface MeetingPair {
  readonly accountIds: readonly [string, string];
  /** Blinded blocking keys, sorted. */
  readonly blocks: readonly string[];
}

/** How alike two accounts are. */
export interface Weighed {
  readonly probability: number;
  /** In bits. */
  readonly weight: number;
}

/** What is known of a block. */
export interface BlockState {
  readonly accountIds: readonly string[];
  /** How many accounts it may have. */
  readonly most: number;
}

/** Whether a block has more accounts than it may: then it tells nothing. */
export function isFull({ accountIds, most }: BlockState): boolean {
  return accountIds.length > most;
}

/** What is known of a block that is stored in two places: all who are in one of them; one that is full tells nothing. */
export function unitedBlock(before: BlockState | undefined, now: BlockState): BlockState {
  if (!before || isFull(now)) return now;
  return isFull(before) ? before : { ...now, accountIds: [...new Set([...before.accountIds, ...now.accountIds])] };
}

/** By account, the blinded blocking keys it has now. */
export type KeysOf = (accountId: string) => { has(key: string): boolean } | undefined;

/** The pairs that one of these accounts makes with others in open blocks, as far as both have the block's key still. */
export function meetingPairs(
  accountIds: readonly string[],
  blocks: ReadonlyMap<string, BlockState>,
  keysOf: KeysOf,
): MeetingPair[] {
  const own = new Set(accountIds);
  const open = [...blocks].filter(([, block]) => !isFull(block)).sort(([a], [b]) => (a < b ? -1 : 1));
  const pairs = new Map<string, { accountIds: [string, string]; blocks: string[] }>();
  for (const [key, block] of open) {
    for (const pair of pairsAmong(block.accountIds.filter((id) => keysOf(id)?.has(key)).sort(), own)) {
      const place = pair.join();
      const known = pairs.get(place);
      if (known) known.blocks.push(key);
      else pairs.set(place, { accountIds: pair, blocks: [key] });
    }
  }
  return [...pairs.values()];
}

/** The pairs of sorted ids of which one at least is among these. */
function pairsAmong(sorted: readonly string[], own: ReadonlySet<string>): [string, string][] {
  return sorted.flatMap((low, at) =>
    sorted.slice(at + 1).flatMap((high): [string, string][] => (own.has(low) || own.has(high) ? [[low, high]] : [])),
  );
}

/** A candidate, and whether its accounts meet in an open block still. */
export interface KnownCandidate extends CandidateRecord {
  readonly isOpen: boolean;
}

/** What changes of a pair that was compared anew: of none that is alike and none that was, nothing. */
export function renewalOf(
  before: CandidateRecord | undefined,
  now: { readonly pair: MeetingPair; readonly weighed: Weighed } | undefined,
  review: number,
): Pick<CandidateRecord, 'blocks' | 'probability' | 'weight'> | undefined {
  if (!now || now.weighed.probability < review) {
    return before && before.blocks.length > 0 ? { ...before, blocks: [] } : undefined;
  }
  const isSame = before?.weight === now.weighed.weight && before.blocks.join() === now.pair.blocks.join();
  return isSame ? undefined : { ...now.weighed, blocks: [...now.pair.blocks] };
}

/** Whether a pair that was stored before may not have been decided on since: whoever stored it may have stopped there. */
export function mayBeUndecided({ blocks, status }: CandidateRecord): boolean {
  return blocks.length > 0 || status === MatchStatus.PENDING;
}

/** How the two accounts of a candidate stand to each other, once it has been decided who is one person. */
export interface PairStanding {
  readonly isOnePerson: boolean;
  /** A person keeps them apart, or other accounts of the same two people. */
  readonly isBarred: boolean;
}

/**
 * What a candidate is once it has been decided who is one person: what a person said of it stays. Else it waits for one,
 * as long as its accounts meet still and are neither one person nor kept apart by hand, whichever version proposes them.
 */
export function statusOf({ status, isOpen }: KnownCandidate, { isOnePerson, isBarred }: PairStanding): MatchStatus {
  if (status === MatchStatus.ACCEPTED || status === MatchStatus.REJECTED) return status;
  return isOnePerson || isBarred || !isOpen ? MatchStatus.SUPERSEDED : MatchStatus.PENDING;
}
