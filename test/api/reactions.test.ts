import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { LinkStore } from '../../src/identities/link.store.js';
import type { CatchUp, ChangeFeed, ChangeListener } from '../../src/platform/change-feed.js';
import type { LiveChange } from '../../src/platform/change-ring.js';
import { type Change, ChangeLog } from '../../src/platform/changes.js';
import type { TenantContext } from '../../src/platform/context.js';
import { ulid } from '../../src/platform/ids.js';
import type { Checkpoint } from '../../src/platform/lease.entity.js';
import { type HeldLease, LeaseStore } from '../../src/platform/lease.store.js';
import { Leases } from '../../src/platform/leases.js';
import { ReactionRunner } from '../../src/platform/reaction-runner.js';
import { REACTION_LEASES, Reactions } from '../../src/platform/reactions.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import { clientOf } from '../support/api-client.js';
import { mergingLink } from '../support/barring-links.js';
import { eventually } from '../support/eventually.js';
import { OwnDatabase } from '../support/own-database.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const PROFILES = Array.from({ length: 40 }, () => `prf_${ulid(new Date())}`);
const TENANT = 'reacting';

let own: OwnDatabase;
let ctx: TenantContext;

beforeAll(async () => {
  own = await OwnDatabase.create();
  ctx = await own.contextOf(TENANT);
});

afterEach(async () => {
  await Promise.all(TestWorker.started.splice(0).map((worker) => worker.stop()));
});
afterAll(() => own.drop());

/** A store that stops answering, as the database does to a process that is cut off or gone. */
class Severable extends LeaseStore {
  private isCut = false;

  cut(): void {
    this.isCut = true;
  }

  override async beat(worker: string): Promise<void> {
    if (this.isCut) throw new Error('cut off');
    await super.beat(worker);
  }
}

/** One worker process's share of the reactions, with a reaction that notes what it is told, and in `log` what all are. */
class TestWorker {
  static readonly started: TestWorker[] = [];
  readonly told: Change[] = [];
  readonly store = new Severable(own.database);
  readonly held = new Map<string, HeldLease>();
  private readonly feed: ChangeFeed = own.feed(1_000);
  private readonly reactions: Reactions;
  private readonly leases: Leases;

  constructor(
    readonly name: string,
    log: Change[] = [],
  ) {
    const note = {
      name: 'note',
      react: async (_ctx: TenantContext, changes: readonly Change[]) => {
        this.told.push(...changes);
        log.push(...changes);
      },
      recompute: async () => undefined,
    };
    const tenants = { ids: () => own.tenants.ids(), contextOf: async () => ctx };
    const runner = new ReactionRunner([note], tenants, { warn: () => undefined, lag: () => undefined });
    this.reactions = new Reactions({ feed: this.feed, leases: this.store, runner, warn: () => undefined });
    const user = {
      gain: (leases: readonly HeldLease[]) => {
        for (const lease of leases) this.held.set(lease.name, lease);
        this.reactions.gain(leases);
      },
      lose: (names: readonly string[]) => {
        for (const name of names) this.held.delete(name);
        this.reactions.lose(names);
      },
      settle: (leases: readonly HeldLease[]) => this.reactions.settle(leases),
    };
    this.leases = new Leases(
      this.store,
      name,
      REACTION_LEASES,
      user,
      () => new Date(),
      () => undefined,
    );
    this.leases.start();
    TestWorker.started.push(this);
  }

  /** How many profiles it was told of in this version. */
  count(version: number): number {
    return new Set(this.told.filter((change) => change.version === version).map(({ profileId }) => profileId)).size;
  }

  async stop(): Promise<void> {
    this.reactions.stop();
    await this.leases.stop();
    await this.feed.stop();
  }
}

const until = (isSo: () => boolean) => eventually(async () => isSo(), Boolean, 60_000);

/** Whether all versions up to one were told of, for each profile. */
const hasAll = (workers: readonly TestWorker[], last: number) => () =>
  PROFILES.every((id) => {
    const versions = new Set(
      workers.flatMap(({ told }) => told.filter(({ profileId }) => profileId === id).map(({ version }) => version)),
    );
    return versions.size >= last;
  });

describe('two workers', () => {
  test('share the partitions; one that is cut off is taken over, nothing is left out, and its late writes find nothing', async () => {
    const log: Change[] = [];
    const first = new TestWorker('wrk_first', log);
    await until(() => first.held.size === 64);
    await own.append(ctx, PROFILES, 1);
    await until(hasAll([first], 1));
    const second = new TestWorker('wrk_second', log);
    const both = [first, second];
    await until(() => first.held.size === 32 && second.held.size === 32);
    for (let version = 2; version <= 5; version += 1) await own.append(ctx, PROFILES, version);
    await until(hasAll(both, 5));
    const lost = [...first.held.values()];
    first.store.cut();
    await own.append(ctx, PROFILES, 6);
    await until(() => first.held.size === 0);
    const toldFirst = first.told.length;
    for (let version = 7; version <= 9; version += 1) await own.append(ctx, PROFILES, version);
    await until(() => second.held.size === 64);
    await until(hasAll(both, 9));
    expect(first.told.length).toBe(toldFirst);
    const before = await second.store.find(REACTION_LEASES);
    await first.store.checkpoint(lost, { changeKey: 'late', token: null, at: new Date(0) });
    await first.store.release(lost);
    expect((await second.store.find(REACTION_LEASES)).map(({ owner }) => owner)).toEqual(
      before.map(() => 'wrk_second'),
    );
    expect((await second.store.find(REACTION_LEASES)).some(({ checkpoint }) => checkpoint?.changeKey === 'late')).toBe(
      false,
    );
    for (const id of PROFILES) {
      // who takes over repeats what came after the checkpoint, and nobody is told of a version before those below it
      const versions = log.filter(({ profileId }) => profileId === id).map(({ version }) => version);
      expect([...new Set(versions)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  }, 300_000);

  test('who comes back goes on where the last one stopped', async () => {
    const before = new TestWorker('wrk_before');
    await until(() => before.held.size === 64);
    await own.append(ctx, PROFILES, 20);
    await until(() => before.count(20) === PROFILES.length);
    await before.stop();
    await own.append(ctx, PROFILES, 21);
    const after = new TestWorker('wrk_after');
    await until(() => after.count(21) === PROFILES.length);
    expect(after.count(20)).toBe(0);
  }, 150_000);
});

test.each([
  { what: 'that a person decided on is finished', isDecided: true },
  { what: 'of people whom nothing makes one is given up', isDecided: false },
])(
  'a merge that was left half done, $what by the server, unasked',
  async ({ isDecided }) => {
    const tenant = await createTenant(`half-done-${isDecided}`);
    const admin = clientOf(tenant);
    // one after the other: of two profiles founded in one moment the lower id would be kept
    await sendAll(admin, [identify({ identifiers: [byUser('kept')], traits: { city: '苏州' } })]);
    await sendAll(admin, [identify({ identifiers: [byUser('absorbed')] })]);
    const [kept, absorbed] = [await idBy(admin, byUser('kept')), await idBy(admin, byUser('absorbed'))];
    await withServices(tenant, async (_, context, database) => {
      const half = { $set: { absorbing: [absorbed] }, $push: { mergedIds: absorbed } };
      await database.collection(Profile).updateOne({ _id: `${tenant}:${kept}` } as object, half as object);
      if (isDecided)
        await new LinkStore(database).add(context, [mergingLink([accountIdOf(kept), accountIdOf(absorbed)])]);
      await new ChangeLog(database).append(context, [
        { profileId: kept, kind: 'UPDATED', version: 2, paths: ['accounts', 'mergedIds'], eventIds: [] },
      ]);
    });
    const isOver = () =>
      withDatabase(async (database) => {
        const found = await database.collection(Profile).findOne({ _id: `${tenant}:${kept}` } as object);
        return [found?.absorbing ?? [], found?.parting ?? []].flat().length === 0;
      });
    await eventually(isOver, (is) => is, 60_000);
    expect((await profileOf(admin, absorbed)).id).toBe(isDecided ? kept : absorbed);
    expect(await profileOf(admin, kept)).toMatchObject({
      traits: { city: '苏州' },
      mergedIds: isDecided ? [absorbed] : [],
    });
  },
  180_000,
);

describe('what a worker keeps', () => {
  const partition = 7;
  const name = REACTION_LEASES[partition] as string;
  const live = (sequence: number): LiveChange => ({
    sequence,
    token: `t${sequence}`,
    change: {
      _id: `T:chg_${sequence}`,
      tenantId: TENANT,
      partition,
      profileId: 'prf_x',
      kind: 'UPDATED',
      version: sequence,
      paths: [],
      eventIds: [],
      at: new Date(),
    },
  });

  /** Reactions over a feed that the test moves by hand, and what they told and kept. */
  function byHand(react: (changes: readonly Change[]) => Promise<void>) {
    const told: number[] = [];
    const kept: string[] = [];
    let listener: ChangeListener | undefined;
    let forgotten = 0;
    const feed = {
      begin: async () => undefined,
      listen: (given: ChangeListener) => {
        listener = given;
        return () => undefined;
      },
      catchUp: async ({ join }: CatchUp) => join(0),
      position: undefined,
    } as unknown as ChangeFeed;
    const leases = {
      checkpoint: async (held: readonly HeldLease[], { changeKey }: Checkpoint) => {
        if (held.length > 0) kept.push(changeKey);
      },
    } as unknown as LeaseStore;
    const reaction = {
      name: 'by hand',
      react: async (_ctx: TenantContext, changes: readonly Change[]) => {
        await react(changes);
        told.push(...changes.map(({ version }) => version));
      },
      forget: () => {
        forgotten += 1;
      },
      recompute: async () => undefined,
    };
    const tenants = { ids: () => own.tenants.ids(), contextOf: async () => ctx };
    const runner = new ReactionRunner([reaction], tenants, { warn: () => undefined, lag: () => undefined });
    const reactions = new Reactions({ feed, leases, runner, warn: () => undefined });
    const lease = { name, epoch: 1, checkpoint: { changeKey: 'start', token: null, at: new Date() } };
    reactions.gain([lease]);
    expect(forgotten).toBe(1); // what was remembered may be changed elsewhere
    return { told, kept, reactions, lease, tell: (...numbers: number[]) => listener?.take(numbers.map(live)) };
  }

  test('is never beyond what was dealt with, though it stops with more waiting', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { told, kept, reactions, lease, tell } = byHand((changes) =>
      changes.some(({ version }) => version === 2) ? held : Promise.resolve(),
    );
    await delay(10);
    tell(1);
    await delay(10);
    tell(2);
    await delay(10);
    tell(3);
    const settled = reactions.settle([lease]);
    release();
    await settled;
    reactions.stop();
    expect(told).toEqual([1, 2]);
    expect(kept.at(-1)).toBe('T:chg_2');
  });

  test('leaves nothing out where the stream was lost in the middle of a piece', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { told, reactions, tell } = byHand((changes) =>
      changes.some(({ version }) => version === 1) ? held : Promise.resolve(),
    );
    await delay(10);
    tell(1, 2, 3);
    reactions.lose();
    await delay(10);
    tell(4, 5, 6);
    release();
    await until(() => told.includes(6));
    expect(told).toEqual(expect.arrayContaining([4, 5, 6]));
    reactions.stop();
  });
});
