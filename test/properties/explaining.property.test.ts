import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { groupAccounts } from '../../src/profiles/stitch.rules.js';
import { runs, scriptAndDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

test('why accounts are one person is stored, also where nobody observes', async () => {
  await fc.assert(
    fc.asyncProperty(scriptAndDelivery, async ({ rounds }) => {
      const tenant = world.newTenant();
      await deliverAll(tenant, rounds);
      for (const { accountIds } of await tenant.living()) {
        const links = await tenant.linkedPairs(accountIds);
        const explained = groupAccounts(accountIds, links, () => undefined);
        expect(explained.map((group) => group.accountIds)).toEqual([[...accountIds].sort()]);
      }
    }),
    runs(8),
  );
});
