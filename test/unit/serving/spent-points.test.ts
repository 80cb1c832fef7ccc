import { describe, expect, test } from '@jest/globals';
import type { Database } from '../../../src/platform/database.js';
import { SpentPointsStore } from '../../../src/serving/spent-points.store.js';

type Update = (...given: unknown[]) => Promise<unknown>;

const storeOver = (findOneAndUpdate: Update) =>
  new SpentPointsStore({ collection: () => ({ findOneAndUpdate }) } as unknown as Database, 60);
const tenant = { tenantId: 't' };

describe('points are counted', () => {
  test('by one command whose filter is the key alone, which begins with the tenant', async () => {
    const sent: unknown[][] = [];
    const store = storeOver(async (...given) => {
      sent.push(given);
      return { points: 7, expire: new Date() };
    });
    expect(await store.take(tenant, 'caller:1', 5)).toBe(7);
    expect(sent).toEqual([
      [
        { _id: 't:caller:1' },
        { $inc: { points: 5 }, $setOnInsert: { tenantId: 't', expire: expect.any(Date) } },
        { upsert: true, returnDocument: 'after', writeConcern: { w: 1 } },
      ],
    ]);
  });

  test.each<[string, Update]>([
    ['is away', () => Promise.reject(new Error('away'))],
    ['does not answer', () => new Promise(() => {})],
  ])('in memory while the database %s', async (_name, update) => {
    const store = storeOver(update);
    const started = performance.now();
    expect([await store.take(tenant, 'caller:1', 5), await store.take(tenant, 'caller:1', 5)]).toEqual([5, 10]);
    expect(await store.take({ tenantId: 'u' }, 'caller:1', 5)).toBe(5);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
