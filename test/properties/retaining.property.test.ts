import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { STORED } from '../../src/collections.js';
import { collectionOf } from '../../src/platform/entity.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import { RETENTION_DECISIONS } from '../../src/retention/retention-decisions.js';
import { PrivacyRequestKind } from '../../src/rights/privacy-request.entity.js';
import { meetDemands, storedDemand, takeDown } from '../support/erased-people.js';
import { FAILURE_MODES } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { expectDerived } from '../support/parting-soundness.js';
import { done, RetainJob } from '../support/retained-events.js';
import { phone, runs } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const RULES = { events: { SERVICE: 30, ANALYTICS: 90 } };

/** Three people; the first has agreed to analytics, the second has taken that back. */
const people = fc.record({
  ages: fc.array(fc.tuple(fc.constantFrom(1, 2, 3), fc.integer({ min: 0, max: 120 })), { minLength: 1, maxLength: 60 }),
  stop: fc.option(fc.tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom(...FAILURE_MODES))),
  dryRun: fc.boolean(),
});

const daysOf = (person: number) => (person === 1 ? 90 : 30);

async function profileOf(tenant: TenantWorld, person: number): Promise<string> {
  const { channel, identifiers } = done(person, 0, 0);
  const [identifier] = identifiers;
  if (!identifier) throw new Error('Somebody without an identifier.');
  return (await tenant.profileIdsOf([tenant.accountIdOf(channel, identifier)]))[0] ?? '';
}

async function peopled(items: readonly Item[]): Promise<TenantWorld> {
  const tenant = world.newTenant();
  await tenant.deliver(items);
  await tenant.recordConsent(await profileOf(tenant, 1), ConsentPurpose.ANALYTICS, true);
  await tenant.recordConsent(await profileOf(tenant, 2), ConsentPurpose.ANALYTICS, true);
  await tenant.recordConsent(await profileOf(tenant, 2), ConsentPurpose.ANALYTICS, false);
  return tenant;
}

const storedIn = async (tenant: TenantWorld) => (await tenant.events()).map(({ messageId }) => messageId).sort();

describe('what is kept no more', () => {
  test('goes, and nothing else does, wherever the job is stopped; a profile is as one derived anew', async () => {
    await fc.assert(
      fc.asyncProperty(people, async ({ ages, stop, dryRun }) => {
        const everyone = [1, 2, 3].map((person) => done(person, 0, -1));
        const items = [...everyone, ...ages.map(([person, age], n) => done(person, age, n))];
        const tenant = await peopled(items);
        const young = items.filter(({ messageId }) => {
          const [, person = '', age = ''] = /^p(\d)-.*-(\d+)$/.exec(messageId) ?? [];
          return Number(age) < daysOf(Number(person));
        });
        const job = RetainJob.of(world, tenant, RULES, dryRun);
        if (stop) {
          world.failures.stopAt(...stop);
          await job.run().catch(() => undefined);
          await world.failures.restart();
        }
        const result = await job.run();
        expect(result).toMatchObject({ dryRun, events: items.length - young.length, restricted: 0 });
        const left = dryRun ? items : young;
        expect(await storedIn(tenant)).toEqual(left.map(({ messageId }) => messageId).sort());
        await expectDerived(tenant);
        const shown = (await tenant.persons()).flatMap(({ events }) => events);
        expect(shown.filter((id) => !left.some(({ messageId }) => messageId === id))).toEqual([]);
      }),
      runs(12),
    );
  });

  test('of an account with thousands of events goes in bounded steps, whichever of them is the last', async () => {
    const old = Array.from({ length: 1_200 }, (_, n) => ({ ...done(3, 40, n), at: done(3, 40, 0).at - (n % 400) }));
    const young = Array.from({ length: 30 }, (_, n) => done(3, 1, 2_000 + n));
    const everyone = [1, 2].map((person) => done(person, 0, -1));
    for (let step = 1; step < 60; step += 6) {
      const tenant = await peopled([...old, ...young, ...everyone]);
      const job = RetainJob.of(world, tenant, RULES);
      world.failures.stopAt(step, FAILURE_MODES[step % 3] ?? 'before');
      const ended = await job.run().catch(() => undefined);
      await world.failures.restart();
      expect(ended ?? (await job.run())).toMatchObject({ events: 1_200 });
      expect(await storedIn(tenant)).toEqual([...young, ...everyone].map(({ messageId }) => messageId).sort());
      await expectDerived(tenant);
      if (ended) return;
    }
    throw new Error('It never came to its end.');
  });

  test('goes as well of somebody with more accounts than a profile shows', async () => {
    const tenant = world.newTenant();
    const both = [60, 2].flatMap((age) => Array.from({ length: 80 }, (_, n) => done(100 + n, age, n)));
    const items = both.map((item) => ({ ...item, identifiers: [...item.identifiers, phone(1)] }));
    for (const half of [items.slice(0, 80), items.slice(80)]) await tenant.deliver(half);
    const [crowd, ...others] = await tenant.living();
    expect([crowd?.accountIds.length, crowd?.state.accountsLeftOut, others]).toEqual([80, true, []]);
    await expectDerived(tenant);
    expect(await RetainJob.of(world, tenant, RULES).run()).toMatchObject({ events: 80, profiles: 0 });
    expect(await storedIn(tenant)).toEqual(
      items
        .slice(80)
        .map(({ messageId }) => messageId)
        .sort(),
    );
    await expectDerived(tenant);
  });

  test('of people whose data are restricted stays', async () => {
    const items = [done(1, 200, 1), done(2, 200, 1), done(3, 200, 1)];
    const tenant = await peopled(items);
    const demandId = await takeDown(world, tenant, await profileOf(tenant, 3), PrivacyRequestKind.RESTRICTION);
    await meetDemands(world, tenant);
    expect((await storedDemand(world, tenant, demandId)).state).toBe('SUCCEEDED');
    expect(await RetainJob.of(world, tenant, RULES).run()).toMatchObject({ events: 2, restricted: 1 });
    expect(await storedIn(tenant)).toEqual([items[2]?.messageId]);
  });
});

test('without rules nothing is looked at', async () => {
  const tenant = await peopled([1, 2, 3].map((person) => done(person, 3_000, 1)));
  expect(await RetainJob.of(world, tenant, {}).run()).toMatchObject({ events: 0, quarantine: 0 });
  expect(await storedIn(tenant)).toHaveLength(3);
});

test('for every collection it is decided how long it is kept', () => {
  const names = STORED.map((type) => collectionOf(type).collection.replace(/^accounts_.*/, 'accounts'));
  expect(Object.keys(RETENTION_DECISIONS).sort()).toEqual([...new Set(names)].sort());
});
