import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { limitsBroken } from '../support/broken-limits.js';
import { FAILURE_MODES, type FailureMode, Stopped } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { BEFORE, BETWEEN, CRASHED, email, phone, runs, scriptAndDelivery, user } from '../support/stitching-scripts.js';
import { deliverAll, expectSound } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

async function commandsOfABatch(): Promise<number> {
  const tenant = world.newTenant();
  await tenant.deliver(BEFORE);
  world.failures.stopAt(Number.POSITIVE_INFINITY, 'before');
  await tenant.deliver(CRASHED);
  return world.failures.commands;
}

/** Sends a batch whose process stops at a command, then what others send, then the batch again. */
async function crashAndRetry(step: number, mode: FailureMode, between: readonly Item[]): Promise<void> {
  const tenant = world.newTenant();
  await tenant.deliver(BEFORE);
  world.failures.stopAt(step, mode);
  await expect(tenant.deliver(CRASHED)).rejects.toThrow(Stopped);
  await world.failures.restart();
  for (const one of between) await tenant.deliver([one]);
  await tenant.deliver(CRASHED);
  await expectSound(tenant, [...BEFORE, ...CRASHED, ...between], []);
}

describe('a process that stops in the middle of a batch', () => {
  const betweens = [[], BETWEEN.slice(0, 2), BETWEEN.slice(2, 4), BETWEEN];
  const cases = FAILURE_MODES.map((mode, offset) => ({ mode, offset }));

  test.each(cases)('$mode each of its commands: the retry makes up for it', async ({ mode, offset }) => {
    const steps = await commandsOfABatch();
    expect(steps).toBeGreaterThan(8);
    for (let step = 1; step <= steps; step += 1) {
      const between = betweens[(step + offset) % betweens.length] ?? [];
      await crashAndRetry(step, mode, between).catch((error: unknown) => {
        throw new Error(`Stopped ${mode} command ${step} of ${steps}, ${between.length} between.`, { cause: error });
      });
    }
  });

  const stops = fc.array(fc.option(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom(...FAILURE_MODES))), {
    minLength: 1,
    maxLength: 6,
  });
  test('at any moments of any script: the retries make up for it', async () => {
    await fc.assert(
      fc.asyncProperty(scriptAndDelivery, stops, async ({ items, rounds }, stopping) => {
        const tenant = world.newTenant();
        for (const [index, round] of rounds.entries()) {
          const stop = stopping[index % stopping.length];
          if (stop) world.failures.stopAt(...stop);
          await Promise.allSettled(round.map((batch) => tenant.deliver(batch)));
          await world.failures.restart();
        }
        await expectSound(tenant, items, await deliverAll(tenant, rounds));
      }),
      runs(10),
    );
  });
});

describe('an account that was claimed for, and whose sender does not come back', () => {
  const START = Date.UTC(2026, 0, 5);
  const DAY = 86_400_000;
  const item = (messageId: string, day: number, rest: Pick<Item, 'channel' | 'identifiers' | 'traits'>): Item => {
    return { messageId, ...rest, at: START + day * DAY };
  };
  /** Two people, and an account that is the first's by its email until the second comes, whose phone it has. */
  const first = { channel: Channel.WEB, identifiers: [user(1), email(0)], traits: { birthday: '1985-03-12' } };
  const second = { channel: Channel.APP, identifiers: [user(2), phone(2)], traits: { birthday: '1992-07-25' } };
  const between = item('x', 1, { channel: Channel.CRM, identifiers: [phone(2), email(0)], traits: {} });
  const OTHERS = [item('a1', 2, first), item('b1', 3, second), item('a2', 4, first), item('b2', 5, second)];

  async function commandsOfIt(): Promise<number> {
    const tenant = world.newTenant({});
    await tenant.deliver([item('a0', 0, first)]);
    world.failures.stopAt(Number.POSITIVE_INFINITY, 'before');
    await tenant.deliver([between]);
    return world.failures.commands;
  }

  test('keeps nobody from writing those between whom it stands; when it comes back, all is as if it had not been away', async () => {
    const steps = await commandsOfIt();
    const left: TenantWorld[] = [];
    for (let step = 1; step <= steps; step += 1) {
      const tenant = world.newTenant({});
      await tenant.deliver([item('a0', 0, first)]);
      world.failures.stopAt(step, 'before');
      await expect(tenant.deliver([between])).rejects.toThrow(Stopped);
      await world.failures.restart();
      left.push(tenant);
    }
    await Promise.all(left.map(expectToGoOn));
  });

  async function expectToGoOn(tenant: TenantWorld): Promise<void> {
    for (const one of OTHERS) await tenant.deliver([one]);
    await tenant.restitch();
    const accounts = [tenant.accountIdOf(Channel.WEB, user(1)), tenant.accountIdOf(Channel.APP, user(2))];
    const [a, b] = await tenant.profileIdsOf(accounts);
    expect(a).not.toBe(b);
    await tenant.deliver([between]);
    const all = [item('a0', 0, first), between, ...OTHERS];
    expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(all));
  }
});

describe('a merge that its writer has begun and does not finish, while the absorbed comes to hold what a limit forbids', () => {
  const START = Date.UTC(2026, 0, 5);
  const member = (value: string) => ({ type: IdentifierType.MEMBER_NO, value });
  const settings = { identifierRules: { USER_ID: { most: null } } };
  const of = (n: number, messageId: string, more: Item['identifiers']): Item => {
    const channel = n === 1 ? Channel.WEB : Channel.CRM;
    return { messageId, channel, identifiers: [user(n), ...more], traits: {}, at: START + Number(messageId.slice(1)) };
  };
  const KNOWN = [of(1, 'm0', [phone(1), member('one')]), of(2, 'm1', [])];
  const JOINING = of(2, 'm2', [phone(1)]);
  const LATER = [of(2, 'm3', [member('two')]), of(1, 'm4', [email(0)])];

  async function begun(): Promise<TenantWorld> {
    const tenant = world.newTenant(settings);
    for (const one of KNOWN) await tenant.deliver([one]);
    return tenant;
  }

  test('comes to an end: at no moment is anybody beyond the limit, and all that came in is there', async () => {
    const known = await begun();
    world.failures.stopAt(Number.POSITIVE_INFINITY, 'before');
    await known.deliver([JOINING]);
    const steps = world.failures.commands;
    const left: TenantWorld[] = [];
    let unfinished = 0;
    for (let step = 1; step <= steps; step += 1) {
      const tenant = await begun();
      world.failures.stopAt(step, 'before');
      await expect(tenant.deliver([JOINING])).rejects.toThrow(Stopped);
      await world.failures.restart();
      const living = await tenant.living();
      if (living.length > 1 && living.some(({ state }) => state.absorbing.length > 0)) unfinished += 1;
      left.push(tenant);
    }
    expect(unfinished).toBeGreaterThan(0);
    await Promise.all(left.map(expectApart));
  });

  async function expectApart(tenant: TenantWorld): Promise<void> {
    for (const one of LATER) {
      await tenant.deliver([one]);
      await expectWithinLimits(tenant);
    }
    await tenant.restitch();
    await expectWithinLimits(tenant);
    await tenant.deliver([JOINING]);
    await expectWithinLimits(tenant);
    expect(await tenant.persons()).toEqual(await tenant.expectedByDecision([...KNOWN, JOINING, ...LATER]));
    for (const { state } of await tenant.living()) expect(state).toMatchObject({ absorbing: [], parting: [] });
  }

  async function expectWithinLimits(tenant: TenantWorld): Promise<void> {
    const living = await tenant.living();
    const broken = living.map(({ state }) => limitsBroken(tenant, state, settings.identifierRules));
    expect((await Promise.all(broken)).flat()).toEqual([]);
  }
});
