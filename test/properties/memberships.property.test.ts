import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { RuleInput } from '../../src/segments/rule.inputs.js';
import { EventAggregate, NumericOperator, Operator } from '../../src/segments/rule-operator.js';
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

const NAMES = ['Order Completed', 'Product Viewed'];
const CITIES = ['苏州', '成都'];

const eventRule = fc
  .record({
    name: fc.constantFrom(...NAMES),
    withinDays: fc.constantFrom(1, 3, null),
    aggregate: fc.constantFrom(
      EventAggregate.COUNT,
      EventAggregate.SUM,
      EventAggregate.AVG,
      EventAggregate.DAYS_SINCE_LAST,
    ),
    op: fc.constantFrom(NumericOperator.GTE, NumericOperator.LT),
    value: fc.constantFrom(1, 2, 30),
  })
  .map((event): RuleInput => {
    const isOfTotal = event.aggregate === EventAggregate.SUM || event.aggregate === EventAggregate.AVG;
    return { event: { ...event, ...(isOfTotal && { property: 'total' }) } };
  });
const cityRule = fc
  .constantFrom(...CITIES)
  .map((value): RuleInput => ({ trait: { path: 'city', op: Operator.EQ, value } }));
const TAGS = { hand: null, short: 2 } as const;
const tagRule = fc.constantFrom('hand', 'short', 'ruled').map((tag): RuleInput => ({ tag }));
/** Of a tag: it leads back to none. */
const plainRule: fc.Arbitrary<RuleInput> = fc.oneof(eventRule, cityRule, fc.constant<RuleInput>({ tag: 'short' }));
const rule: fc.Arbitrary<RuleInput> = fc.oneof(
  { weight: 3, arbitrary: eventRule },
  { weight: 1, arbitrary: cityRule },
  { weight: 2, arbitrary: tagRule },
  { weight: 1, arbitrary: fc.tuple(tagRule, cityRule).map(([a, b]): RuleInput => ({ any: [{ not: a }, b] })) },
  { weight: 1, arbitrary: fc.tuple(eventRule, cityRule).map(([a, b]): RuleInput => ({ all: [a, { not: b }] })) },
);

const deed = fc.record({
  user: fc.nat({ max: 3 }),
  name: fc.constantFrom(...NAMES),
  total: fc.constantFrom(0.1, 0.2, 10, 25),
  daysAgo: fc.constantFrom(0, 0, 1, 2, 5),
  city: fc.option(fc.constantFrom(...CITIES), { nil: undefined }),
});
const tagging = fc.record({
  key: fc.constantFrom('hand', 'short'),
  isOn: fc.constantFrom(true, true, false),
  at: fc.nat({ max: 4 }),
});
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('deed' as const), deed }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('act' as const), act }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('clock' as const), days: fc.constantFrom(1, 2) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tag' as const), tagging }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rule' as const), at: fc.nat(), rule, plainRule }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(memberships: MembershipWorld, one: Step): Promise<void> {
  if (one.kind === 'deed') await memberships.does(one.deed);
  else if (one.kind === 'act') await doByHand(memberships.tenant, one.act);
  else if (one.kind === 'clock') memberships.moveClock(one.days);
  else if (one.kind === 'tag') await memberships.tags(one.tagging);
  else await memberships.redefine(one.at, one.rule, one.plainRule);
}

/** All agree: what is kept, what profiles tell, the naive evaluator, and the stream's sums. */
async function expectAgreement(memberships: MembershipWorld): Promise<void> {
  const members = await memberships.members();
  expect(members).toEqual(await memberships.naiveMembers());
  expect(await memberships.shown()).toEqual(members);
  const sizes = Object.fromEntries(Object.entries(members).map(([id, all]) => [id, all.length]));
  expect(await memberships.balance()).toEqual(sizes);
}

/** A tenant with segments of these rules, with tags that they name, and one that names a segment. */
async function worldOf(rules: readonly RuleInput[], plain: RuleInput): Promise<MembershipWorld> {
  const memberships = new MembershipWorld(world, world.newTenant());
  for (const name of NAMES) await memberships.does({ user: 9, name, total: 1, daysAgo: 9 });
  await memberships.react(); // from then on rules may name what these brought along
  for (const [key, ttlDays] of Object.entries(TAGS)) await memberships.defineTag(key, ttlDays);
  await memberships.defineRuleTag('ruled', plain);
  for (const one of rules) await memberships.define(one);
  await memberships.defineRuleTag('above', { segment: memberships.segments.at(-1)?.id ?? '' });
  await memberships.evaluateAll();
  return memberships;
}

test('memberships are those of the naive evaluator after every step, and a recomputation changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 2, maxLength: 4 }),
      plainRule,
      fc.array(step, { minLength: 6, maxLength: 12 }),
      async (rules, plain, steps) => {
        const memberships = await worldOf(rules, plain);
        for (const one of steps) {
          await take(memberships, one);
          await memberships.react(one.kind === 'deed' ? one.deed.user : 0);
          await expectAgreement(memberships);
        }
        await memberships.recompute();
        await expectAgreement(memberships);
      },
    ),
    { ...runs(5), endOnFailure: true },
  );
});

test('a tag that runs out takes along what rules make of it, and nothing else need happen', async () => {
  const memberships = new MembershipWorld(world, world.newTenant());
  await memberships.does({ user: 1, name: NAMES[0] ?? '', total: 1, daysAgo: 0 });
  await memberships.defineTag('short', 2);
  await memberships.defineRuleTag('ruled', { tag: 'short' });
  await memberships.define({ not: { tag: 'ruled' } });
  await memberships.evaluateAll();
  const sizes = async () => Object.values(await memberships.members()).map(({ length }) => length);
  const seen: number[][] = [];
  for (const days of [0, 1, 2]) {
    memberships.moveClock(days);
    if (days < 2) await memberships.tags({ key: 'short', isOn: true, at: 0 });
    await memberships.react();
    await expectAgreement(memberships);
    seen.push(await sizes());
  }
  expect(seen).toEqual([
    [1, 1, 0],
    [1, 1, 0],
    [0, 0, 1],
  ]);
});

test.each(FAILURE_MODES)(
  'a worker stopped %s any of its commands loses and doubles nothing once another goes on',
  async (mode) => {
    const memberships = new MembershipWorld(world, world.newTenant());
    const [name = ''] = NAMES;
    const recent = { name, aggregate: EventAggregate.COUNT, op: NumericOperator.GTE, value: 1, withinDays: 1 };
    await memberships.define({ event: recent });
    await memberships.define({ trait: { path: 'city', op: Operator.EQ, value: CITIES[0] } });
    await memberships.defineTag('short', 2);
    await memberships.evaluateAll();
    for (let step = 1, isStopped = true; isStopped; step += 1) {
      expect(step).toBeLessThan(40);
      await memberships.does({ user: step % 5, name, total: 1, daysAgo: 0, city: CITIES[step % 2] });
      await memberships.does({ user: 7, name: NAMES[1] ?? '', total: 1, daysAgo: 0, city: CITIES[step % 2] });
      await memberships.tags({ key: 'short', isOn: step % 4 !== 0, at: step % 2 });
      failures.stopAt(step, mode);
      isStopped = await memberships.react().then(
        () => false,
        () => true,
      );
      await failures.restart();
      await memberships.react();
      await expectAgreement(memberships);
    }
  },
);
