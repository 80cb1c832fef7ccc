import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { items, LIMITED } from '../support/limited-scripts.js';
import { runs, withDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Between two looks: the database has the writers to serve, too. */
const PAUSE_MS = 10;

let world: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** Looks at all profiles again and again while `work` is done, and gives what was found wrong with any of them. */
async function during(tenant: TenantWorld, wrongWith: (state: ProfileState) => string[], work: () => Promise<unknown>) {
  const wrong: string[] = [];
  const look = async () => {
    for (const { state } of await tenant.living()) wrong.push(...wrongWith(state));
  };
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      await look();
      await delay(PAUSE_MS);
    }
  })();
  await work().finally(() => {
    isDone = true;
  });
  await watching;
  await look();
  return wrong;
}

describe('at every moment, also while others write', () => {
  test('nobody is one with whom a person took them apart from', async () => {
    await fc.assert(
      fc.asyncProperty(withDelivery(items), fc.array(act, { minLength: 1, maxLength: 3 }), async ({ rounds }, acts) => {
        const tenant = world.newTenant(LIMITED);
        for (const [n, round] of rounds.entries()) {
          const apart = await tenant.partedPairs();
          const wrongWith = ({ accounts }: ProfileState) => {
            const ids = new Set(accounts.map(({ id }) => id));
            return apart.filter((pair) => pair.every((id) => ids.has(id))).map((pair) => pair.join(' and '));
          };
          expect(await during(tenant, wrongWith, () => deliverAll(tenant, [round]))).toEqual([]);
          const next = acts[n];
          if (next) await doByHand(tenant, next);
        }
      }),
      runs(12),
    );
  });
});
