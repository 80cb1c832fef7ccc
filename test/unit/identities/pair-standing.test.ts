import { describe, expect, test } from '@jest/globals';
import { standingsAfter } from '../../../src/identities/pair-standing.rules.js';
import { statusOf } from '../../../src/likeness/candidate.rules.js';
import { MatchStatus } from '../../../src/likeness/match-status.js';

const { PENDING, SUPERSEDED, ACCEPTED, REJECTED } = MatchStatus;

describe('how two accounts stand to each other', () => {
  const standingOf = standingsAfter({ persons: [['a', 'b'], ['c']] }, [
    { id: 'one', sides: [['a'], ['c', 'd']] },
    { id: 'other', sides: [['x'], ['y']] },
  ]);
  test.each<[string, string, boolean, boolean]>([
    ['a', 'b', true, false],
    ['a', 'c', false, true],
    ['b', 'c', false, false],
    ['a', 'd', false, true],
    ['d', 'a', false, true],
    ['c', 'd', false, false],
    ['x', 'y', false, true],
    ['u', 'v', false, false],
    ['a', 'v', false, false],
  ])('%s and %s', (one, other, isOnePerson, isBarred) => {
    expect(standingOf([one, other])).toEqual({ isOnePerson, isBarred });
  });
});

describe('the status of a candidate', () => {
  const candidate = (status: MatchStatus, isOpen = true) => {
    const known = { id: 'mtc', accountIds: ['a', 'b'] as [string, string], model: 1, probability: 0.7, weight: 1 };
    return { ...known, status, isOpen, blocks: [], createdAt: new Date(0) };
  };
  const apart = { isOnePerson: false, isBarred: false };
  test.each([
    [PENDING, apart, true, PENDING],
    [SUPERSEDED, apart, true, PENDING],
    [PENDING, apart, false, SUPERSEDED],
    [PENDING, { ...apart, isOnePerson: true }, true, SUPERSEDED],
    [PENDING, { ...apart, isBarred: true }, true, SUPERSEDED],
    [SUPERSEDED, { ...apart, isBarred: true }, true, SUPERSEDED],
    [ACCEPTED, apart, true, ACCEPTED],
    [ACCEPTED, { ...apart, isBarred: true }, false, ACCEPTED],
    [REJECTED, apart, true, REJECTED],
    [REJECTED, { ...apart, isOnePerson: true }, false, REJECTED],
  ])('%s, %j, open: %s: %s', (status, standing, isOpen, after) => {
    expect(statusOf(candidate(status, isOpen), standing)).toBe(after);
  });
});
