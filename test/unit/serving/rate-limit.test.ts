import { describe, expect, test } from '@jest/globals';
import type { AppError } from '../../../src/platform/errors.js';
import { RateLimitService, type Spender } from '../../../src/serving/rate-limit.service.js';

const START = Date.UTC(2026, 0, 1);

/** What all processes share: counts by key, and how often it was asked. */
class SharedCounts {
  readonly counts = new Map<string, number>();
  asked = 0;

  async take(_ctx: object, key: string, points: number): Promise<number> {
    this.asked += 1;
    const total = (this.counts.get(key) ?? 0) + points;
    this.counts.set(key, total);
    return total;
  }
}

let at = START;
const caller = (subject: string, tenantId = 't'): Spender =>
  ({ tenantId, principal: { kind: 'USER', tenantId, subject }, now: () => new Date(at) }) as unknown as Spender;

/** Spends until refused, and returns what was spent in all and the refusal. */
async function exhaust(rates: RateLimitService, who: Spender, points: number): Promise<[number, AppError]> {
  for (let spent = 0; ; spent += points) {
    try {
      await rates.spend(who, points);
    } catch (error) {
      return [spent, error as AppError];
    }
  }
}

describe('points a minute', () => {
  test('are spent to the last one, and refused with the time of the next window', async () => {
    at = START + 15_500;
    const rates = new RateLimitService(new SharedCounts(), 1_000);
    const [spent, error] = await exhaust(rates, caller('a'), 10);
    expect([spent, error.code]).toEqual([1_000, 'RATE_LIMITED']);
    expect(error.details).toEqual({ cost: 10, limit: 1_000, remaining: 0, retryAfterSeconds: 45 });
  });

  test('are taken 5 % at a time: 21 commands for a hundred requests and the refusals', async () => {
    at = START;
    const counts = new SharedCounts();
    const rates = new RateLimitService(counts, 1_000);
    const who = caller('a');
    for (let n = 0; n < 100; n += 1) await rates.spend(who, 10);
    for (let n = 0; n < 50; n += 1) await expect(rates.spend(who, 10)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(counts.asked).toBe(20);
  });

  test('that were spent stay so where the count begins anew, as while the database is away', async () => {
    at = START;
    const counts = new SharedCounts();
    const rates = new RateLimitService(counts, 100);
    const who = caller('a');
    for (let n = 0; n < 6; n += 1) await rates.spend(who, 10);
    counts.counts.clear();
    expect(await rates.spend(who, 10)).toMatchObject({ remaining: 30 });
    expect((await exhaust(rates, who, 10))[0]).toBe(30);
  });

  test('come anew with the next window', async () => {
    at = START;
    const rates = new RateLimitService(new SharedCounts(), 100);
    const who = caller('a');
    await exhaust(rates, who, 10);
    at = START + 60_000;
    expect(await rates.spend(who, 10)).toEqual({ limit: 100, remaining: 90, resetSeconds: 60 });
  });

  test("are each caller's own, by tenant and subject", async () => {
    at = START;
    const rates = new RateLimitService(new SharedCounts(), 100);
    await exhaust(rates, caller('a'), 10);
    expect((await rates.spend(caller('b'), 10)).remaining).toBe(90);
    expect((await rates.spend(caller('a', 'u'), 10)).remaining).toBe(90);
  });

  test('are shared by processes: together they spend no more than the limit and the first blocks', async () => {
    at = START;
    const counts = new SharedCounts();
    const processes = [1, 2, 3].map(() => new RateLimitService(counts, 1_000));
    const spent = await Promise.all(processes.map(async (rates) => (await exhaust(rates, caller('a'), 7))[0]));
    const total = spent.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(1_000 - 3 * 50);
    expect(total).toBeLessThanOrEqual(1_000);
    const [late] = await exhaust(new RateLimitService(counts, 1_000), caller('a'), 7);
    expect(late).toBeLessThanOrEqual(50);
  });

  test('of a hundred requests at once are refused beyond the limit', async () => {
    at = START;
    const rates = new RateLimitService(new SharedCounts(), 500);
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => rates.spend(caller('a'), 10)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  });

  test('of the first block are spent while the database is being asked', async () => {
    at = START;
    const rates = new RateLimitService({ take: () => new Promise<number>(() => {}) }, 1_000);
    expect((await rates.spend(caller('a'), 50)).remaining).toBe(950);
  });

  test('cover one request that costs more than a block', async () => {
    at = START;
    const rates = new RateLimitService(new SharedCounts(), 1_000);
    expect((await rates.spend(caller('a'), 900)).remaining).toBe(100);
    await expect(rates.spend(caller('a'), 101)).rejects.toMatchObject({ details: { remaining: 100 } });
    expect((await rates.spend(caller('a'), 100)).remaining).toBe(0);
  });
});
