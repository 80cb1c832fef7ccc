import { expect, test } from '@jest/globals';
import { askedPause, MOST_ATTEMPTS, pauseAfter } from '../../../src/webhooks/retry.rules.js';
import { verdictOf } from '../../../src/webhooks/webhook-outcome.rules.js';

const NOW = new Date('2026-03-01T00:00:00Z');
const answered = (status: number, retryAfter?: string) => ({ status, retryAfter });

test('pauses grow five times each, up to a day, and there are ten attempts', () => {
  const pauses = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, n) => pauseAfter(n + 1, 0.5));
  expect(pauses.slice(0, 4)).toEqual([5_000, 25_000, 125_000, 625_000]);
  expect(pauses.slice(-2)).toEqual([86_400_000, 86_400_000]);
  expect(pauses.reduce((sum: number, pause) => sum + (pause ?? 0), 0) / 86_400_000).toBeCloseTo(3.13, 1);
  expect(pauseAfter(MOST_ATTEMPTS, 0.5)).toBeUndefined();
});

test('chance makes a pause a fifth shorter or longer', () => {
  expect([pauseAfter(1, 0), pauseAfter(1, 1)]).toEqual([4_000, 6_000]);
});

test('a receiver may ask for a longer pause, up to a day, and for no shorter one', () => {
  expect(pauseAfter(1, 0.5, 60_000)).toBe(60_000);
  expect(pauseAfter(1, 0.5, 1_000)).toBe(5_000);
  expect(pauseAfter(1, 0.5, 1e12)).toBe(86_400_000);
  expect(askedPause('120', NOW)).toBe(120_000);
  expect(askedPause('Sun, 01 Mar 2026 00:01:00 GMT', NOW)).toBe(60_000);
  expect(askedPause('Sun, 01 Mar 2020 00:01:00 GMT', NOW)).toBe(0);
  expect([askedPause('soon', NOW), askedPause(undefined, NOW)]).toEqual([null, null]);
});

test.each([200, 202, 204, 299])('%d is delivered', (status) => {
  expect(verdictOf(answered(status), 1, NOW, 0.5)).toMatchObject({ state: 'DELIVERED', pauseMs: null, fault: null });
});

test.each([301, 302, 400, 404, 500])('%d is tried again, and fails with the last attempt', (status) => {
  const again = { state: 'PENDING', statusCode: status, fault: 'STATUS', isGone: false, isHeldUp: false };
  expect(verdictOf(answered(status), 1, NOW, 0.5)).toEqual({ ...again, pauseMs: 5_000 });
  expect(verdictOf(answered(status), MOST_ATTEMPTS, NOW, 0.5)).toEqual({ ...again, state: 'FAILED', pauseMs: null });
});

test('410 ends it, a receiver in trouble is left alone, and one that is not reached as well', () => {
  expect(verdictOf(answered(410), 1, NOW, 0.5)).toMatchObject({ state: 'FAILED', isGone: true, pauseMs: null });
  expect(verdictOf(answered(429, '60'), 1, NOW, 0.5)).toMatchObject({ pauseMs: 60_000, isHeldUp: true });
  for (const status of [502, 503, 504]) expect(verdictOf(answered(status), 1, NOW, 0.5).isHeldUp).toBe(true);
  expect(verdictOf({ fault: 'TIMEOUT' }, 2, NOW, 0.5)).toMatchObject({
    state: 'PENDING',
    pauseMs: 25_000,
    statusCode: null,
    fault: 'TIMEOUT',
    isHeldUp: true,
  });
});
