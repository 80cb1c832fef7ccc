import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { limitsBroken } from '../support/broken-limits.js';
import { items, knownItems, LIMITED } from '../support/limited-scripts.js';
import type { Item } from '../support/naive-stitching.js';
import { runs, withDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** User ids name accounts here, and limit nobody: so accounts come to hold more as time goes by. */
const GROWING = {
  ...LIMITED,
  identifierRules: { ...LIMITED.identifierRules, USER_ID: { most: null }, MEMBER_NO: { most: 1 } },
};

/** Between two looks: the database has the writers to serve, too. */
const PAUSE_MS = 10;

let world: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** Looks at all profiles again and again while `work` is done, and gives what was found wrong with any of them. */
async function during(
  tenant: TenantWorld,
  wrongWith: (state: ProfileState) => string[] | Promise<string[]>,
  work: () => Promise<unknown>,
) {
  const wrong: string[] = [];
  const look = async () => {
    for (const { state } of await tenant.living()) wrong.push(...(await wrongWith(state)));
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
  test('limits hold', async () => {
    await fc.assert(
      fc.asyncProperty(withDelivery(fc.oneof(items, knownItems)), async ({ rounds }) => {
        const tenant = world.newTenant(GROWING);
        const wrongWith = (state: ProfileState) => limitsBroken(tenant, state, GROWING.identifierRules);
        expect(await during(tenant, wrongWith, () => deliverAll(tenant, rounds))).toEqual([]);
      }),
      runs(12),
    );
  });

  test('limits hold where many bring another value of one type to one person at the same moment', async () => {
    const CHANNELS = [Channel.WEB, Channel.CRM, Channel.APP, Channel.STORE];
    const START = Date.UTC(2026, 0, 5);
    const known = (n: number) => ({ type: IdentifierType.USER_ID, value: `known-${n}` });
    const item = (n: number, more: Item['identifiers'][number]): Item => {
      const channel = CHANNELS[n % CHANNELS.length] ?? Channel.WEB;
      const identifiers = [known(n), more];
      return { messageId: `${more.type}-${n}`, channel, identifiers, traits: {}, at: START + n };
    };
    const tenant = world.newTenant(GROWING);
    const shared = { type: IdentifierType.PHONE, value: '+8613912345671' };
    const before = Array.from({ length: 12 }, (_, n) => item(n, shared));
    await tenant.deliver(before);
    expect(await tenant.living()).toHaveLength(1);
    const news = Array.from({ length: 12 }, (_, n) => item(n, { type: IdentifierType.MEMBER_NO, value: `m-${n}` }));
    const wrongWith = (state: ProfileState) => limitsBroken(tenant, state, GROWING.identifierRules);
    const wrong = await during(tenant, wrongWith, () => deliverAll(tenant, [news.map((one) => [one])]));
    expect(wrong).toEqual([]);
    expect(await tenant.persons()).toEqual(await tenant.expectedByDecision([...before, ...news]));
  });

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
