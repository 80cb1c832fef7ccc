import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { blindedCollections } from '../../src/collections.js';
import type { JobRun } from '../../src/jobs/job-kind.js';
import { BLINDING_DECISIONS } from '../../src/sealing/blinding-decisions.js';
import { ReindexService } from '../../src/sealing/reindex.service.js';
import { ResealStore } from '../../src/sealing/reseal.store.js';
import { accountModel } from '../support/account-model.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { demandErasure, LEAVING, meetDemands, naming, STAYING, twoPeople } from '../support/erased-people.js';
import { FAILURE_MODES, type FailureMode, Failures, failingDatabase } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { RotatingKeys } from '../support/rotating-keys.js';
import { BEFORE, phone, runs, script, user } from '../support/stitching-scripts.js';
import { KEYS, StitchingWorld, type TenantWorld } from '../support/stitching-world.js';
import { storedTokens } from '../support/stored-tokens.js';

let world: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

/** A tenant whose index key gives way, and the job at it, which may be stopped and begun again. */
class Rotation {
  readonly keys = new RotatingKeys(KEYS);
  readonly failures = new Failures();
  readonly tenant: TenantWorld;
  private checkpoint: unknown = null;

  constructor(settings?: Parameters<StitchingWorld['newTenant']>[0]) {
    this.tenant = world.newTenant(settings, this.keys);
  }

  /** The same tenant as another process sees it, that hears of the key late. */
  late(): TenantWorld {
    return world.tenant(this.tenant.tenantId, undefined, this.keys.late());
  }

  async run(): Promise<Record<string, unknown>> {
    const database = failingDatabase(world.database, this.failures);
    const waits = { known: 0, settled: 0 };
    const job = new ReindexService(new ResealStore(database), this.keys, blindedCollections(database), waits);
    const run: JobRun = {
      id: 'job',
      checkpoint: this.checkpoint,
      signal: new AbortController().signal,
      context: async () => this.tenant.newContext(),
      save: async (checkpoint) => {
        this.checkpoint = checkpoint;
      },
      progress: async () => undefined,
    };
    const result = await job.run(this.tenant.newContext(), { rotate: true, dryRun: false }, run);
    this.checkpoint = null;
    return result;
  }

  /** Runs it until a command, and lets another process go on where it stopped. */
  async runStopped(step: number, mode: FailureMode, meanwhile: () => Promise<unknown>): Promise<void> {
    this.failures.stopAt(step, mode);
    const isStopped = await this.run().then(
      () => false,
      () => true,
    );
    await this.failures.restart();
    if (isStopped) await meanwhile();
  }

  /** Runs it to its end: afterwards nothing is stored under any version but the one in force. */
  async finish(): Promise<void> {
    expect(await this.run()).toMatchObject({ remaining: {}, unreadable: 0, formerVersions: 0 });
    const { current } = this.keys.versions;
    const all = await storedTokens(world.database, this.tenant.tenantId);
    const others = all.filter(
      ({ place, version }) => version !== current.id && BLINDING_DECISIONS[place] === 'RENEWED',
    );
    expect(others).toEqual([]);
  }

  /** Whom each identifier leads to. */
  async lookedUp(items: readonly Item[]): Promise<(string | null)[]> {
    const found: (string | null)[] = [];
    for (const { type, value } of items.flatMap(({ identifiers }) => identifiers)) {
      const identifier = { type, value, namespace: null };
      const profile = await world.services.lookUps.profileByIdentifier(this.tenant.newContext(), identifier);
      found.push(profile?.id ?? null);
    }
    return found;
  }
}

const A: Item = {
  messageId: 'a',
  channel: Channel.WEB,
  identifiers: [user(1), phone(1)],
  traits: {},
  at: BEFORE[0]?.at ?? 0,
};
const B: Item = { ...A, messageId: 'b', channel: Channel.CRM, identifiers: [user(2), phone(1)] };

describe('at one moment', () => {
  test('who comes while others are stored under the former version meets them', async () => {
    const rotation = new Rotation();
    await rotation.tenant.deliver([A]);
    await rotation.runStopped(1, 'before', () => rotation.tenant.deliver([B]));
    expect(await rotation.tenant.persons()).toEqual(rotation.tenant.expected([A, B]));
    expect(new Set(await rotation.lookedUp([A, B])).size).toBe(1);
    await rotation.finish();
  });

  test('who took the former version for the one in force, and wrote after all was moved, has written again', async () => {
    const rotation = new Rotation();
    await rotation.keys.addIndexKey();
    const late = rotation.late();
    await rotation.finish();
    await late.deliver([A]);
    expect(await rotation.lookedUp([A])).not.toContain(null);
    await rotation.tenant.deliver([B]);
    expect(await rotation.tenant.persons()).toEqual(rotation.tenant.expected([A, B]));
    await rotation.finish();
  });

  test('whom a claim lets go of while it is moved does not come back', async () => {
    const rotation = new Rotation({});
    const { id, accountIds } = await twoPeople(rotation.tenant);
    await demandErasure(world, rotation.tenant, id);
    const { reached, release } = rotation.failures.holdAt(2);
    const moving = rotation.run();
    await reached;
    await meetDemands(world, rotation.tenant);
    release();
    await moving;
    await rotation.finish();
    expect(await naming(world, rotation.tenant, [...accountIds, id])).toEqual([]);
    const { rejected } = await rotation.tenant.deliver(LEAVING);
    expect(rejected.map(({ code }) => code)).toEqual(LEAVING.map(() => 'PERSON_ERASED'));
  });
});

const plan = fc.record({
  items: script,
  cuts: fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 }), fc.nat({ max: 99 })),
  step: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 4, max: 16 })), // claims come first
  mode: fc.constantFrom(...FAILURE_MODES),
  act,
});

function partsOf(items: readonly Item[], cuts: readonly number[]): Item[][] {
  const places = [0, ...cuts.map((cut) => Math.floor((cut * items.length) / 100)).sort((a, b) => a - b), items.length];
  return places.slice(1).map((end, at) => items.slice(places[at], end));
}

describe('while the index key gives way', () => {
  test('people come to be as without, wherever the job is killed, and duplicates stay duplicates', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ items, cuts, step, mode }) => {
        const rotation = new Rotation();
        const { tenant } = rotation;
        const [before = [], between = [], beside = [], after = []] = partsOf(items, cuts);
        const deliver = async (part: readonly Item[]) => part.length > 0 && (await tenant.deliver(part));
        await deliver(before);
        await rotation.runStopped(step, mode, () => deliver(between));
        await deliver(between);
        await Promise.all([rotation.run(), deliver(beside)]);
        await deliver(after);
        const { accepted } = await tenant.deliver(items);
        expect(accepted).toBe(0);
        await rotation.finish();
        expect(await tenant.persons()).toEqual(tenant.expected(items));
        const found = await rotation.lookedUp(items);
        await rotation.finish(); // under one more version
        expect(await rotation.lookedUp(items)).toEqual(found);
        expect(found).not.toContain(null);
        expect((await tenant.deliver(items)).accepted).toBe(0);
        expect(await tenant.persons()).toEqual(tenant.expected(items));
      }),
      runs(4),
    );
  });

  test('of two processes that have not both heard of the new one, neither misses what the other claims', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (items) => {
        const rotation = new Rotation();
        const late = rotation.late(); // never hears of it
        await rotation.keys.addIndexKey();
        const knowing = rotation.late();
        rotation.keys.inForce = async () => {
          const half = Math.floor(items.length / 2);
          const rest = items.slice(half).map((one) => rotation.tenant.deliver([one]));
          await Promise.all([...items.slice(0, half).map((one) => knowing.deliver([one])), ...rest]);
        };
        await rotation.finish();
        rotation.keys.inForce = async () => undefined;
        expect(await rotation.tenant.persons()).toEqual(rotation.tenant.expected(items));
        await expect(late.deliver(items)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
        expect(await rotation.tenant.persons()).toEqual(rotation.tenant.expected(items));
      }),
      runs(3),
    );
  });

  test('what people do by hand holds, and whom a model finds alike is found', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ items, step, mode, act: done }) => {
        const rotation = new Rotation({ matchModel: 1, matchThresholds: { link: 0.5, review: 0.1 } });
        const { tenant } = rotation;
        const model = accountModel();
        await tenant.learn(model);
        const half = Math.ceil(items.length / 2);
        await tenant.deliver(items.slice(0, half));
        await tenant.matchLive();
        await rotation.runStopped(step, mode, () => doByHand(tenant, done));
        await tenant.deliver(items);
        await tenant.matchLive();
        await rotation.finish();
        expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(items, model));
        await rotation.finish();
      }),
      runs(3),
    );
  });
});

describe('an erasure', () => {
  /** Every fourth command each; `PROPERTY_RUNS` asks for every one in every way. */
  const stride = process.env.PROPERTY_RUNS ? 1 : 5;

  test.each(FAILURE_MODES)(
    'beside the job, wherever that is killed (%s), leaves nothing of the person',
    async (mode) => {
      for (let step = 1; step <= 16; step += stride) {
        const rotation = new Rotation({});
        const { tenant } = rotation;
        const { id, accountIds } = await twoPeople(tenant);
        const identifiers = await rotation.lookedUp(STAYING);
        await demandErasure(world, tenant, id);
        await rotation.runStopped(step, mode, () => meetDemands(world, tenant));
        await Promise.all([rotation.run(), meetDemands(world, tenant)]);
        await rotation.finish();
        const { rejected } = await tenant.deliver(LEAVING);
        expect(rejected.map(({ code }) => code)).toEqual(LEAVING.map(() => 'PERSON_ERASED'));
        expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(STAYING));
        expect(await rotation.lookedUp(STAYING)).toEqual(identifiers);
        expect(await naming(world, tenant, [...accountIds, id])).toEqual([]);
      }
    },
  );
});
