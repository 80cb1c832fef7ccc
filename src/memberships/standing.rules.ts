import type { MembershipTurn, Standing } from './standing.entity.js';

/** More segments than that no profile is in: the rest are refused it, oldest memberships first. */
const MOST_SEGMENTS = 1_000;

/** What was found about a profile. */
export interface Found {
  /** By segment, of those that were asked about: whether it is in it. */
  readonly members: ReadonlyMap<string, boolean>;
  /** When one of them may change by itself; null where never. */
  readonly dueAt: Date | null;
  /** Whether all segments were asked about. */
  readonly isWhole: boolean;
  readonly reason: string;
  readonly at: Date;
}

/** A standing's own part, without its key. */
export type StandingState = Pick<Standing, 'segmentIds' | 'enteredAt' | 'dueAt' | 'turns'>;

const NOWHERE: StandingState = { segmentIds: [], enteredAt: {}, dueAt: null, turns: [] };

/**
 * Where a profile stands after it was looked at: what it entered and left becomes turns. What was not asked about stays,
 * save segments that are no longer known. Undefined where all is as before.
 */
export function standingAfter(
  before: StandingState | undefined,
  found: Found,
  isKnown: (segmentId: string) => boolean,
  newId: () => string,
): StandingState | undefined {
  const { segmentIds, enteredAt } = before ?? NOWHERE;
  const stays = (id: string) =>
    found.members.has(id) ? found.members.get(id) === true : !found.isWhole && isKnown(id);
  const left = segmentIds.filter((id) => !stays(id));
  const entered = [...found.members].flatMap(([id, isMember]) => (isMember && !segmentIds.includes(id) ? [id] : []));
  const kept = segmentIds.filter(stays);
  const fitting = entered.slice(0, Math.max(0, MOST_SEGMENTS - kept.length));
  const dueAt = found.isWhole ? found.dueAt : earlier(before?.dueAt ?? null, found.dueAt);
  const isSame = left.length === 0 && fitting.length === 0 && dueAt?.getTime() === before?.dueAt?.getTime();
  if (before && isSame) return undefined;
  const turn = (segmentId: string, isEntered: boolean): MembershipTurn => {
    return { id: newId(), segmentId, entered: isEntered, reason: found.reason, at: found.at };
  };
  const since = Object.fromEntries(kept.map((id) => [id, enteredAt[id] ?? found.at]));
  for (const id of fitting) since[id] = found.at;
  return {
    segmentIds: [...kept, ...fitting].sort(),
    enteredAt: since,
    dueAt,
    turns: [...left.map((id) => turn(id, false)), ...fitting.map((id) => turn(id, true))],
  };
}

/** The earlier of two instants, null being never. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
