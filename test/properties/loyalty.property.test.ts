import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/platform/errors.js';
import { FAILURE_MODES, type FailureMode, Failures, Stopped } from '../support/failing-database.js';
import { type Deed, LoyalPeople, PROGRAMME, script } from '../support/loyal-people.js';
import { booksOf, faultsOf } from '../support/loyalty-books.js';
import { runs } from '../support/stitching-scripts.js';
import { StitchingWorld } from '../support/stitching-world.js';

const failures = new Failures();
const REFUSALS = ['CONFLICT', 'NOT_FOUND', 'BAD_USER_INPUT'];

let worlds: StitchingWorld[];
jest.setTimeout(900_000);
beforeAll(async () => {
  worlds = [await StitchingWorld.open(failures), await StitchingWorld.open()];
});
afterAll(() => Promise.all(worlds.map((world) => world.close())));

/** The same people as two writers see them. */
async function twoWriters(): Promise<[LoyalPeople, LoyalPeople]> {
  const settings = { loyalty: PROGRAMME };
  const [first, second] = worlds as [StitchingWorld, StitchingWorld];
  const own = first.newTenant(settings);
  const people = new LoyalPeople(first, own);
  await people.found();
  return [people, new LoyalPeople(second, second.tenant(own.tenantId, settings))];
}

/** Does something, which may be refused by its code and may not fail otherwise. */
async function doIt(people: LoyalPeople, one: Deed): Promise<void> {
  try {
    await people.do(one);
  } catch (error) {
    if (!(error instanceof AppError) || !REFUSALS.includes(error.code)) throw error;
  }
}

/** Whether a process stopped while it did something. */
async function isStoppedIn(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return false;
  } catch (error) {
    if (error instanceof Stopped) return true;
    throw error;
  }
}

/** Stops a writer at each command of taking points, does it again, and returns how many commands there were. */
async function stopsIn(people: LoyalPeople, id: string, mode: FailureMode): Promise<number> {
  for (let step = 1; ; step += 1) {
    await people.post(id, 150, `more-${mode}-${step}`);
    failures.stopAt(step, mode);
    const isStopped = await isStoppedIn(() => people.post(id, -150, `stop-${mode}-${step}`));
    await failures.restart();
    expect((await people.post(id, -150, `stop-${mode}-${step}`)).points).toBe(200);
    if (!isStopped) return step - 1;
  }
}

describe('the points ledger', () => {
  test('balances after whatever two writers do at once, has nobody below 0, and repeating changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (rounds) => {
        const [one, other] = await twoWriters();
        for (const [mine, theirs] of rounds) {
          await Promise.all([doIt(one, mine), doIt(other, theirs)]);
          expect(faultsOf(await booksOf(one.world.database, one.tenantId))).toEqual([]);
        }
        await Promise.all([one.react(), other.react()]);
        const before = await booksOf(one.world.database, one.tenantId);
        expect(faultsOf(before)).toEqual([]);
        expect(await one.unsettled()).toEqual([]);
        const done = rounds.flat().filter((repeated) => one.isDone(repeated) || other.isDone(repeated));
        for (const repeated of done) await Promise.all([doIt(one, repeated), doIt(other, repeated)]);
        await one.react();
        expect(await booksOf(one.world.database, one.tenantId)).toEqual(before);
      }),
      runs(15),
    );
  });

  test('is whole again after a stop at any command, once what was begun is begun again', async () => {
    const [one] = await twoWriters();
    const [a = '', b = ''] = await one.ids();
    await one.merge(a, b);
    let stops = 0;
    for (const mode of FAILURE_MODES) stops += await stopsIn(one, a, mode);
    expect(stops).toBeGreaterThan(9);
    expect(faultsOf(await booksOf(one.world.database, one.tenantId))).toEqual([]);
  });
});
