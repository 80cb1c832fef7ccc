import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import {
  joinLimits,
  LIMIT_KINDS,
  type LimitFact,
  lastLimits,
  limitsBinding,
  limitsIn,
  NO_LIMITS,
} from '../../src/privacy/processing-limit.rules.js';
import { mayBeUsed } from '../../src/profiles/permitted-use.rules.js';
import { PrivacyRequestKind } from '../../src/rights/privacy-request.entity.js';
import { accountModel } from '../support/account-model.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { meetDemands, takeDown } from '../support/erased-people.js';
import { FAILURE_MODES, Stopped } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { expectDerived } from '../support/parting-soundness.js';
import { runs, script } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

const { RESTRICTION, OBJECTION } = PrivacyRequestKind;

let world: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const ACCOUNTS = ['a', 'b', 'c', 'd'];
const fact = fc
  .record({
    kind: fc.constantFrom(...LIMIT_KINDS),
    granted: fc.boolean(),
    at: fc.nat({ max: 6 }).map((n) => new Date(n)),
    accountIds: fc.uniqueArray(fc.constantFrom(...ACCOUNTS), { minLength: 1 }).map((ids) => [...ids].sort()),
  })
  .map((said): LimitFact => ({ ...said, id: `lim_${JSON.stringify(said)}` }));

describe('what is kept of limits', () => {
  test('does not depend on the order, on how they were grouped, or on repetition', () => {
    const parts = fc.array(fc.array(fact, { maxLength: 4 }), { maxLength: 6 });
    fc.assert(
      fc.property(parts, (groups) => {
        const joined = joinLimits([...groups, ...groups.slice(0, 2)].reverse().map((group) => lastLimits(group)));
        const oneByOne = groups.flat().reduce((known, one) => joinLimits([known, lastLimits([one])]), NO_LIMITS);
        const all = lastLimits(groups.flat());
        expect([joined, oneByOne]).toEqual([all, all]);
      }),
      runs(500),
    );
  });

  test('is of each account the last that was said, and the strictest over all of a person', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 10 }), fc.uniqueArray(fc.constantFrom(...ACCOUNTS)), (facts, own) => {
        const held = limitsIn(lastLimits(limitsBinding(facts, (id) => own.includes(id))));
        const naive = LIMIT_KINDS.filter((kind) =>
          own.some((id) => {
            const said = facts.filter((one) => one.kind === kind && one.accountIds.includes(id));
            const newest = Math.max(...said.map(({ at }) => at.getTime()));
            return said.some(({ at, granted }) => at.getTime() === newest && !granted);
          }),
        );
        expect([...held].sort()).toEqual([...naive].sort());
      }),
      runs(500),
    );
  });

  test('is all of them where more was said than can be weighed', () => {
    const accountIds = Array.from({ length: 401 }, (_, n) => `a${String(n).padStart(3, '0')}`);
    const said = { id: 'lim_1', kind: 'OBJECTION', granted: true, at: new Date(1), accountIds } as const;
    expect([...limitsIn(lastLimits([said]))]).toEqual([...LIMIT_KINDS]);
    expect(limitsIn(lastLimits([{ ...said, accountIds: accountIds.slice(1) }])).size).toBe(0);
  });
});

/** What happens to a tenant: more comes in, somebody merges or unmerges, somebody demands or lifts a limit. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('item' as const) }),
  fc.record({ kind: fc.constant('act' as const), act }),
  fc.record({
    kind: fc.constant('demand' as const),
    which: fc.nat(),
    limit: fc.constantFrom(RESTRICTION, OBJECTION),
    lift: fc.boolean(),
  }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A tenant, and what was said last of each of its accounts and limits. */
class LimitedWorld {
  private readonly rest: Item[];
  private readonly said = new Map<string, boolean>();

  constructor(
    readonly tenant: TenantWorld,
    items: readonly Item[],
  ) {
    this.rest = [...items];
  }

  async take(one: Step): Promise<void> {
    if (one.kind === 'item' && this.rest.length > 0) await this.tenant.deliver(this.rest.splice(0, 2));
    if (one.kind === 'act') await doByHand(this.tenant, one.act);
    if (one.kind === 'demand') await this.demand(one);
  }

  async expectNaive(): Promise<void> {
    const stored = new Map((await this.tenant.profileDocuments()).map((document) => [document._id, document]));
    for (const { state, accountIds } of await this.tenant.living()) {
      const isHeld = (kind: string) => accountIds.some((id) => this.said.get(`${kind} ${id}`) === true);
      const held = LIMIT_KINDS.filter(isHeld).sort();
      expect([accountIds, [...limitsIn(state.limits)].sort()]).toEqual([accountIds, held]);
      expect(stored.get(`${this.tenant.tenantId}:${state.id}`)?.limitKinds).toEqual(held);
    }
  }

  private async demand({ which, limit, lift }: Extract<Step, { kind: 'demand' }>): Promise<void> {
    const living = await this.tenant.living();
    const one = living[which % Math.max(1, living.length)];
    if (!one) return;
    await takeDown(world, this.tenant, one.state.id, limit, lift);
    await meetDemands(world, this.tenant);
    for (const id of one.accountIds) this.said.set(`${limit} ${id}`, !lift);
  }
}

describe('limits through merges and unmerges', () => {
  test('are what was last said of each account, after every step', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.array(step, { minLength: 4, maxLength: 10 }), async (items, steps) => {
        const limited = new LimitedWorld(world.newTenant(), items);
        await limited.take({ kind: 'item' });
        for (const one of steps) {
          await limited.take(one);
          await limited.expectNaive();
        }
        await expectDerived(limited.tenant);
      }),
      runs(12),
    );
  });
});

const WANG = { name: '诸葛明月', birthday: '1979-06-23', city: '成都市' };

function itemOf(user: string, channel: Channel): Item {
  const identifiers = [{ type: IdentifierType.USER_ID, value: user }];
  return { messageId: user, channel, identifiers, traits: WANG, at: Date.UTC(2026, 0, 5) };
}

async function twoAlike() {
  const tenant = world.newTenant({ matchModel: 1 });
  await tenant.learn(accountModel());
  await tenant.deliver([itemOf('there', Channel.CRM)]);
  await tenant.matchLive();
  const [first] = await tenant.living();
  const limit = async (kind: PrivacyRequestKind, lift = false) => {
    await takeDown(world, tenant, first?.state.id ?? '', kind, lift);
    await meetDemands(world, tenant);
  };
  const candidates = async () => {
    await tenant.matchLive();
    return (await tenant.pendingMatches()).length + (2 - (await tenant.living()).length);
  };
  return { tenant, limit, candidates };
}

describe('live matching', () => {
  test('finds who is alike, unless the use of one of them is restricted', async () => {
    const [free, restricted, objecting] = [await twoAlike(), await twoAlike(), await twoAlike()];
    await restricted.limit(RESTRICTION);
    await objecting.limit(OBJECTION);
    const found: number[] = [];
    for (const { tenant, candidates } of [free, restricted, objecting]) {
      await tenant.deliver([itemOf('newcomer', Channel.APP)]);
      found.push(await candidates());
    }
    expect(found).toEqual([1, 0, 1]);
  });

  test.each([
    ['say something else', { city: '杭州市' }],
    ['say what they said', {}],
  ])(
    'compares nothing of who is restricted when they come in again and %s, and all once it is lifted',
    async (_, said) => {
      const { tenant, limit, candidates } = await twoAlike();
      await limit(RESTRICTION);
      await tenant.deliver([{ ...itemOf('there', Channel.CRM), messageId: 'again', traits: { ...WANG, ...said } }]);
      expect(await candidates()).toBe(1); // there is nobody else yet: one profile less than two
      await tenant.deliver([itemOf('newcomer', Channel.APP)]);
      expect(await candidates()).toBe(0);
      await limit(RESTRICTION, true);
      expect(await candidates()).toBe(1);
    },
  );
});

describe('a demand whose process is stopped', () => {
  test.each(FAILURE_MODES)('%s, is met by whoever goes on, wherever that was', async (mode) => {
    for (let stop = 1, isStopped = true; isStopped; stop += 1) {
      const tenant = world.newTenant();
      await tenant.deliver([itemOf('one', Channel.CRM), itemOf('two', Channel.APP)]);
      const [one, two] = await tenant.living();
      await tenant.merge(one?.state.id ?? '', two?.state.id ?? '');
      const [merged] = await tenant.living();
      await takeDown(world, tenant, merged?.state.id ?? '', RESTRICTION);
      world.failures.stopAt(stop, mode);
      isStopped = await meetDemands(world, tenant).then(
        () => false,
        (error) => {
          if (!(error instanceof Stopped)) throw error;
          return true;
        },
      );
      await world.failures.restart();
      await meetDemands(world, tenant);
      const living = await tenant.living();
      expect(living.map(({ state }) => [...limitsIn(state.limits)])).toEqual([['RESTRICTION']]);
      await expectDerived(tenant);
    }
  });
});

describe('what the product may do by itself', () => {
  test.each([
    [[], true, true],
    [['OBJECTION'], true, false],
    [['RESTRICTION'], false, false],
    [['OBJECTION', 'RESTRICTION'], false, false],
  ] as const)('under %p: use %p, profile %p', (limitKinds, processing, profiling) => {
    expect([mayBeUsed({ limitKinds }), mayBeUsed({ limitKinds }, 'PROFILING')]).toEqual([processing, profiling]);
  });
});
