import { expect, test } from '@jest/globals';
import { MOST_HOLDERS } from '../../../src/identities/claim.rules.js';
import { type ClaimPart, unitedClaim } from '../../../src/identities/claim-forms.rules.js';
import { withTokenInId } from '../../../src/identities/link.rules.js';
import { unitedBlock } from '../../../src/likeness/candidate.rules.js';

const day = (n: number) => new Date(Date.UTC(2026, 0, n));
const held = (from: number, to: number, name = 'n') => ({
  from: day(from),
  to: day(to),
  name,
  birthday: null,
  unionId: null,
});
const claim = (holders: ClaimPart['holders'], more: Partial<ClaimPart> = {}): ClaimPart => ({
  holders,
  size: Object.keys(holders).length,
  isShared: false,
  ...more,
});
const TOMBSTONE = claim({}, { size: MOST_HOLDERS, erasedAt: day(9) });

test('claims under several versions unite who holds the identifier, from the first to the last time', () => {
  const united = unitedClaim([
    claim({ a: held(1, 3), b: held(2, 2) }, { isShared: true }),
    claim({ a: held(2, 5, 'later') }),
  ]);
  expect(united).toEqual(claim({ a: held(1, 5, 'later'), b: held(2, 2) }, { isShared: true }));
});

test.each([
  [
    'one that is full makes them full',
    [claim({ a: held(1, 1) }, { size: MOST_HOLDERS }), claim({})],
    MOST_HOLDERS,
    undefined,
  ],
  ['a tombstone stands where nobody is left', [TOMBSTONE, claim({})], MOST_HOLDERS, day(9)],
  ['and gives way to who is there', [TOMBSTONE, claim({ a: held(1, 1) })], 1, undefined],
])('%s', (_, parts, size, erasedAt) => {
  expect(unitedClaim(parts)).toMatchObject({ size });
  expect(unitedClaim(parts).erasedAt).toEqual(erasedAt);
});

test('blocks under several versions unite who is in them; one that is full stays so', () => {
  const block = (accountIds: string[]) => ({ accountIds, most: 2 });
  expect(unitedBlock(undefined, block(['a']))).toEqual(block(['a']));
  expect(unitedBlock(block(['a']), block(['b', 'a']))).toEqual(block(['a', 'b']));
  expect(unitedBlock(block(['a', '', '']), block(['b']))).toEqual(block(['a', '', '']));
  expect(unitedBlock(block(['a']), block(['b', '', '']))).toEqual(block(['b', '', '']));
});

test.each([
  ['a:b:IDENTIFIER:PHONE:token', 'a:b:IDENTIFIER:PHONE:TOKEN'],
  ['a:b:REFUSED:PHONE:LIMIT_USER_ID:token', 'a:b:REFUSED:PHONE:LIMIT_USER_ID:TOKEN'],
  ['a:b:REFUSED:LIKENESS:LIMIT_USER_ID:1:7.250', null],
  ['a:b:REFUSED:PHONE:LIMIT_EXTERNAL_USER_ID', null],
  ['a:b:PROBABILISTIC:LIKENESS:1:12.345', null],
  ['a:b:MANUAL:MERGE', null],
  ['a:b:REVIEW:mtc_1', null],
])('the token in the id of a link, and nothing else, is another one: %s', (id, other) => {
  expect(withTokenInId(id, (token) => token.toUpperCase())).toBe(other ?? id);
});
