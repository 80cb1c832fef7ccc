import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Channel } from '../../src/channels/channel.js';
import { ERASURE_DECISIONS } from '../../src/rights/erasure-decisions.js';
import {
  demandErasure,
  LEAVING,
  meetDemands,
  naming,
  STAYING,
  storedDemand,
  twoPeople,
} from '../support/erased-people.js';
import { FAILURE_MODES, type FailureMode } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { BEFORE, user } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Two processes on one database. */
let world: StitchingWorld;
let other: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  [world, other] = await Promise.all([StitchingWorld.open(), StitchingWorld.open()]);
});
afterAll(() => Promise.all([world.close(), other.close()]));

const at = BEFORE[0]?.at ?? 0;

type People = Awaited<ReturnType<typeof twoPeople>>;

/** Nothing of the one is left, and the other is as if the one had never been. */
async function expectErased(tenant: TenantWorld, { accountIds, id }: People, demandId: string): Promise<void> {
  const { state, counts, certificate } = await storedDemand(world, tenant, demandId);
  expect([state, counts.accounts_web, counts.events]).toEqual(['SUCCEEDED', 1, 3]);
  expect(JSON.parse(certificate ?? '{}')).toMatchObject({ signed: expect.stringContaining(id) });
  expect(await naming(world, tenant, [...accountIds, id])).toEqual([]);
  expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(STAYING));
  const { rejected } = await tenant.deliver(LEAVING);
  expect(rejected.map(({ code }) => code)).toEqual(LEAVING.map(() => 'PERSON_ERASED'));
  expect(await naming(world, tenant, [...accountIds, id])).toEqual([]);
}

describe('a process that is killed in the middle of an erasure', () => {
  /** Every fifteenth command each; `PROPERTY_RUNS` asks for every one in every way. */
  const stride = process.env.PROPERTY_RUNS ? 1 : 15;
  const cases = FAILURE_MODES.map((mode, n) => ({ mode, offset: process.env.PROPERTY_RUNS ? 0 : n * 5 }));

  async function stopAndGoOn(step: number, mode: FailureMode): Promise<void> {
    const tenant = world.newTenant({});
    const people = await twoPeople(tenant);
    const demandId = await demandErasure(world, tenant, people.id);
    world.failures.stopAt(step, mode);
    await meetDemands(world, tenant).catch(() => undefined);
    await world.failures.restart();
    const { state, error } = await storedDemand(world, tenant, demandId);
    // a killed process notes nothing: here the stop is met as a fault, and noted where it is the last command but one
    if (state === 'FAILED') throw new Error(`It was noted as failed: ${error}`);
    await meetDemands(world, tenant);
    await expectErased(tenant, people, demandId);
  }

  test('takes a number of commands that does not grow with what other people have', async () => {
    const tenant = world.newTenant({});
    const people = await twoPeople(tenant);
    const demandId = await demandErasure(world, tenant, people.id);
    await world.failures.restart();
    await meetDemands(world, tenant);
    const erased = Object.values(ERASURE_DECISIONS).filter((decision) => decision === 'ERASED');
    expect(world.failures.commands).toBeLessThan(8 + 4 * erased.length);
    await expectErased(tenant, people, demandId);
  });

  test('of 10,000 events takes two commands for each 500 of them more, and its time is told', async () => {
    const tenant = world.newTenant({});
    const people = await twoPeople(tenant);
    const events = Array.from({ length: 10_000 }, (_, n): Item => {
      return { messageId: `many-${n}`, channel: Channel.WEB, identifiers: [user(1)], traits: {}, at: at + n };
    });
    for (const half of [events.slice(0, 5_000), events.slice(5_000)]) await tenant.deliver(half);
    const demandId = await demandErasure(world, tenant, people.id);
    await world.failures.restart();
    const started = performance.now();
    await meetDemands(world, tenant);
    const seconds = (performance.now() - started) / 1_000;
    process.stdout.write(`A person of 10,000 events was erased in ${seconds.toFixed(1)} s.\n`);
    expect(world.failures.commands).toBeLessThan(90 + 2 * (10_000 / 500) + 10);
    expect((await storedDemand(world, tenant, demandId)).counts.events).toBe(10_003);
    expect(await naming(world, tenant, [...people.accountIds, people.id])).toEqual([]);
  });

  test.each(cases)('$mode one of its commands: another finishes it', async ({ mode, offset }) => {
    const tenant = world.newTenant({});
    const people = await twoPeople(tenant);
    await demandErasure(world, tenant, people.id);
    await world.failures.restart();
    await meetDemands(world, tenant);
    const steps = world.failures.commands;
    for (let step = 1 + offset; step <= steps; step += stride) {
      await stopAndGoOn(step, mode).catch((error: unknown) => {
        throw new Error(`Stopped ${mode} command ${step} of ${steps}.`, { cause: error });
      });
    }
  });
});

describe('an erasure while another process', () => {
  test('is in the middle of taking in what the person did: nothing of it is left', async () => {
    const late = LEAVING.map((item) => ({ ...item, messageId: `late-${item.messageId}`, at: item.at + 50 }));
    const counting = world.newTenant({});
    await twoPeople(counting);
    await other.failures.restart();
    await other.tenant(counting.tenantId, {}).deliver(late);
    const steps = other.failures.commands;
    expect(steps).toBeGreaterThan(5);
    for (let step = 1; step <= steps; step += 1) {
      const tenant = world.newTenant({});
      const people = await twoPeople(tenant);
      const demandId = await demandErasure(world, tenant, people.id);
      const { reached, release } = other.failures.holdAt(step);
      const taking = other.tenant(tenant.tenantId, {}).deliver(late);
      await Promise.race([reached, taking]);
      const erasing = meetDemands(world, tenant);
      if (step < steps) await erasing;
      release();
      await Promise.all([erasing, taking]);
      await other.failures.restart();
      const left = await naming(world, tenant, [...people.accountIds, people.id]);
      // who is held up for longer than an erasure waits may still tell of a profile, and store an event that nobody can open
      expect([step, left.filter((one) => !/^(events|changes) /.test(one))]).toEqual([step, []]);
      expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(STAYING));
      expect((await storedDemand(world, tenant, demandId)).state).toBe('SUCCEEDED');
    }
  });
});
