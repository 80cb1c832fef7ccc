import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Channel } from '../../src/channels/channel.js';
import type { AppError } from '../../src/platform/errors.js';
import { Stopped } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { BEFORE, BETWEEN, CRASHED, phone, user } from '../support/stitching-scripts.js';
import { expectSound } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Two processes on one database. */
let world: StitchingWorld;
let other: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  [world, other] = await Promise.all([StitchingWorld.open(), StitchingWorld.open()]);
});
afterAll(() => Promise.all([world.close(), other.close()]));

/** How many commands a batch takes after BEFORE. */
async function commandsOf(batch: readonly Item[]): Promise<number> {
  const tenant = world.newTenant();
  await tenant.deliver(BEFORE);
  await world.failures.restart();
  await tenant.deliver(batch);
  return world.failures.commands;
}

/** Holds a batch up before one of its commands until `meanwhile`, in the other process, is done. */
async function holdUp(tenant: TenantWorld, batch: readonly Item[], step: number, meanwhile: () => Promise<unknown>) {
  const { reached, release } = world.failures.holdAt(step);
  const delivery = tenant.deliver(batch);
  await Promise.race([reached, delivery]);
  await meanwhile().finally(release);
  await delivery;
  await world.failures.restart();
}

const at = BEFORE[0]?.at ?? 0;
/** What the other process brings of the same accounts, newer than CRASHED and with identifiers of its own. */
const OVERTAKING: readonly Item[] = [
  ...BETWEEN,
  {
    messageId: 'o1',
    channel: Channel.MINI_PROGRAM,
    identifiers: [user(4), phone(3)],
    traits: { name: 'Fay' },
    at: at + 20,
  },
  {
    messageId: 'o2',
    channel: Channel.MINI_PROGRAM,
    identifiers: [user(3), phone(2)],
    traits: { city: 'Kyiv' },
    at: at + 21,
  },
];

describe('a batch that is held up before any of its commands', () => {
  test.each([
    { batch: CRASHED, meanwhile: OVERTAKING },
    { batch: OVERTAKING, meanwhile: CRASHED },
  ])('comes to the same as one that was not', async ({ batch, meanwhile }) => {
    const steps = await commandsOf(batch);
    for (let step = 1; step <= steps; step += 1) {
      const tenant = world.newTenant();
      await tenant.deliver(BEFORE);
      await holdUp(tenant, batch, step, () => other.tenant(tenant.tenantId).deliver(meanwhile));
      await expectSound(tenant, [...BEFORE, ...batch, ...meanwhile], []).catch((error: unknown) => {
        throw new Error(`Held up before command ${step} of ${steps}.`, { cause: error });
      });
    }
  });

  const NAMED: Item = {
    messageId: 'n',
    channel: Channel.WEB,
    identifiers: [user(1)],
    traits: { name: 'Gil' },
    at: at + 30,
  };
  const JOINING: Item = {
    messageId: 'j',
    channel: Channel.WEB,
    identifiers: [user(1), phone(2)],
    traits: {},
    at: at + 31,
  };

  /** Before the commands in which an item of a known account is written: it was read as it stood. */
  test.each([4, 5, 6])('before command %s, does not hide what another process left half done', async (step) => {
    const stops = await commandsOf([JOINING]);
    for (let stop = 6; stop < stops; stop += 1) {
      const tenant = world.newTenant();
      const there = other.tenant(tenant.tenantId);
      await tenant.deliver(BEFORE);
      await holdUp(tenant, [NAMED], step, async () => {
        other.failures.stopAt(stop, 'before');
        await expect(there.deliver([JOINING])).rejects.toThrow(Stopped);
        await other.failures.restart();
      });
      await there.deliver([JOINING]);
      await expectSound(tenant, [...BEFORE, NAMED, JOINING], []);
    }
  });

  test.each([0, 1])('by hand into person %s, comes to the same', async (into) => {
    const steps = await commandsOf(CRASHED);
    for (let step = 2; step <= steps; step += 2) {
      const tenant = world.newTenant();
      await tenant.deliver(BEFORE);
      const accounts = [user(1), user(2)].map((one) => tenant.accountIdOf(Channel.WEB, one));
      const ids = await tenant.profileIdsOf(into === 0 ? accounts : accounts.reverse());
      const merge = () => other.tenant(tenant.tenantId).merge(ids[0] ?? '', ids[1] ?? '');
      await holdUp(tenant, CRASHED, step, () => merge().catch(() => undefined));
      const keys = ids.map((id) => `${tenant.tenantId}:${id}`);
      await expectSound(tenant, [...BEFORE, ...CRASHED], keys);
    }
  });
});

describe('a merge by hand', () => {
  const accountsOf = (tenant: TenantWorld) => [
    tenant.accountIdOf(Channel.WEB, user(1)),
    tenant.accountIdOf(Channel.WEB, user(2)),
  ];
  const directions = [0, 1].map((into, round) => ({ into, round }));

  test.each(directions)('into person $into while their events come in, round $round', async ({ into }) => {
    const tenant = world.newTenant();
    await tenant.deliver(BEFORE);
    const accounts = accountsOf(tenant);
    const [survivor, other] = await tenant.profileIdsOf([accounts[into] ?? '', accounts[1 - into] ?? '']);
    const events = [...BETWEEN.slice(0, 1), ...BETWEEN.slice(2, 4)];
    const merging = tenant.merge(survivor ?? '', other ?? '');
    await Promise.all([merging, ...events.map((one) => tenant.deliver([one]))]);
    expect(await tenant.persons()).toEqual(tenant.expected([...BEFORE, ...events], [accounts]));
    expect(await tenant.profileIdsOf(accounts)).toEqual([survivor, survivor]);
    expect((await merging).mergedIds).toEqual([other]);
  });

  test.each(directions)('into person $into while events join them anyway, round $round', async ({ into }) => {
    const tenant = world.newTenant();
    await tenant.deliver(BEFORE);
    const accounts = accountsOf(tenant);
    const ids = await tenant.profileIdsOf([accounts[into] ?? '', accounts[1 - into] ?? '']);
    const merging = tenant.merge(ids[0] ?? '', ids[1] ?? '').catch((error: AppError) => error.code);
    await Promise.all([merging, ...CRASHED.map((one) => tenant.deliver([one]))]);
    await expectSound(
      tenant,
      [...BEFORE, ...CRASHED],
      ids.map((id) => `${tenant.tenantId}:${id}`),
    );
    expect([undefined, 'BAD_USER_INPUT']).toContain(
      await merging.then((end) => (typeof end === 'string' ? end : undefined)),
    );
  });
});
