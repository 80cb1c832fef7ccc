import { describe, expect, test } from '@jest/globals';
import {
  type AssignedTag,
  type AssignmentTerms,
  endOf,
  expiryOf,
  isAsAssigned,
  isSameNote,
  noteOf,
  tagSpans,
} from '../../../src/tags/assignment.rules.js';
import { TagKind } from '../../../src/tags/tag-kind.js';

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const assigned = (from: number, to: number | null, more: Partial<AssignedTag> = {}): AssignedTag => {
  const expiresAt = to === null ? null : day(to);
  return {
    tagId: 'tag_a',
    key: 'a',
    kind: TagKind.MANUAL,
    source: 's',
    confidence: 1,
    at: day(from),
    expiresAt,
    ...more,
  };
};

describe('an assignment', () => {
  test('lasts so many times 24 hours, or for ever', () => {
    expect(expiryOf(day(1), 2)).toEqual(day(3));
    expect(expiryOf(day(1), null)).toBeNull();
  });

  test('covers its span, several together', () => {
    expect(tagSpans([assigned(1, 3), assigned(2, null), assigned(5, 6, { key: 'b' })])).toEqual(
      new Map([
        [
          'a',
          [
            { from: day(1).getTime(), until: day(3).getTime() },
            { from: day(2).getTime(), until: null },
          ],
        ],
        ['b', [{ from: day(5).getTime(), until: day(6).getTime() }]],
      ]),
    );
  });

  test.each<[string, AssignedTag[], Date, string | undefined]>([
    ['nothing before it begins', [assigned(2, null)], day(1), undefined],
    ['what stands', [assigned(2, 4)], day(2), 's'],
    ['nothing from its end on', [assigned(2, 4)], day(4), undefined],
    ['what lasts longest', [assigned(3, 9), assigned(1, null, { source: 'ever' })], day(4), 'ever'],
    [
      'of those the newest',
      [assigned(1, null, { source: 'old' }), assigned(2, null, { source: 'new' })],
      day(4),
      'new',
    ],
    ['what is left', [assigned(1, 3), assigned(1, 9, { source: 'left' })], day(3), 'left'],
  ])('shows %s', (_what, all, now, source) => {
    expect(noteOf(all, now)?.source).toBe(source);
    expect(noteOf([...all].reverse(), now)?.source).toBe(source);
  });

  test('says the same as another where all of it is', () => {
    const note = noteOf([assigned(1, null)], day(2));
    expect(isSameNote(note, noteOf([assigned(1, null)], day(3)))).toBe(true);
    expect(isSameNote(note, noteOf([assigned(1, null, { confidence: 0.5 })], day(3)))).toBe(false);
    expect(isSameNote(note, noteOf([assigned(1, 9)], day(3)))).toBe(false);
    expect(isSameNote(note, undefined)).toBe(false);
    expect(isSameNote(undefined, undefined)).toBe(true);
  });

  const by: AssignmentTerms = { kind: TagKind.MANUAL, source: 'other', confidence: 1, ttlDays: null };
  test.each<[string, AssignedTag[], Partial<AssignmentTerms>, boolean]>([
    ['nobody carries', [], {}, false],
    ['stands for good, whoever put it there', [assigned(1, null)], {}, true],
    ['is to last some days', [assigned(1, null)], { ttlDays: 3 }, false],
    ['runs out', [assigned(1, 9)], {}, false],
    ['another model put there', [assigned(1, null)], { kind: TagKind.MODEL }, false],
    ['the model is as sure of', [assigned(1, null)], { kind: TagKind.MODEL, source: 's' }, true],
    ['the model is less sure of', [assigned(1, null)], { kind: TagKind.MODEL, source: 's', confidence: 0.9 }, false],
  ])('of a tag that %s', (_what, all, terms, isSame) => {
    expect(isAsAssigned(noteOf(all, day(5)), { ...by, ...terms })).toBe(isSame);
  });

  test.each<[string, Parameters<typeof endOf>[0], ReturnType<typeof endOf>]>([
    ['not, while it stands', { ending: null, endedAt: null, expiresAt: day(9) }, null],
    ['by time', { ending: null, endedAt: null, expiresAt: day(4) }, { end: 'EXPIRED', at: day(4) }],
    ['by somebody', { ending: 'REMOVED', endedAt: day(3), expiresAt: day(4) }, { end: 'REMOVED', at: day(3) }],
    [
      'by time before somebody',
      { ending: 'REPLACED', endedAt: day(4), expiresAt: day(3) },
      { end: 'EXPIRED', at: day(3) },
    ],
  ])('ends %s', (_what, row, end) => {
    expect(endOf(row, day(5))).toEqual(end);
  });
});
