import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { FAILURE_MODES, type FailureMode, Stopped } from '../support/failing-database.js';
import { type Joined, joinedPeople, LATER } from '../support/parted-people.js';
import { expectSettled } from '../support/parting-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Two processes on one database. */
let world: StitchingWorld;
let other: StitchingWorld;
jest.setTimeout(600_000);
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

type Doing = (tenant: TenantWorld, joined: Joined) => Promise<unknown>;

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
  const finishers = Object.values(endings);
  /** Every third command each, so that all are stopped at; `PROPERTY_RUNS` asks for every one in every way. */
  const stride = process.env.PROPERTY_RUNS ? 1 : FAILURE_MODES.length;
  const cases = FAILURE_MODES.map((mode, offset) => ({ mode, offset }));

  async function stopAndFinish(step: number, mode: FailureMode, finish: (typeof finishers)[0]) {
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

  test.each(cases)('$mode one of its commands: another finishes it', async ({ mode, offset }) => {
    const steps = await commandsOf(partAll);
    expect(steps).toBeGreaterThan(10);
    let begun = 0;
    for (let step = 1 + offset; step <= steps; step += stride) {
      const finish = finishers[Math.floor(step / stride) % finishers.length] ?? endings['the reaction'];
      begun += await stopAndFinish(step, mode, finish).then(Number, (error: unknown) => {
        throw new Error(`Stopped ${mode} command ${step} of ${steps}.`, { cause: error });
      });
    }
    expect(begun).toBeGreaterThan(2);
  });
});

/** Joins the profile to one that was founded before it, or to what it has become by then. */
const joinStranger: Doing = async (tenant, { id, stranger }) => tenant.merge(stranger, id).catch(() => undefined);

describe('taking a profile apart while another process', () => {
  const again = (tenant: TenantWorld, joined: Joined) => partAll(tenant, joined);
  const meanwhiles = {
    'does the same': again,
    'parts it otherwise': (tenant: TenantWorld, { id, parts: [a = [], b = [], c = [], d = [], e = []] }: Joined) =>
      tenant.part(id, [[...a, ...d], [...b, ...e], c]),
    'brings events of all of them': (tenant: TenantWorld) => tenant.deliver(LATER.slice(0, 4)),
    'brings an account that joins one': (tenant: TenantWorld) => tenant.deliver(LATER),
    'makes it one with another': joinStranger,
  };
  const cases = Object.entries(meanwhiles).map(([name, meanwhile], offset) => ({ name, meanwhile, offset }));

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

  /** Every fifth command: `PROPERTY_RUNS` asks for all. */
  async function holdAtEach(held: Doing, meanwhile: Doing, check: Doing, offset: number): Promise<void> {
    const steps = await commandsOf(held);
    const stride = process.env.PROPERTY_RUNS ? 1 : 5;
    for (let step = 1 + (offset % stride); step <= steps; step += stride) {
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
      if (['does the same', 'brings events of all of them'].includes(name)) await expectParted(tenant, joined);
    };

  test.each(cases)('$name, comes to the same', async ({ name, meanwhile, offset }) => {
    await holdAtEach(partAll, meanwhile, checkOf(name), offset);
  });

  test.each(cases.slice(2))('$name, which is held up', async ({ name, meanwhile, offset }) => {
    await holdAtEach(meanwhile, partAll, checkOf(name), offset + 1);
  });
});
