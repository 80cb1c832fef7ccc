import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { idOf } from '../../src/platform/ids.js';
import { expectSettled, livingIds } from '../support/parting-soundness.js';
import { essenceOf } from '../support/profile-essence.js';
import { BEFORE, BETWEEN, runs, scriptAndDelivery, user } from '../support/stitching-scripts.js';
import { deliverAll } from '../support/stitching-soundness.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** The accounts of the two people of BEFORE: the web accounts are the founders'. */
const webOf = (tenant: TenantWorld) => [1, 2].map((n) => tenant.accountIdOf(Channel.WEB, user(n)));

/** Two people made one by hand; the accounts of each, the first that of the survivor. */
async function merged(tenant: TenantWorld, into: number) {
  await tenant.deliver(BEFORE);
  const before = await tenant.living();
  const ids = await tenant.profileIdsOf(webOf(tenant));
  const parts = ids.map((id) => before.find(({ state }) => state.id === id)?.accountIds ?? []);
  await tenant.merge(ids[into] ?? '', ids[1 - into] ?? '');
  return { before, ids, parts };
}

describe('merging, then taking apart', () => {
  test.each([0, 1])('into person %s gives back what stood before', async (into) => {
    const tenant = world.newTenant();
    const { before, ids, parts } = await merged(tenant, into);
    const [joined] = await tenant.living();
    expect(joined?.state.mergedIds).toEqual([ids[1 - into]]);
    expect((await tenant.part(ids[into] ?? '', parts)).sort()).toEqual([...ids].sort());
    expect(await tenant.persons()).toEqual(tenant.expected(BEFORE));
    const after = await tenant.living();
    expect(after.map(({ state }) => state.id).sort()).toEqual([...ids].sort());
    for (const { state, accountIds } of after) {
      const known = before.find((one) => one.state.id === state.id);
      expect(accountIds).toEqual(known?.accountIds);
      expect(essenceOf(state)).toEqual(known && essenceOf(known.state));
      expect(state).toMatchObject({ mergedIds: [], parting: [], absorbing: [] });
      if (state.id !== ids[into]) {
        expect(state.seniority).toBe(known?.state.seniority);
        expect(state.createdAt).toEqual(known?.state.createdAt);
      }
      expect(state.version).toBe((joined?.state.version ?? 0) + 1);
    }
  });

  test('what came in between is on the right side', async () => {
    const tenant = world.newTenant();
    const { ids, parts } = await merged(tenant, 0);
    const between = BETWEEN.slice(0, 1).concat(BETWEEN.slice(2, 4));
    await tenant.deliver(between);
    await tenant.part(ids[0] ?? '', parts);
    expect(await tenant.persons()).toEqual(tenant.expected([...BEFORE, ...between]));
    expect(await tenant.profileIdsOf(webOf(tenant))).toEqual(ids);
  });
});

/** What is done to a tenant's profiles: one is taken apart along some cuts, or two are made one, or more comes in. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('part' as const),
    which: fc.nat(),
    cuts: fc.array(fc.nat({ max: 2 }), { minLength: 8, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant('merge' as const), which: fc.nat(), other: fc.nat() }),
  fc.record({ kind: fc.constant('set' as const), which: fc.nat(), value: fc.constantFrom('King', 'Queen', null) }),
);

async function partRandomly(tenant: TenantWorld, which: number, cuts: readonly number[]): Promise<void> {
  const living = await tenant.living();
  const { state, accountIds } = present(living[which % living.length]);
  const founder = `acc_${state.id.slice(4)}`;
  const numberOf = (id: string) => cuts[accountIds.indexOf(id) % cuts.length] ?? 0;
  const parts = [0, 1, 2]
    .map((cut) => accountIds.filter((id) => numberOf(id) === cut))
    .filter((part) => part.length > 0);
  const { version } = state;
  await tenant.part(state.id, parts);
  const after = await tenant.living();
  for (const part of parts) {
    const roots = new Set(await tenant.profileIdsOf(part));
    expect(roots.size).toBe(1);
    const [id] = roots;
    expect(id === state.id).toBe(part.includes(founder));
    const now = present(after.find((one) => one.state.id === id));
    expect(now.accountIds).toEqual(part);
    if (parts.length > 1) expect(now.state.version).toBe(version + 1);
    if (id !== state.id) expect(id).toBe(idExpected(state.mergedIds, part) ?? id);
  }
  const documents = await tenant.profileDocuments();
  await tenant.part(state.id, parts);
  expect(await tenant.profileDocuments()).toEqual(documents);
}

/** The only id that was a profile before, if there is just one. */
function idExpected(mergedIds: readonly string[], part: readonly string[]): string | undefined {
  const before = mergedIds.filter((id) => part.includes(`acc_${id.slice(4)}`));
  return before.length === 1 ? before[0] : undefined;
}

async function mergeRandomly(tenant: TenantWorld, which: number, other: number): Promise<void> {
  const ids = await livingIds(tenant);
  const [into, from] = [ids[which % ids.length] ?? '', ids[other % ids.length] ?? ''];
  if (into !== from) await tenant.merge(into, from);
}

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function take(tenant: TenantWorld, one: Step): Promise<void> {
  if (one.kind === 'part') await partRandomly(tenant, one.which, one.cuts);
  else if (one.kind === 'merge') await mergeRandomly(tenant, one.which, one.other);
  else await tenant.setTrait(present((await livingIds(tenant))[0]), 'city', one.value);
}

describe('any script of merging, taking apart and setting traits', () => {
  test('leaves every account in one profile that says what its accounts say, and every id leading there', async () => {
    await fc.assert(
      fc.asyncProperty(scriptAndDelivery, fc.array(step, { minLength: 3, maxLength: 8 }), async ({ rounds }, steps) => {
        const tenant = world.newTenant();
        const shown = new Set(await deliverAll(tenant, rounds).then((keys) => keys.map(idOf)));
        for (const one of steps) {
          await take(tenant, one);
          for (const id of await livingIds(tenant)) shown.add(id);
          await expectSettled(tenant, shown);
        }
      }),
      runs(12),
    );
  });
});

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('There is none.');
  return value;
}
