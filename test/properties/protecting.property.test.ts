import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import type { Item } from '../support/naive-stitching.js';
import { identifierAmong, runs, withDelivery } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

const START = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
const SETTINGS = {
  identifierRules: { EMAIL: { most: 1 }, ANONYMOUS_ID: { most: 1 } },
  sharedByMost: 2,
} as const;

let world: StitchingWorld;
jest.setTimeout(180_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const VALUES = {
  [IdentifierType.USER_ID]: ['user-1', 'user-2', 'user-3'],
  [IdentifierType.ANONYMOUS_ID]: ['browser-1', 'browser-2'],
  [IdentifierType.PHONE]: ['+8613912345671', '+8613912345672'],
  [IdentifierType.EMAIL]: ['wang@shop.cn', 'li@shop.cn'],
} as const;

const identifier = identifierAmong(VALUES);

const traits = fc.record(
  {
    name: fc.constantFrom('王伟', '李娜', '王强', null),
    birthday: fc.constantFrom('1985-03-12', '1992-07-25', null),
    city: fc.constantFrom('杭州', '上海'),
  },
  { requiredKeys: [] },
);

const items = fc
  .array(
    fc.record({
      channel: fc.constantFrom(Channel.WEB, Channel.CRM, Channel.APP),
      identifiers: fc.uniqueArray(identifier, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
      traits,
      at: fc.constantFrom(0, 1, 8, 40).map((days) => START + days * DAY),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((all): Item[] => all.map((one, n) => ({ ...one, messageId: `m${n}` })));

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
        const tenant = world.newTenant(SETTINGS);
        await deliverAll(tenant, rounds);
        await expectDecided(tenant, all);
      }),
      runs(12),
    );
  });

  test('with merges and unmerges in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        delivered,
        fc.array(act, { minLength: 1, maxLength: 3 }),
        async ({ items: all, rounds }, acts) => {
          const tenant = world.newTenant(SETTINGS);
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

/** Each is known by a user id, and shares one thing with others. */
const knownItems = items
  .filter(({ length }) => length > 3)
  .chain((all) =>
    fc
      .tuple(
        ...all.map(() =>
          fc.tuple(
            fc.constantFrom(...VALUES.USER_ID).map((value) => ({ type: IdentifierType.USER_ID, value })),
            identifier.filter(({ type }) => type !== IdentifierType.USER_ID),
          ),
        ),
      )
      .map((identifiers): Item[] => all.map((one, n) => ({ ...one, identifiers: identifiers[n] ?? [] }))),
  );

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
