import type { StandingNote } from '../profiles/standing-note.js';
import type { SegmentBook } from '../segments/segment-book.js';
import { isTagId } from '../tags/tag-id.rules.js';
import type { StandingState } from './standing.rules.js';

/** What profiles show of a tag that stands by a rule. */
const BY_RULE = { source: 'rule', confidence: 1, expiresAt: null };
/** Of so many tags a profile's document tells how it came by them: those it came by last. */
const MOST_SHOWN = 200;

/** What a profile's document holds of its standing. */
export function noteOfStanding(
  { profileId, revision, segmentIds, enteredAt, notes = {} }: StandingState & { profileId: string; revision: number },
  { entries }: SegmentBook,
): StandingNote {
  const tagIds = segmentIds.filter((id) => isTagId(id) && entries.has(id));
  const segments = segmentIds.filter((id) => !isTagId(id));
  const sinceOf = (id: string) => enteredAt[id]?.getTime() ?? 0;
  const newest = [...tagIds].sort((a, b) => sinceOf(b) - sinceOf(a)).slice(0, MOST_SHOWN);
  return {
    profileId,
    revision,
    segmentIds: segments,
    enteredAt: Object.fromEntries(segments.flatMap((id) => (enteredAt[id] ? [[id, enteredAt[id]]] : []))),
    tagKeys: tagIds.flatMap((id) => entries.get(id)?.tag?.key ?? []).sort(),
    tags: newest.map((id) => ({ tagId: id, ...BY_RULE, at: enteredAt[id] ?? new Date(revision), ...notes[id] })),
  };
}
