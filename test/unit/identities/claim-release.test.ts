import { expect, test } from '@jest/globals';
import { MOST_HOLDERS } from '../../../src/identities/claim.rules.js';
import { releaseOf } from '../../../src/identities/claim-release.rules.js';

const at = new Date(0);
const held = { from: at, to: at, name: null, birthday: null, unionId: null };
const claim = (ids: readonly string[], size = ids.length) => ({
  holders: Object.fromEntries(ids.map((id) => [id, held])),
  size,
  isShared: false,
});

test('a claim that nobody else holds becomes a tombstone that takes in nobody', () => {
  expect(releaseOf(claim(['a']), new Set(['a']), at)?.set).toEqual({
    holders: {},
    size: MOST_HOLDERS,
    isShared: false,
    erasedAt: at,
  });
});

test('one that others hold loses the holder alone', () => {
  const released = releaseOf(claim(['a', 'b']), new Set(['a']), at);
  expect(released).toEqual({ set: { holders: { b: held }, size: 1, isShared: false }, survivors: ['b'] });
});

test('one that was full stays full, and is no tombstone: who else holds it is not known', () => {
  expect(releaseOf(claim(['a'], MOST_HOLDERS), new Set(['a']), at)?.set).toEqual({
    holders: {},
    size: MOST_HOLDERS,
    isShared: false,
  });
});

test('what was claimed by mistake is taken back without a tombstone', () => {
  expect(releaseOf(claim(['a']), new Set(['a']), null)?.set).toEqual({ holders: {}, size: 0, isShared: false });
});

test('who does not hold it changes nothing', () => {
  expect(releaseOf(claim(['a']), new Set(['b']), at)).toBeUndefined();
});
