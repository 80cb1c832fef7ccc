import { isSameNote, type TagNote } from '../tags/assignment.rules.js';
import { isTagId } from '../tags/tag-id.rules.js';
import type { MembershipTurn, Standing } from './standing.entity.js';

/** More segments than that no profile is in, nor has it more tags: the rest are refused it, oldest memberships first. */
const MOST_SEGMENTS = 1_000;

/** What was found about a profile. */
export interface Found {
  /** By segment, of those that were asked about: whether it is in it. */
  readonly members: ReadonlyMap<string, boolean>;
  /** By tag, of those it carries that were put on it: how. */
  readonly notes: ReadonlyMap<string, TagNote>;
  /** When one of them may change by itself; null where never. */
  readonly dueAt: Date | null;
  /** Whether all segments were asked about. */
  readonly isWhole: boolean;
  readonly reason: string;
  readonly at: Date;
}

/** A standing's own part, without its key. */
export type StandingState = Pick<Standing, 'segmentIds' | 'enteredAt' | 'notes' | 'dueAt' | 'turns'>;

/** A standing as it is to be, and whether what profiles show of it is another than before. */
export interface NextStanding {
  readonly state: StandingState;
  readonly isShown: boolean;
}

const NOWHERE: StandingState = { segmentIds: [], enteredAt: {}, notes: {}, dueAt: null, turns: [] };

/**
 * Where a profile stands after it was looked at: what it entered and left becomes turns. What was not asked about stays,
 * save segments and tags that are no longer known. Undefined where all is as before.
 */
export function standingAfter(
  before: StandingState | undefined,
  found: Found,
  isKnown: (segmentId: string) => boolean,
  newId: () => string,
): NextStanding | undefined {
  const { segmentIds, enteredAt, notes = {} } = before ?? NOWHERE;
  const stays = (id: string) =>
    found.members.has(id) ? found.members.get(id) === true : !found.isWhole && isKnown(id);
  const left = segmentIds.filter((id) => !stays(id));
  const entered = [...found.members].flatMap(([id, isMember]) => (isMember && !segmentIds.includes(id) ? [id] : []));
  const kept = segmentIds.filter(stays);
  const fitting = [false, true].flatMap((isTag) => {
    const room = MOST_SEGMENTS - kept.filter((id) => isTagId(id) === isTag).length;
    return entered.filter((id) => isTagId(id) === isTag).slice(0, Math.max(0, room));
  });
  const noted = new Map(
    [...kept, ...fitting].flatMap((id) => {
      const note = found.members.has(id) ? found.notes.get(id) : notes[id];
      return note ? [[id, note] as const] : [];
    }),
  );
  const isTurned = left.length > 0 || fitting.length > 0;
  const isShown = isTurned || kept.some((id) => !isSameNote(noted.get(id), notes[id]));
  const dueAt = found.isWhole ? found.dueAt : earlier(before?.dueAt ?? null, found.dueAt);
  if (before && !isShown && dueAt?.getTime() === before.dueAt?.getTime()) return undefined;
  const turn = (segmentId: string, isEntered: boolean): MembershipTurn => {
    return { id: newId(), segmentId, entered: isEntered, reason: found.reason, at: found.at };
  };
  const since = Object.fromEntries(kept.map((id) => [id, enteredAt[id] ?? found.at]));
  for (const id of fitting) since[id] = found.at;
  const turns = [...left.map((id) => turn(id, false)), ...fitting.map((id) => turn(id, true))];
  const state = { segmentIds: [...kept, ...fitting].sort(), enteredAt: since, notes: Object.fromEntries(noted) };
  return { state: { ...state, dueAt, turns }, isShown };
}

/** The earlier of two instants, null being never. */
export function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
