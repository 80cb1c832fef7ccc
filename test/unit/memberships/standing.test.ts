import { describe, expect, test } from '@jest/globals';
import { type Found, type StandingState, standingAfter } from '../../../src/memberships/standing.rules.js';
import { noteOfStanding } from '../../../src/memberships/standing-note.rules.js';
import { touchedBy } from '../../../src/memberships/touch.rules.js';
import { SegmentBook } from '../../../src/segments/segment-book.js';
import type { TagNote } from '../../../src/tags/assignment.rules.js';
import { tagIdOf } from '../../../src/tags/tag-id.rules.js';
import { TagKind } from '../../../src/tags/tag-kind.js';

const SEGMENT = 'seg_a';
const TAG = tagIdOf('vip');
const AT = new Date('2026-03-01T00:00:00Z');
const note = (confidence: number): TagNote => ({ source: 's', confidence, at: AT, expiresAt: null });

function standing(before: StandingState | undefined, members: [string, boolean][], notes: [string, TagNote][] = []) {
  const found: Found = {
    members: new Map(members),
    notes: new Map(notes),
    dueAt: null,
    isWhole: false,
    reason: 'r',
    at: AT,
  };
  return standingAfter(
    before,
    found,
    () => true,
    () => 'mch_x',
  );
}

describe('a standing', () => {
  const carrying = standing(
    undefined,
    [
      [SEGMENT, true],
      [TAG, true],
    ],
    [[TAG, note(0.5)]],
  );
  test('tells of segments and tags that were entered, and keeps how a tag came', () => {
    expect(carrying).toMatchObject({
      isShown: true,
      state: { segmentIds: [SEGMENT, TAG], notes: { [TAG]: note(0.5) } },
    });
    expect(carrying?.state.turns.map(({ segmentId, entered }) => [segmentId, entered])).toEqual([
      [SEGMENT, true],
      [TAG, true],
    ]);
  });

  test('is shown anew, without a turn, where a tag is carried otherwise', () => {
    const later = standing(carrying?.state, [[TAG, true]], [[TAG, note(0.9)]]);
    expect(later).toMatchObject({ isShown: true, state: { turns: [], notes: { [TAG]: note(0.9) } } });
    expect(standing(carrying?.state, [[TAG, true]], [[TAG, note(0.5)]])).toBeUndefined();
  });

  test('keeps what was not asked about, and forgets how a tag came that is gone', () => {
    expect(standing(carrying?.state, [[SEGMENT, false]])?.state.notes).toEqual({ [TAG]: note(0.5) });
    expect(standing(carrying?.state, [[TAG, false]])?.state).toMatchObject({ segmentIds: [SEGMENT], notes: {} });
  });

  test('holds 1,000 segments and 1,000 tags, whichever came first', () => {
    const many = (prefix: string) =>
      Array.from({ length: 1_001 }, (_, n): [string, boolean] => [`${prefix}${n}`, true]);
    const ids = standing(undefined, [...many('seg_'), ...many('tag_')])?.state.segmentIds ?? [];
    expect(ids.filter((id) => id.startsWith('seg_'))).toHaveLength(1_000);
    expect(ids.filter((id) => id.startsWith('tag_'))).toHaveLength(1_000);
  });
});

describe('a book with tags', () => {
  const entry = { version: 1, evaluatedVersion: 1, named: [], rule: null };
  const book = new SegmentBook(
    [
      { ...entry, id: TAG, tag: { key: 'vip', name: 'VIP', kind: TagKind.MANUAL } },
      { ...entry, id: SEGMENT, tag: null, rule: { kind: 'tag', place: 'rule.tag', tag: 'vip' }, evaluatedVersion: 0 },
      {
        ...entry,
        id: tagIdOf('ruled'),
        tag: { key: 'ruled', name: 'R', kind: TagKind.RULE },
        rule: { kind: 'segment', place: 'rule.segment', segment: SEGMENT },
      },
    ],
    'Asia/Shanghai',
  );

  test('leads from a tag that was put on somebody to all that names it', () => {
    const touch = (path: string) => touchedBy({ kind: 'UPDATED', paths: [path], events: [] }, book.index);
    expect([...(touch('tags.vip') ?? [])].sort()).toEqual([SEGMENT, TAG, tagIdOf('ruled')].sort());
    expect(touch('tags.new')).toBeUndefined(); // a tag that this book doesn't know yet: all are asked
    expect(touch('tags')?.size).toBe(0);
  });

  test('has everybody evaluated for what has changed, and for tags above it', () => {
    expect(book.outdated()).toEqual(new Set([SEGMENT, tagIdOf('ruled')]));
  });

  test('lets a profile tell of the tags it knows, the newest 200 with how they came', () => {
    const tags = Array.from({ length: 205 }, (_, n) => `t${n}`);
    const many = new SegmentBook(
      tags.map((key) => ({ ...entry, id: tagIdOf(key), tag: { key, name: key, kind: TagKind.MANUAL } })),
      'Asia/Shanghai',
    );
    const enteredAt = Object.fromEntries(tags.map((key, n) => [tagIdOf(key), new Date(n)]));
    const state = { segmentIds: [SEGMENT, TAG, ...tags.map(tagIdOf)], enteredAt, notes: {}, dueAt: null, turns: [] };
    const shown = noteOfStanding({ ...state, profileId: 'prf_x', revision: 7 }, many);
    expect(shown.segmentIds).toEqual([SEGMENT]);
    expect(shown.tagKeys).toHaveLength(205);
    expect(shown.tags).toHaveLength(200);
    expect(shown.tags[0]).toEqual({
      tagId: tagIdOf('t204'),
      source: 'rule',
      confidence: 1,
      at: new Date(204),
      expiresAt: null,
    });
  });
});
