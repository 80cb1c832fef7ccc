import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { act, doByHand } from '../support/acts-by-hand.js';
import { items, knownItems, LIMITED } from '../support/limited-scripts.js';
import type { Item } from '../support/naive-stitching.js';
import { runs, withDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(180_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const delivered = withDelivery(items);

async function expectDecided(tenant: TenantWorld, all: readonly Item[]): Promise<void> {
  expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(all));
  const messageIds = (await tenant.events()).map(({ messageId }) => messageId).sort();
  expect(messageIds).toEqual(all.map(({ messageId }) => messageId).sort());
}

describe('under limits, conflicts and what too many share, the same observations come to the same people', () => {
  test('in any order, batching, repetition and at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, async ({ items: all, rounds }) => {
        const tenant = world.newTenant(LIMITED);
        await deliverAll(tenant, rounds);
        await expectDecided(tenant, all);
      }),
      runs(12),
    );
  });

  test('also where accounts come to hold more', async () => {
    const growing = { ...LIMITED, identifierRules: { ...LIMITED.identifierRules, USER_ID: { most: null } } } as const;
    await fc.assert(
      fc.asyncProperty(withDelivery(knownItems), async ({ items: all, rounds }) => {
        const tenant = world.newTenant(growing);
        await deliverAll(tenant, rounds);
        await expectDecided(tenant, all);
      }),
      runs(20),
    );
  });

  test('with merges and unmerges in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        delivered,
        fc.array(act, { minLength: 1, maxLength: 3 }),
        async ({ items: all, rounds }, acts) => {
          const tenant = world.newTenant(LIMITED);
          for (const [n, round] of rounds.entries()) {
            await deliverAll(tenant, [round]);
            const next = acts[n];
            if (next) await doByHand(tenant, next);
          }
          await expectDecided(tenant, all);
        },
      ),
      runs(12),
    );
  });
});

/** Some of which match all values of a type. */
const blocked = fc.uniqueArray(
  fc.constantFrom(
    '1391234567*',
    '13912345*1',
    '+86*2',
    '*345672',
    '*@shop.cn',
    'WANG@*',
    'li@shop.cn',
    'browser-*',
    '*ser-9*',
  ),
  { minLength: 2, maxLength: 4 },
);
const blocking = (blockedIdentifiers: readonly string[]) => {
  return { identifierRules: { USER_ID: { most: null } }, blockedIdentifiers } as const;
};

describe('what a tenant blocks, whole or by a pattern, links nobody', () => {
  test('in whatever order it comes', async () => {
    const sent = withDelivery(knownItems);
    await fc.assert(
      fc.asyncProperty(sent, blocked, async ({ items: all, rounds }, entries) => {
        const tenant = world.newTenant(blocking(entries));
        await deliverAll(tenant, rounds);
        await expectDecided(tenant, all);
      }),
      runs(12),
    );
  });

  test('nor once those were decided on anew who came before it was blocked', async () => {
    await fc.assert(
      fc.asyncProperty(knownItems, blocked, fc.nat(), async (all, entries, at) => {
        const before = world.newTenant(blocking([]));
        const since = world.tenant(before.tenantId, blocking(entries));
        const later = at % Math.min(3, all.length);
        await before.deliver(all.slice(later));
        if (later > 0) await since.deliver(all.slice(0, later));
        await since.restitch();
        await expectDecided(since, all);
      }),
      runs(8),
    );
  });
});
