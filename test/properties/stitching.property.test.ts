import { afterAll, beforeAll, describe, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { runs, script, scriptAndDelivery } from '../support/stitching-scripts.js';
import { deliverAll, expectSound } from '../support/stitching-soundness.js';
import { StitchingWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

describe('the same observations come to the same people', () => {
  test('in any order, batching, repetition and at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(scriptAndDelivery, async ({ items, rounds }) => {
        const tenant = world.newTenant();
        await expectSound(tenant, items, await deliverAll(tenant, rounds));
      }),
      runs(15),
    );
  });
});

describe('concurrent batches', () => {
  test('of single items that all come at once', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (items) => {
        const tenant = world.newTenant();
        await Promise.all(items.map((one) => tenant.deliver([one])));
        await expectSound(tenant, items, []);
      }),
      runs(8),
    );
  });
});
