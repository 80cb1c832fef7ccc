import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import mongoose from 'mongoose';
import { asUnavailable } from '../../src/platform/database.js';
import { Failures } from '../support/failing-database.js';
import { BEFORE, CRASHED } from '../support/stitching-scripts.js';
import { expectSound } from '../support/stitching-soundness.js';
import { StitchingWorld } from '../support/stitching-world.js';

/** What MongoDB answers where its disk is full. */
const noSpace = () =>
  new mongoose.mongo.MongoServerError({
    code: 14_031,
    codeName: 'OutOfDiskSpace',
    message: 'available disk space of 0 bytes',
  });

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open(new Failures(noSpace));
});
afterAll(() => world.close());

test.each(['before', 'half'] as const)(
  'a disk that is full from any write on (%s): a coded error, and all is well once there is room and the batch comes again',
  async (mode) => {
    const counted = world.newTenant();
    await counted.deliver(BEFORE);
    world.failures.stopAt(Number.POSITIVE_INFINITY, 'before');
    await counted.deliver(CRASHED);
    const { commands } = world.failures;
    for (let step = 1; step <= commands; step += 1) {
      const tenant = world.newTenant();
      await tenant.deliver(BEFORE);
      world.failures.stopAt(step, mode);
      const refused = await tenant.deliver(CRASHED).catch((error: unknown) => asUnavailable(error));
      expect(refused).toMatchObject({ code: 'SERVICE_UNAVAILABLE', message: expect.stringContaining('no space') });
      await world.failures.restart();
      await tenant.deliver(CRASHED);
      await expectSound(tenant, [...BEFORE, ...CRASHED], []);
    }
  },
);
