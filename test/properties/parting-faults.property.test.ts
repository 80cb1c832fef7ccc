import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FAILURE_MODES, type FailureMode, Stopped } from '../support/failing-database.js';
import { type Joined, joinedPeople, LATER } from '../support/parted-people.js';
import { expectSettled } from '../support/parting-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Two processes on one database. */
let world: StitchingWorld;
let other: StitchingWorld;
jest.setTimeout(240_000);
beforeAll(async () => {
  [world, other] = await Promise.all([StitchingWorld.open(), StitchingWorld.open()]);
});
afterAll(() => Promise.all([world.close(), other.close()]));

/** How many commands something takes. */
async function commandsOf(doing: (tenant: TenantWorld, joined: Joined) => Promise<unknown>): Promise<number> {
  const tenant = world.newTenant();
  const joined = await joinedPeople(tenant);
  await world.failures.restart();
  await doing(tenant, joined);
  return world.failures.commands;
}

const partAll = (tenant: TenantWorld, { id, parts }: Joined) => tenant.part(id, parts);

async function expectParted(tenant: TenantWorld, { parts, ids }: Joined): Promise<void> {
  const roots = await Promise.all(parts.map((part) => tenant.profileIdsOf(part)));
  const distinct = roots.map((own) => [...new Set(own)]);
  expect(distinct.map((own) => own.length)).toEqual(parts.map(() => 1));
  expect(new Set(distinct.flat()).size).toBe(parts.length);
  expect(distinct.flat().slice(0, 3)).toEqual(ids.slice(0, 3));
  expect(distinct.flat()).toContain(ids[3]);
}

describe('a process that stops in the middle of taking a profile apart', () => {
  const endings = {
    'the reaction': (tenant: TenantWorld) => tenant.complete(),
    'the same call': (tenant: TenantWorld, joined: Joined) => partAll(tenant, joined),
    'the reaction, after events of all of them': async (tenant: TenantWorld) => {
      for (const one of LATER.slice(0, 4)) await tenant.deliver([one]);
      await tenant.complete();
    },
  };
  const cases = FAILURE_MODES.flatMap((mode) => Object.entries(endings).map(([by, finish]) => ({ mode, by, finish })));

  async function stopAndFinish(step: number, mode: FailureMode, finish: (typeof cases)[0]['finish']) {
    const tenant = world.newTenant();
    const joined = await joinedPeople(tenant);
    world.failures.stopAt(step, mode);
    await expect(partAll(tenant, joined)).rejects.toThrow(Stopped);
    await world.failures.restart();
    const isBegun = (await tenant.living()).some(({ state }) => state.parting.length > 0);
    await finish(tenant, joined);
    await expectSettled(tenant, joined.ids);
    if (isBegun) await expectParted(tenant, joined);
    return isBegun;
  }

  test.each(cases)('$mode each of its commands: $by finishes it', async ({ mode, finish }) => {
    const steps = await commandsOf(partAll);
    expect(steps).toBeGreaterThan(10);
    let begun = 0;
    for (let step = 1; step <= steps; step += 1) {
      begun += await stopAndFinish(step, mode, finish).then(Number, (error: unknown) => {
        throw new Error(`Stopped ${mode} command ${step} of ${steps}.`, { cause: error });
      });
    }
    expect(begun).toBeGreaterThan(5);
  });
});

describe('taking a profile apart while another process', () => {
  const again = (tenant: TenantWorld, joined: Joined) => partAll(tenant, joined);
  const meanwhiles = {
    'does the same': again,
    'parts it otherwise': (tenant: TenantWorld, { id, parts: [a = [], b = [], c = [], d = [], e = []] }: Joined) =>
      tenant.part(id, [[...a, ...d], [...b, ...e], c]),
    'brings events of all of them': (tenant: TenantWorld) => tenant.deliver(LATER.slice(0, 4)),
    'brings an account that joins one': (tenant: TenantWorld) => tenant.deliver(LATER),
  };
  const cases = Object.entries(meanwhiles).map(([name, meanwhile]) => ({ name, meanwhile }));

  type Doing = (tenant: TenantWorld, joined: Joined) => Promise<unknown>;
  /** Holds one up before one of its commands until the other, in another process, is done. */
  async function holdUp(step: number, held: Doing, meanwhile: Doing): Promise<[TenantWorld, Joined]> {
    const tenant = world.newTenant();
    const joined = await joinedPeople(tenant);
    await world.failures.restart();
    const { reached, release } = world.failures.holdAt(step);
    const doing = held(tenant, joined);
    await Promise.race([reached, doing]);
    await meanwhile(other.tenant(tenant.tenantId), joined).finally(release);
    await doing;
    await world.failures.restart();
    await tenant.complete();
    return [tenant, joined];
  }

  async function holdAtEach(held: Doing, meanwhile: Doing, check: Doing): Promise<void> {
    const steps = await commandsOf(held);
    for (let step = 1; step <= steps; step += 1) {
      const [tenant, joined] = await holdUp(step, held, meanwhile);
      await check(tenant, joined).catch((error: unknown) => {
        throw new Error(`Held up before command ${step} of ${steps}.`, { cause: error });
      });
    }
  }

  const checkOf =
    (name: string): Doing =>
    async (tenant, joined) => {
      await expectSettled(tenant, joined.ids);
      if (!name.includes('otherwise') && !name.includes('joins')) await expectParted(tenant, joined);
    };

  test.each(cases)('$name, comes to the same', async ({ name, meanwhile }) => {
    await holdAtEach(partAll, meanwhile, checkOf(name));
  });

  test.each(cases.slice(2))('$name, which is held up', async ({ name, meanwhile }) => {
    await holdAtEach(meanwhile, partAll, checkOf(name));
  });
});
