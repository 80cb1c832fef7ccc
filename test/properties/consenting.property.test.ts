import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { type ConsentFact, NO_CONSENTS } from '../../src/privacy/consent-fact.js';
import { joinConsents, lastWordsOf } from '../../src/privacy/consent-fold.rules.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import { consentState } from '../../src/privacy/consent-state.rules.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import { act, doByHand } from '../support/acts-by-hand.js';
import { said } from '../support/consent-facts.js';
import { FAILURE_MODES, Stopped } from '../support/failing-database.js';
import { naivelyGranted, type Statement } from '../support/naive-consents.js';
import { accountIdOfItem, type Item } from '../support/naive-stitching.js';
import { expectDerived } from '../support/parting-soundness.js';
import { essenceOf } from '../support/profile-essence.js';
import { BEFORE, runs, script, user, withDelivery } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

const { MARKETING, ANALYTICS } = ConsentPurpose;
const CATEGORY = { [MARKETING]: 'Advertising', [ANALYTICS]: 'Analytics' };
const SETTINGS = { timeZone: 'Asia/Shanghai', consentDefaults: {} };

let world: StitchingWorld;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const purpose = fc.constantFrom(MARKETING, ANALYTICS);
const fact = fc
  .record({
    purpose,
    granted: fc.boolean(),
    channel: fc.constantFrom(null, Channel.WEB),
    at: fc.nat({ max: 6 }).map((n) => new Date(n)),
    isGuarded: fc.boolean(),
    accountIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }).map((ids) => [...ids].sort()),
  })
  .map(({ accountIds, ...more }): ConsentFact => said({ ...more, anchorId: accountIds[0] ?? '', accountIds }));

describe('what is kept of consents', () => {
  test('does not depend on the order, on how they were grouped, or on repetition', () => {
    const grouped = fc
      .array(fact, { maxLength: 12 })
      .chain((facts) =>
        fc.tuple(
          fc.constant(facts),
          fc.shuffledSubarray([...facts, ...facts.slice(0, 4)], { minLength: facts.length }),
          fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 12, maxLength: 12 }),
        ),
      );
    fc.assert(
      fc.property(grouped, ([facts, order, sizes]) => {
        const all = new Set(order);
        const parts: ConsentFact[][] = [facts.filter((one) => !all.has(one))];
        for (let at = 0, turn = 0; at < order.length; turn += 1) {
          const end = at + (sizes[turn % sizes.length] ?? 1);
          parts.push(order.slice(at, end));
          at = end;
        }
        const oneByOne = parts.reduce((known, part) => joinConsents([known, lastWordsOf(part)]), NO_CONSENTS);
        expect(oneByOne).toEqual(lastWordsOf(facts));
      }),
      runs(500),
    );
  });

  test('a withdrawal added never opens what was closed, and closes what it is of', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 10 }), fact, (facts, last) => {
        const withdrawal = { ...last, granted: false, at: new Date(100), channel: null };
        const state = (of: ConsentFact[]) =>
          consentState({ consents: lastWordsOf(of), traits: { birthday: null } }, last, new Date(200), SETTINGS)
            .granted;
        expect(state([...facts, withdrawal])).toBe(false);
      }),
      runs(300),
    );
  });
});

/** What happens to a tenant: more comes in, somebody merges or unmerges, somebody says something by hand or in a channel. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('item' as const) }),
  fc.record({ kind: fc.constant('act' as const), act }),
  fc.record({ kind: fc.constant('hand' as const), which: fc.nat(), purpose, granted: fc.boolean() }),
  fc.record({
    kind: fc.constant('event' as const),
    which: fc.nat(),
    purpose,
    granted: fc.boolean(),
    hours: fc.nat({ max: 5 }),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A tenant, and all that was ever said in it. */
class ConsentingWorld {
  readonly log: Statement[] = [];
  private rest: Item[];
  private told = 0;

  constructor(
    readonly tenant: TenantWorld,
    private readonly items: readonly Item[],
  ) {
    this.rest = [...items];
  }

  async take(one: Step): Promise<void> {
    if (one.kind === 'item') await this.deliver(this.rest.splice(0, 2));
    if (one.kind === 'act') await doByHand(this.tenant, one.act);
    if (one.kind === 'hand') await this.sayByHand(one);
    if (one.kind === 'event') await this.sayInChannel(one);
  }

  /** Notes what an item says that is sent elsewhere. */
  note(item: Item): void {
    const accountId = accountIdOfItem(item, this.tenant.accountIdOf);
    const said = { at: item.at, anchorId: accountId, accountIds: [accountId] };
    for (const [asked, category] of Object.entries(CATEGORY)) {
      const granted = item.consents?.[category];
      if (granted !== undefined) this.log.push({ ...said, purpose: asked, granted });
    }
  }

  /** Whatever was not sent yet. */
  finish(): Promise<void> {
    return this.deliver(this.rest.splice(0));
  }

  async expectNaive(): Promise<void> {
    for (const { state, accountIds } of await this.tenant.living()) {
      for (const asked of [MARKETING, ANALYTICS]) {
        const { granted } = consentState(state, { purpose: asked }, new Date(), SETTINGS);
        expect([asked, accountIds, granted]).toEqual([asked, accountIds, naivelyGranted(this.log, asked, accountIds)]);
      }
    }
  }

  private async deliver(items: readonly Item[]): Promise<void> {
    if (items.length > 0) await this.tenant.deliver(items);
  }

  private async sayByHand({ which, ...said }: Extract<Step, { kind: 'hand' }>): Promise<void> {
    const living = await this.tenant.living();
    const one = living[which % Math.max(1, living.length)];
    if (!one) return;
    const at = await this.tenant.recordConsent(one.state.id, said.purpose, said.granted);
    const anchorId = one.state.accounts[0]?.id ?? '';
    this.log.push({ ...said, at: at.getTime(), anchorId, accountIds: one.accountIds });
  }

  private async sayInChannel({ which, hours, ...said }: Extract<Step, { kind: 'event' }>): Promise<void> {
    const item = this.items[which % this.items.length];
    if (!item) return;
    const at = item.at + hours * 3_600_000;
    const consents = { [CATEGORY[said.purpose]]: said.granted };
    this.told += 1;
    const decided = { ...item, messageId: `told${this.told}`, traits: {}, at, consents };
    await this.deliver([decided]);
    this.note(decided);
  }
}

function withConsent(item: Item, said: readonly [typeof MARKETING | typeof ANALYTICS, boolean] | null): Item {
  return said ? { ...item, consents: { [CATEGORY[said[0]]]: said[1] } } : item;
}

describe('consents through merges and unmerges', () => {
  test('are what all that was ever said comes to, after every step', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.array(step, { minLength: 4, maxLength: 10 }), async (items, steps) => {
        const consenting = new ConsentingWorld(world.newTenant(), items);
        await consenting.take({ kind: 'item' });
        for (const one of steps) {
          await consenting.take(one);
          await consenting.expectNaive();
        }
        await consenting.finish();
        await consenting.expectNaive();
        await expectDerived(consenting.tenant);
      }),
      runs(12),
    );
  });

  test('told by events that come in any order and at the same moment', async () => {
    const deciding = withDelivery(
      fc
        .tuple(script, fc.array(fc.option(fc.tuple(purpose, fc.boolean())), { minLength: 8, maxLength: 8 }))
        .map(([items, says]) => items.map((item, at) => withConsent(item, says[at] ?? null))),
    );
    await fc.assert(
      fc.asyncProperty(deciding, async ({ items, rounds }) => {
        const consenting = new ConsentingWorld(world.newTenant(), items);
        for (const item of items) consenting.note(item);
        for (const round of rounds) await Promise.all(round.map((batch) => consenting.tenant.deliver(batch)));
        await consenting.expectNaive();
        await expectDerived(consenting.tenant);
      }),
      runs(12),
    );
  });

  /** What each of two people says before they are made one, and what is taken back then; also after it was granted anew. */
  const saying = fc.record({
    before: fc.array(fc.tuple(fc.nat({ max: 1 }), purpose, fc.boolean()), { maxLength: 4 }),
    withdrawn: fc.option(purpose),
    isRegretted: fc.boolean(),
  });

  test('a withdrawal while merged holds on both sides; the rest is what it was before', async () => {
    await fc.assert(
      fc.asyncProperty(saying, async ({ before, withdrawn, isRegretted }) => {
        const tenant = world.newTenant();
        const { apart, ids } = await twoPeople(tenant, before);
        const [into = '', from = ''] = ids;
        await tenant.merge(into, from);
        for (const granted of isRegretted ? [true, false] : [false]) await sayOf(tenant, into, withdrawn, granted);
        await tenant.unmerge(into, accountsOf(apart, from));
        const after = await tenant.living();
        for (const { state } of apart) expectSame(state, present(after, state.id), withdrawn);
        await expectDerived(tenant);
      }),
      runs(12),
    );
  });
});

/** The two people of BEFORE, and what they said. */
async function twoPeople(tenant: TenantWorld, before: readonly (readonly [number, ConsentPurpose, boolean])[]) {
  await tenant.deliver(BEFORE);
  const ids = await tenant.profileIdsOf([1, 2].map((n) => tenant.accountIdOf(Channel.WEB, user(n))));
  for (const [who, ...one] of before) await sayOf(tenant, ids[who] ?? '', ...one);
  return { ids, apart: await tenant.living() };
}

async function sayOf(tenant: TenantWorld, id: string, asked: ConsentPurpose | null, granted: boolean): Promise<void> {
  if (asked) await tenant.recordConsent(id, asked, granted);
}

describe('a person of many accounts', () => {
  const crowd = (size: number) =>
    Array.from({ length: size }, (_, n): Item => {
      // a value that too many hold links nobody: each is shared by about fifty
      const mails = [Math.floor(n / 50), ...(n % 50 === 0 && n > 0 ? [n / 50 - 1] : [])];
      const identifiers = [
        { type: IdentifierType.USER_ID, value: `crowd-${n}` },
        ...mails.map((group) => ({ type: IdentifierType.EMAIL, value: `group${group}@shop.cn` })),
      ];
      return { messageId: `crowd-${n}`, channel: Channel.WEB, identifiers, traits: {}, at: Date.UTC(2026, 0, 5) + n };
    });

  test.each([
    [90, 'GRANTED'],
    [450, 'TOO_MANY'],
  ])('of %s: a withdrawal holds with each of them, also beyond the copies; a grant is %s', async (size, reason) => {
    const tenant = world.newTenant();
    await tenant.deliver(crowd(size));
    const [whole, ...others] = await tenant.living();
    expect([whole?.accountIds.length, others.length]).toEqual([size, 0]);
    const id = whole?.state.id ?? '';
    await tenant.recordConsent(id, ANALYTICS, true);
    await tenant.recordConsent(id, MARKETING, false);
    await expectDerived(tenant);
    const reasonOf = async (of: string, asked: ConsentPurpose) =>
      consentState(present(await tenant.living(), of), { purpose: asked }, new Date(), SETTINGS).reason;
    expect(await reasonOf(id, ANALYTICS)).toBe(reason);
    const copies = new Set(whole?.state.accounts.map((account) => account.id));
    const left = whole?.accountIds.find((one) => !copies.has(one) && one !== accountIdOf(id)) ?? '';
    await tenant.part(id, [[left]]);
    const [parted = ''] = await tenant.profileIdsOf([left]);
    expect(await reasonOf(parted, MARKETING)).toBe('WITHDRAWN');
    expect(await reasonOf(parted, ANALYTICS)).toBe('UNASKED');
    const facts = await tenant.factsOf([left]);
    expect(facts?.facts.consents).toEqual(present(await tenant.living(), parted).consents);
  });
});

describe('a process that stops while a consent is recorded', () => {
  const DECIDED: Item = {
    messageId: 'decided',
    channel: Channel.WEB,
    identifiers: [user(1)],
    traits: {},
    at: Date.now() + 3_600_000,
    consents: { Advertising: false },
  };
  /** What a client does until it succeeds, by the way that a consent takes. */
  const ways = {
    'by hand': async (tenant: TenantWorld) => {
      const [id = ''] = await tenant.profileIdsOf([tenant.accountIdOf(Channel.WEB, user(1))]);
      await tenant.recordConsent(id, MARKETING, false);
    },
    'by an event': async (tenant: TenantWorld) => {
      await tenant.deliver([DECIDED]);
    },
  };
  const cases = FAILURE_MODES.flatMap((mode) =>
    Object.keys(ways).map((way) => ({ mode, way: way as keyof typeof ways })),
  );

  test.each(cases)('$way, $mode each of its commands: the retry makes up for it', async ({ mode, way }) => {
    for (let step = 1, isStopped = true; isStopped; step += 1) {
      const tenant = world.newTenant();
      await tenant.deliver(BEFORE);
      await twoPeople(tenant, [[0, MARKETING, true]]);
      world.failures.stopAt(step, mode);
      isStopped = await ways[way](tenant).then(
        () => false,
        (error: unknown) => {
          if (!(error instanceof Stopped)) throw error;
          return true;
        },
      );
      await world.failures.restart();
      await ways[way](tenant);
      await expectWithdrawn(tenant);
      await expectDerived(tenant);
    }
  });

  async function expectWithdrawn(tenant: TenantWorld): Promise<void> {
    const [id = ''] = await tenant.profileIdsOf([tenant.accountIdOf(Channel.WEB, user(1))]);
    const { reason } = consentState(present(await tenant.living(), id), { purpose: MARKETING }, new Date(), SETTINGS);
    expect(reason).toBe('WITHDRAWN');
  }
});

type Living = Awaited<ReturnType<TenantWorld['living']>>;

function accountsOf(living: Living, id: string): readonly string[] {
  return living.find(({ state }) => state.id === id)?.accountIds ?? [];
}

function present(living: Living, id: string): ProfileState {
  const found = living.find(({ state }) => state.id === id);
  if (!found) throw new Error(`There is no profile ${id}.`);
  return found.state;
}

/** That a profile says what it said before, save of the purpose that was withdrawn. */
function expectSame(before: ProfileState, after: ProfileState, withdrawn: ConsentPurpose | null): void {
  const others = ({ consents }: ProfileState) => consents.entries.filter((entry) => entry.purpose !== withdrawn);
  expect(others(after)).toEqual(others(before));
  expect({ ...essenceOf(after), consents: null }).toEqual({ ...essenceOf(before), consents: null });
  if (withdrawn) expect(consentState(after, { purpose: withdrawn }, new Date(), SETTINGS).reason).toBe('WITHDRAWN');
}
