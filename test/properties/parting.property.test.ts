import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Channel } from '../../src/channels/channel.js';
import { essenceOf } from '../support/profile-essence.js';
import { BEFORE, BETWEEN, user } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(120_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** The accounts of the two people of BEFORE: the web accounts are the founders'. */
const webOf = (tenant: TenantWorld) => [1, 2].map((n) => tenant.accountIdOf(Channel.WEB, user(n)));

/** Two people made one by hand; the accounts of each, the first that of the survivor. */
async function merged(tenant: TenantWorld, into: number) {
  await tenant.deliver(BEFORE);
  const before = await tenant.living();
  const ids = await tenant.profileIdsOf(webOf(tenant));
  const parts = ids.map((id) => before.find(({ state }) => state.id === id)?.accountIds ?? []);
  await tenant.merge(ids[into] ?? '', ids[1 - into] ?? '');
  return { before, ids, parts };
}

describe('merging, then taking apart', () => {
  test.each([0, 1])('into person %s gives back what stood before', async (into) => {
    const tenant = world.newTenant();
    const { before, ids, parts } = await merged(tenant, into);
    const [joined] = await tenant.living();
    expect(joined?.state.mergedIds).toEqual([ids[1 - into]]);
    expect((await tenant.part(ids[into] ?? '', parts)).sort()).toEqual([...ids].sort());
    expect(await tenant.persons()).toEqual(tenant.expected(BEFORE));
    const after = await tenant.living();
    expect(after.map(({ state }) => state.id).sort()).toEqual([...ids].sort());
    for (const { state, accountIds } of after) {
      const known = before.find((one) => one.state.id === state.id);
      expect(accountIds).toEqual(known?.accountIds);
      expect(essenceOf(state)).toEqual(known && essenceOf(known.state));
      expect(state).toMatchObject({ mergedIds: [], parting: [], absorbing: [] });
      expect(state.version).toBe((joined?.state.version ?? 0) + 1);
    }
  });

  test('what came in between is on the right side', async () => {
    const tenant = world.newTenant();
    const { ids, parts } = await merged(tenant, 0);
    const between = BETWEEN.slice(0, 1).concat(BETWEEN.slice(2, 4));
    await tenant.deliver(between);
    await tenant.part(ids[0] ?? '', parts);
    expect(await tenant.persons()).toEqual(tenant.expected([...BEFORE, ...between]));
    expect(await tenant.profileIdsOf(webOf(tenant))).toEqual(ids);
  });
});
