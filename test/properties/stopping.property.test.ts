import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { FAILURE_MODES, type FailureMode, Stopped } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { BEFORE, BETWEEN, CRASHED, runs, scriptAndDelivery } from '../support/stitching-scripts.js';
import { deliverAll, expectSound } from '../support/stitching-soundness.js';
import { StitchingWorld } from '../support/stitching-world.js';

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
