import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { Item } from '../support/naive-stitching.js';
import { expectDerived } from '../support/parting-soundness.js';
import { phone, runs, scriptAndDelivery, user } from '../support/stitching-scripts.js';
import { StitchingWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** What people set between rounds: on the first profile there is. */
const settings = fc.array(
  fc.option(fc.tuple(fc.constantFrom('name', 'city', 'taste'), fc.constantFrom('Queen', 'King', null))),
  { minLength: 1, maxLength: 4 },
);

describe('a profile derived anew from its accounts', () => {
  test('is what it has grown to, in any order and batching, with what people set between', async () => {
    await fc.assert(
      fc.asyncProperty(scriptAndDelivery, settings, async ({ rounds }, set) => {
        const tenant = world.newTenant();
        for (const [index, round] of rounds.entries()) {
          await Promise.all(round.map((batch) => tenant.deliver(batch)));
          const [first] = await tenant.living();
          const setting = set[index % set.length];
          if (setting && first) await tenant.setTrait(first.state.id, ...setting);
        }
        await expectDerived(tenant);
      }),
      runs(15),
    );
  });

  test('also with more accounts, identifiers and bytes than it keeps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...CROWD], { minLength: CROWD.length }), async (items) => {
        const tenant = world.newTenant();
        for (let at = 0; at < items.length; at += 20) await tenant.deliver(items.slice(at, at + 20));
        const [crowd] = await tenant.living();
        expect(crowd?.accountIds).toHaveLength(90);
        expect(crowd?.state).toMatchObject({ truncated: true, accountsLeftOut: true });
        expect([crowd?.state.accounts.length, crowd?.state.identifiers.length]).toEqual([64, 200]);
        await expectDerived(tenant);
      }),
      runs(2),
    );
  });
});

/** Ninety people on one telephone: each is seen twice, has e-mails of its own, and every third says more than a copy holds. */
const CROWD: readonly Item[] = Array.from({ length: 180 }, (_, n) => ({
  messageId: `c${n}`,
  channel: Channel.WEB,
  identifiers: [
    user(n % 90),
    phone(1),
    ...['a', 'b', 'c'].map((name) => ({ type: IdentifierType.EMAIL, value: `${name}${n % 90}@shop.cn` })),
  ],
  traits: { name: `N${n}`, taste: n % 3 === 0 ? 'x'.repeat(1_100) : 'tea' },
  at: Date.UTC(2026, 0, 5) + ((n * 37) % 180) * 3_600_000,
}));
