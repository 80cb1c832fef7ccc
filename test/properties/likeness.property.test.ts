import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { accountModel } from '../support/account-model.js';
import { act, doByHand, reviewOne } from '../support/acts-by-hand.js';
import type { Item } from '../support/naive-stitching.js';
import { identifierAmong, runs, withDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

const START = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
const SETTINGS = { sharedByMost: 2, matchModel: 1, matchThresholds: { link: 0.5, review: 0.1 } } as const;
const MODEL = accountModel();

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const VALUES = {
  [IdentifierType.USER_ID]: ['user-1', 'user-2', 'user-3'],
  [IdentifierType.ANONYMOUS_ID]: ['browser-1', 'browser-2', 'browser-3'],
} as const;

const identifier = identifierAmong(VALUES);

const traits = fc.record(
  {
    name: fc.constantFrom('司徒婉清', '司徒晚晴', '王强', null),
    birthday: fc.constantFrom('1985-03-12', '1985-12-03', '1992-07-25', null),
    city: fc.constantFrom('苏州市', '杭州市', null),
  },
  { requiredKeys: [] },
);

const items = fc
  .array(
    fc.record({
      channel: fc.constantFrom(Channel.WEB, Channel.CRM, Channel.APP),
      identifiers: fc.uniqueArray(identifier, { minLength: 1, maxLength: 2, selector: ({ type }) => type }),
      traits,
      at: fc.constantFrom(0, 1, 8).map((days) => START + days * DAY),
    }),
    { minLength: 3, maxLength: 9 },
  )
  .map((all): Item[] => all.map((one, n) => ({ ...one, messageId: `m${n}` })));

const delivered = withDelivery(items);

async function newTenant(): Promise<TenantWorld> {
  const tenant = world.newTenant(SETTINGS);
  await tenant.learn(MODEL);
  return tenant;
}

/** Reviews what waits for a person, else merges or unmerges; whether there was something to review. */
async function actOn(tenant: TenantWorld, what: Parameters<typeof doByHand>[1]): Promise<boolean> {
  if (await reviewOne(tenant, what)) return true;
  await doByHand(tenant, what);
  return false;
}

describe('with a model in force, the same observations come to the same people', () => {
  let [alike, reviewed] = [0, 0];

  test('in any order, batching and repetition, matched between rounds or while they are sent', async () => {
    await fc.assert(
      fc.asyncProperty(delivered, fc.array(fc.boolean()), async ({ items: all, rounds }, isMatchedBetween) => {
        const tenant = await newTenant();
        for (const [n, round] of rounds.entries()) {
          const sent = deliverAll(tenant, [round]);
          if (isMatchedBetween[n]) await Promise.all([sent, tenant.matchLive()]);
          await sent;
        }
        await tenant.matchLive();
        const expected = await tenant.expectedByDecision(all, MODEL);
        if (expected.length < (await tenant.expectedByDecision(all)).length) alike += 1;
        expect(await tenant.persons()).toEqual(expected);
        expect((await tenant.events()).length).toBe(all.length);
      }),
      runs(15),
    );
  });

  test('with merges, unmerges and reviews in between', async () => {
    const scripts = fc.tuple(delivered, fc.array(act, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(scripts, async ([{ items: all, rounds }, acts]) => {
        const tenant = await newTenant();
        for (const [n, round] of rounds.entries()) {
          await deliverAll(tenant, [round]);
          await tenant.matchLive();
          if (acts[n] && (await actOn(tenant, acts[n]))) reviewed += 1;
        }
        await tenant.matchLive();
        expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(all, MODEL));
      }),
      runs(10),
    );
  });

  test('and likeness made some of them one, and others a person did', () => {
    expect(alike).toBeGreaterThan(0);
    expect(reviewed).toBeGreaterThan(0);
  });
});
