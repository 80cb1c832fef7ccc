import { describe, expect, test } from '@jest/globals';
import { hasCode } from '../../../src/platform/errors.js';
import {
  MOST_TAGGED,
  readConfidence,
  readKey,
  readLabel,
  readSource,
  readTtlDays,
  refuseAssigning,
  refuseOtherKind,
  refuseTooMany,
} from '../../../src/tags/tag.rules.js';
import { isTagId, tagIdOf } from '../../../src/tags/tag-id.rules.js';
import { TagKind } from '../../../src/tags/tag-kind.js';
import { refusal, sumOf } from '../../../src/tags/tagging.rules.js';

const { MANUAL, RULE, MODEL } = TagKind;

function faultOf(act: () => unknown): [string, unknown] {
  try {
    act();
  } catch (error) {
    if (hasCode(error, 'BAD_USER_INPUT') || hasCode(error, 'CONFLICT')) return [error.code, error.details.path];
    throw error;
  }
  return ['taken', null];
}

describe('a tag', () => {
  test.each([
    [' vip ', 'vip'],
    ['高价值 2026', '高价值 2026'],
    ['a.b:c_d-e', 'a.b:c_d-e'],
  ])('may be called %p', (given, key) => {
    expect(readKey(given)).toBe(key);
  });

  test.each(['', '  ', '-x', 'a$b', 'x'.repeat(65), 'anna@example.com', '13800138000', 'a\nb'])(
    'is not called %p',
    (given) => {
      expect(faultOf(() => readKey(given))).toEqual(['BAD_USER_INPUT', 'key']);
    },
  );

  test('has one id a key', () => {
    expect(tagIdOf('vip')).toBe(tagIdOf('vip'));
    expect(tagIdOf('vip')).not.toBe(tagIdOf('Vip'));
    expect([isTagId(tagIdOf('vip')), isTagId('seg_01ARZ3NDEKTSV4RRFFQ69G5FAV')]).toEqual([true, false]);
  });

  test.each<[string, () => unknown, string | null]>([
    ['a name', () => readLabel('x', 'name'), null],
    ['no name', () => readLabel(' ', 'name'), 'name'],
    ['a long category', () => readLabel('x'.repeat(201), 'category'), 'category'],
    ['days', () => readTtlDays(3_650, MANUAL), null],
    ['no days at all', () => readTtlDays(null, RULE), null],
    ['half a day', () => readTtlDays(0.5, MODEL), 'ttlDays'],
    ['too many days', () => readTtlDays(3_651, MANUAL), 'ttlDays'],
    ['days of a rule', () => readTtlDays(1, RULE), 'ttlDays'],
    ['a source', () => readSource('churn v3'), null],
    ['no source', () => readSource(' '), 'source'],
    ['a person as a source', () => readSource('anna@example.com'), 'source'],
    ['a confidence', () => readConfidence(1, 'c'), null],
    ['no confidence', () => readConfidence(0, 'c'), 'c'],
    ['too much of it', () => readConfidence(1.01, 'c'), 'c'],
    ['a number that is none', () => readConfidence(Number.NaN, 'c'), 'c'],
    ['as many as may be', () => refuseTooMany(MOST_TAGGED, 'ids'), null],
    ['one too many', () => refuseTooMany(MOST_TAGGED + 1, 'ids'), 'ids'],
    ['a tag by hand, by hand', () => refuseAssigning(MANUAL, MANUAL), null],
    ['a tag by a rule, by hand', () => refuseAssigning(RULE, MANUAL), 'key'],
    ['a tag by hand, by a model', () => refuseAssigning(MANUAL, MODEL), 'key'],
  ])('is checked: %s', (_what, act, path) => {
    expect(faultOf(act)).toEqual(path === null ? ['taken', null] : ['BAD_USER_INPUT', path]);
  });

  test('keeps its kind', () => {
    expect(faultOf(() => refuseOtherKind(MANUAL, MANUAL))).toEqual(['taken', null]);
    expect(faultOf(() => refuseOtherKind(RULE, MANUAL))).toEqual(['CONFLICT', 'key']);
  });

  test('counts each of a call once, and tells of those refused in their order', () => {
    const placed = (index: number) => refusal({ index, profileId: 'prf_x', confidence: 1 }, 'NOT_FOUND');
    const sum = sumOf([
      { changed: 2, unchanged: 1, refused: [placed(3)] },
      { changed: 1, unchanged: 0, refused: [placed(1)] },
    ]);
    expect(sum).toMatchObject({ changed: 3, unchanged: 1, refused: [{ index: 1 }, { index: 3 }] });
  });
});
