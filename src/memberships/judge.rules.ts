import type { SegmentBook } from '../segments/segment-book.js';
import { type AssignedTag, noteOf, type TagNote } from '../tags/assignment.rules.js';
import type { Standing } from './standing.entity.js';
import { earlier } from './standing.rules.js';
import type { TaggedSubject } from './subject.rules.js';

/** What was found of somebody by asking some rules. */
export interface Judgement {
  /** By segment or tag, of those that were asked about: whether it is in it, or carries it. */
  readonly members: ReadonlyMap<string, boolean>;
  /** By tag, of those it carries that were put on it: how. */
  readonly notes: ReadonlyMap<string, TagNote>;
  /** When one of them may change by itself; null where never. */
  readonly dueAt: Date | null;
}

/** Of whom nothing is asked: who is gone, or must not be judged. */
export const NOBODY: Judgement = { members: new Map(), notes: new Map(), dueAt: null };

/** Which of these segments somebody is in, and which of these tags they carry, at a moment. */
export function judge(book: SegmentBook, subject: TaggedSubject, ids: ReadonlySet<string>, at: Date): Judgement {
  let dueAt: Date | null = null;
  const members = new Map<string, boolean>();
  const notes = new Map<string, TagNote>();
  for (const id of ids) {
    const rule = book.ruleOf(id);
    members.set(id, rule ? rule.holds(subject, at) : book.entries.has(id) && subject.segments.has(id));
    if (rule) dueAt = earlier(dueAt, rule.dueAt(subject, at));
    const assigned = book.rules.has(id) ? [] : subject.assigned.filter(({ tagId }) => tagId === id);
    const note = noteOf(assigned, at);
    if (note) notes.set(id, note);
    dueAt = earlier(dueAt, nextEnd(assigned, at));
  }
  return { members, notes, dueAt };
}

/** When the first of some assignments that stand ends: what is shown of the tag may change though it stays. */
function nextEnd(assigned: readonly AssignedTag[], at: Date): Date | null {
  return assigned.reduce<Date | null>((end, { expiresAt }) => {
    return expiresAt && expiresAt > at ? earlier(end, expiresAt) : end;
  }, null);
}

/** Which segments and tags a profile is looked at for, and whether these are all. */
export function wantedOf(
  book: SegmentBook,
  wanted: ReadonlySet<string> | undefined,
  standing: Standing | undefined,
): { readonly ids: ReadonlySet<string>; readonly isWhole: boolean } {
  const isWhole = !wanted || !standing;
  return { ids: isWhole ? new Set(book.entries.keys()) : wanted, isWhole };
}

/** Whether somebody is on a list, or carries a tag, of which the book doesn't know: then it was made a moment ago. */
export function isOutdatedFor(book: SegmentBook, { segments, assigned }: TaggedSubject): boolean {
  return [...segments, ...assigned.map(({ tagId }) => tagId)].some((id) => !book.entries.has(id));
}
