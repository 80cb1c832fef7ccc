import type { Span } from '../rules/subject.js';
import type { TagAssignment } from './tag-assignment.entity.js';
import { TagKind } from './tag-kind.js';

const DAY_MS = 86_400_000;

/** An assignment, as far as what follows from it goes. */
export type AssignedTag = Pick<TagAssignment, 'tagId' | 'key' | 'kind' | 'source' | 'confidence' | 'at' | 'expiresAt'>;

/** How a tag stands on somebody: what a profile shows of the assignment. */
export interface TagNote {
  readonly source: string;
  readonly confidence: number;
  readonly at: Date;
  readonly expiresAt: Date | null;
}

/** How an assignment came to its end: by one of these, or by time. */
export type AssignmentEnd = NonNullable<TagAssignment['ending']> | 'EXPIRED';

/** The instant that an assignment of some days made at a moment ends with, so many times 24 hours later; null: never. */
export function expiryOf(at: Date, ttlDays: number | null): Date | null {
  return ttlDays === null ? null : new Date(at.getTime() + ttlDays * DAY_MS);
}

/** By the tag's key, the spans that it is carried in. */
export function tagSpans(assigned: readonly AssignedTag[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { key, at, expiresAt } of assigned) {
    const span = { from: at.getTime(), until: expiresAt?.getTime() ?? null };
    spans.set(key, [...(spans.get(key) ?? []), span]);
  }
  return spans;
}

/** Whether an assignment stands at a moment. */
export function standsAt({ at, expiresAt }: Pick<AssignedTag, 'at' | 'expiresAt'>, now: Date): boolean {
  return at <= now && (expiresAt === null || now < expiresAt);
}

/**
 * How a tag stands at a moment: of several assignments, as accounts that merged bring along, by the one that lasts
 * longest, of those the newest. Undefined where none stands.
 */
export function noteOf(assigned: readonly AssignedTag[], now: Date): TagNote | undefined {
  const [first] = assigned.filter((one) => standsAt(one, now)).sort(byPrecedence);
  if (!first) return undefined;
  const { source, confidence, at, expiresAt } = first;
  return { source, confidence, at, expiresAt };
}

function byPrecedence(a: AssignedTag, b: AssignedTag): number {
  const lasting = ({ expiresAt }: AssignedTag) => expiresAt?.getTime() ?? Number.MAX_SAFE_INTEGER;
  return (
    lasting(b) - lasting(a) ||
    b.at.getTime() - a.at.getTime() ||
    b.confidence - a.confidence ||
    (a.source < b.source ? -1 : 1)
  );
}

/** Whether two notes say the same. */
export function isSameNote(a: TagNote | undefined, b: TagNote | undefined): boolean {
  if (!a || !b) return a === b;
  return (
    a.source === b.source &&
    a.confidence === b.confidence &&
    a.at.getTime() === b.at.getTime() &&
    a.expiresAt?.getTime() === b.expiresAt?.getTime()
  );
}

/** What a new assignment is to say. */
export interface AssignmentTerms {
  readonly kind: TagKind;
  readonly source: string;
  readonly confidence: number;
  readonly ttlDays: number | null;
}

/**
 * Whether somebody who carries a tag by these assignments already has what a new one would give. A person who puts a tag
 * where it stands for good changes nothing, whoever put it there; where it expires it begins anew, and a model that says
 * the same does too.
 */
export function isAsAssigned(standing: TagNote | undefined, terms: AssignmentTerms): boolean {
  if (!standing || terms.ttlDays !== null || standing.expiresAt !== null) return false;
  if (terms.kind === TagKind.MANUAL) return true;
  return standing.source === terms.source && standing.confidence === terms.confidence;
}

/** When and how an assignment came to its end; null where it stands. */
export function endOf(
  { ending, endedAt, expiresAt }: Pick<TagAssignment, 'ending' | 'endedAt' | 'expiresAt'>,
  now: Date,
): { readonly end: AssignmentEnd; readonly at: Date } | null {
  const last = ending && endedAt ? endedAt : now;
  if (expiresAt && expiresAt <= last) return { end: 'EXPIRED', at: expiresAt };
  return ending && endedAt ? { end: ending, at: endedAt } : null;
}
