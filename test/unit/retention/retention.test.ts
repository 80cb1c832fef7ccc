import { expect, test } from '@jest/globals';
import { daysOfEvents, keptFrom, oldestTaken } from '../../../src/retention/retention.rules.js';

const now = new Date('2026-03-01T00:00:00Z');
const rule = { SERVICE: 30, ANALYTICS: 90, MARKETING: 10, PERSONALISATION: 60 };

test.each<[string, readonly string[], number]>([
  ['nothing', [], 30],
  ['what is kept for less than the service', ['MARKETING'], 30],
  ['one that is kept for longer', ['PERSONALISATION', 'MARKETING'], 60],
  ['several', ['ANALYTICS', 'PERSONALISATION'], 90],
])('who permits %s has events kept for the longest of those days', (_, permitted, days) => {
  expect(daysOfEvents(rule, (purpose) => permitted.includes(purpose))).toBe(days);
});

test('the days are counted back from now, to the millisecond', () => {
  expect(keptFrom(now, 30).toISOString()).toBe('2026-01-30T00:00:00.000Z');
});

test('an event is taken in where anybody might have it kept', () => {
  expect(oldestTaken(rule, now)).toEqual(keptFrom(now, 90));
  expect(oldestTaken({ SERVICE: 5 }, now)).toEqual(keptFrom(now, 5));
  expect(oldestTaken(undefined, now)).toBeNull();
});
