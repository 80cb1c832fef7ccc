import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { LifecycleStage } from '../../src/lifecycle/lifecycle-stage.js';
import type { RuleInput } from '../../src/segments/rule.inputs.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { FAILURE_MODES, Failures } from '../support/failing-database.js';
import { MembershipWorld } from '../support/membership-world.js';
import { runs } from '../support/stitching-scripts.js';
import { StitchingWorld } from '../support/stitching-world.js';

jest.setTimeout(900_000);

const failures = new Failures();
let world: StitchingWorld;
beforeAll(async () => {
  world = await StitchingWorld.open(failures);
});
afterAll(() => world.close());

const REACTIONS = ['memberships', 'lifecycle'];
const NAMES = ['Order Completed', 'Order Completed', 'Signed Up', 'Page Viewed', 'Invite Sent', 'Unsubscribed'];
const { ACQUISITION, AWARENESS, CHURN, CONVERSION, REFERRAL, RETENTION } = LifecycleStage;
const RULES: readonly RuleInput[] = [
  { lifecycle: [CONVERSION, RETENTION, REFERRAL] },
  { all: [{ lifecycle: [ACQUISITION, AWARENESS, CHURN] }, { not: { tier: ['CHURN_RISK'] } }] },
  { tier: ['HIGH_VALUE', 'MEDIUM_VALUE', 'POTENTIAL'] },
  { any: [{ tier: ['LOW_VALUE'] }, { lifecycle: [CHURN] }] },
];

const deed = fc.record({
  user: fc.nat({ max: 7 }),
  name: fc.constantFrom(...NAMES),
  total: fc.constantFrom(0.1, 0.2, 10, 25),
  daysAgo: fc.constantFrom(0, 0, 1, 20, 33, 65, 100),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deed' as const), deed }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('act' as const), act }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clock' as const), days: fc.constantFrom(1, 29, 31, 60) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('score' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(customers: MembershipWorld, one: Step): Promise<void> {
  if (one.kind === 'deed') await customers.does(one.deed);
  else if (one.kind === 'act') await doByHand(customers.tenant, one.act);
  else if (one.kind === 'clock') customers.moveClock(one.days);
  else await customers.score();
}

/** What is noted, what segments say, and the stream's sums are what the naive evaluator finds. */
async function expectAgreement(customers: MembershipWorld): Promise<void> {
  expect(await customers.customers()).toEqual(await customers.naiveCustomers());
  const members = await customers.members();
  expect(members).toEqual(await customers.naiveMembers());
  const sizes = Object.fromEntries(Object.entries(members).map(([id, all]) => [id, all.length]));
  expect(await customers.balance()).toEqual(sizes);
}

async function begin(): Promise<MembershipWorld> {
  const customers = new MembershipWorld(world, world.newTenant(), REACTIONS);
  for (let user = 0; user < 6; user += 1)
    for (let n = 0; n <= user; n += 1)
      await customers.does({ user, name: 'Order Completed', total: 10 * user, daysAgo: 90 - 15 * user + n });
  await customers.react();
  for (const rule of RULES) await customers.define(rule);
  await customers.evaluateAll();
  await customers.score();
  await customers.react();
  return customers;
}

test('stages, tiers and segments of them are those of the naive evaluator after every step, and a recomputation changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
      const customers = await begin();
      await expectAgreement(customers);
      for (const one of steps) {
        await take(customers, one);
        await customers.react(one.kind === 'deed' ? one.deed.user % 3 : 0);
        await expectAgreement(customers);
      }
      await customers.recompute();
      await expectAgreement(customers);
    }),
    { ...runs(4), endOnFailure: true },
  );
});

test.each(FAILURE_MODES)('a worker stopped %s any of its commands leaves what another makes good', async (mode) => {
  const customers = new MembershipWorld(world, world.newTenant(), ['lifecycle']);
  const told = async () => (await customers.tenant.told()).filter(({ paths }) => paths.includes('lifecycle')).length;
  for (let step = 1, isStopped = true; isStopped; step += 1) {
    expect(step).toBeLessThan(30);
    const [user, before] = [step % 3, await told()];
    await customers.does({ user, name: step % 2 === 0 ? 'Unsubscribed' : 'Order Completed', total: 1, daysAgo: 0 });
    await customers.does({ user: 3, name: step % 2 === 0 ? 'Order Completed' : 'Unsubscribed', total: 1, daysAgo: 0 });
    failures.stopAt(step, mode);
    isStopped = await customers.react().then(
      () => false,
      () => true,
    );
    await failures.restart();
    await customers.react();
    expect(await customers.customers()).toEqual(await customers.naiveCustomers());
    if (step > 3) expect(await told()).toBeGreaterThan(before); // what has turned was told of
    const pending = (await customers.tenant.profileDocuments()).filter(({ customer }) => customer?.untold.length);
    expect(pending).toEqual([]);
  }
});
