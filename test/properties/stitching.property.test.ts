import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { AppError } from '../../src/platform/errors.js';
import { FAILURE_MODES, type FailureMode, Stopped } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

let world: StitchingWorld;
jest.setTimeout(120_000);
beforeAll(async () => {
  world = await StitchingWorld.open();
});
afterAll(() => world.close());

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const CHANNELS = [Channel.WEB, Channel.CRM, Channel.MINI_PROGRAM] as const;
/** Values that three people might share. */
const VALUES = {
  [IdentifierType.USER_ID]: ['user-1', 'user-2', 'user-3'],
  [IdentifierType.ANONYMOUS_ID]: ['browser-1', 'browser-2', 'browser-3'],
  [IdentifierType.PHONE]: ['+8613912345671', '+8613912345672', '+8613912345673'],
  [IdentifierType.EMAIL]: ['wang@shop.cn', 'li@shop.cn'],
} as const;

const identifier = fc
  .constantFrom(...(Object.keys(VALUES) as (keyof typeof VALUES)[]))
  .chain((type) => fc.constantFrom(...VALUES[type]).map((value) => ({ type, value })));

const traits = fc.dictionary(fc.constantFrom('name', 'city', 'taste'), fc.constantFrom('Anna', 'Boris', 'Chen', null), {
  maxKeys: 3,
  noNullPrototype: true,
});

const item = fc.record({
  channel: fc.constantFrom(...CHANNELS),
  identifiers: fc.uniqueArray(identifier, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
  traits,
  at: fc.constantFrom(0, 1, 2, 30, 31).map((hours) => START + hours * HOUR),
});

const script = fc
  .array(item, { minLength: 2, maxLength: 8 })
  .map((items): Item[] => items.map((one, index) => ({ ...one, messageId: `m${index}` })));

/** Rounds of batches that are sent at the same moment: every item at least once, in any order, some again. */
const deliveryOf = (items: readonly Item[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length }),
      fc.shuffledSubarray([...items], { maxLength: Math.min(3, items.length) }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.boolean()), { minLength: 4, maxLength: 4 }),
    )
    .map(([order, repeated, cuts]) => roundsOf([...order, ...repeated], cuts));

function roundsOf(items: readonly Item[], cuts: readonly (readonly [number, boolean])[]): Item[][][] {
  const rounds: Item[][][] = [];
  let rest = [...items];
  for (let turn = 0; rest.length > 0; turn += 1) {
    const [size, isConcurrent] = cuts[turn % cuts.length] ?? [1, false];
    const batch = rest.slice(0, size);
    rest = rest.slice(size);
    const last = rounds.at(-1);
    if (isConcurrent && last) last.push(batch);
    else rounds.push([batch]);
  }
  return rounds;
}

const scriptAndDelivery = script.chain((items) => deliveryOf(items).map((rounds) => ({ items, rounds })));

/** How many scripts are tried: `PROPERTY_RUNS` asks for more than the few that fit into every run of the tests. */
function runs(usual: number): { numRuns: number } {
  return { numRuns: Number(process.env.PROPERTY_RUNS ?? usual) };
}

async function deliverAll(tenant: TenantWorld, rounds: readonly Item[][][]): Promise<string[]> {
  const everShown = new Set<string>();
  for (const round of rounds) {
    await Promise.all(round.map((batch) => tenant.deliver(batch)));
    for (const { _id, mergedInto } of await tenant.profileDocuments()) if (!mergedInto) everShown.add(_id);
  }
  return [...everShown];
}

/** That nothing is lost or doubled, and that all that ever was a profile leads to one that names it. */
async function expectSound(tenant: TenantWorld, items: readonly Item[], everShown: readonly string[]): Promise<void> {
  expect(await tenant.persons()).toEqual(tenant.expected(items));
  const messageIds = (await tenant.events()).map(({ messageId }) => messageId).sort();
  expect(messageIds).toEqual([...new Set(items.map(({ messageId }) => messageId))].sort());
  await expectOldIdsToLead(tenant, everShown);
}

async function expectOldIdsToLead(tenant: TenantWorld, everShown: readonly string[]): Promise<void> {
  const documents = new Map((await tenant.profileDocuments()).map((document) => [document._id, document]));
  for (const _id of everShown) {
    let document = documents.get(_id);
    while (document?.mergedInto) document = documents.get(document.mergedInto);
    expect(document).toBeDefined();
    const expected = document?._id === _id ? [] : [_id.slice(_id.indexOf(':') + 1)];
    expect(document?.mergedIds).toEqual(expect.arrayContaining(expected));
  }
  for (const { _id, mergedInto, mergedIds } of documents.values())
    if (!mergedInto) expect(mergedIds.map((id) => `${_id.slice(0, _id.indexOf(':'))}:${id}`)).not.toContain(_id);
}

describe('the same observations come to the same people', () => {
  test('in any order, batching, repetition and at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(scriptAndDelivery, async ({ items, rounds }) => {
        const tenant = world.newTenant();
        await expectSound(tenant, items, await deliverAll(tenant, rounds));
      }),
      runs(15),
    );
  });
});

describe('concurrent batches', () => {
  test('of single items that all come at once', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (items) => {
        const tenant = world.newTenant();
        await Promise.all(items.map((one) => tenant.deliver([one])));
        await expectSound(tenant, items, []);
      }),
      runs(8),
    );
  });
});

/** Two people of two accounts each, whom the last batch makes one; each of its items brings something of its own. */
const BEFORE: readonly Item[] = [
  { messageId: 'b0', channel: Channel.WEB, identifiers: [user(1), phone(1)], traits: { name: 'Anna' }, at: START },
  { messageId: 'b1', channel: Channel.CRM, identifiers: [phone(1), email(0)], traits: { taste: 'tea' }, at: START },
  { messageId: 'b2', channel: Channel.WEB, identifiers: [user(2), phone(2)], traits: { name: 'Boris' }, at: START + 1 },
  { messageId: 'b3', channel: Channel.CRM, identifiers: [phone(2)], traits: { taste: 'ale' }, at: START + 1 },
];
const CRASHED: readonly Item[] = [
  { messageId: 'c0', channel: Channel.WEB, identifiers: [user(2), email(0)], traits: { city: 'Oslo' }, at: START + 2 },
  {
    messageId: 'c1',
    channel: Channel.MINI_PROGRAM,
    identifiers: [user(3), phone(1)],
    traits: { city: 'Rome' },
    at: START + 3,
  },
  {
    messageId: 'c2',
    channel: Channel.MINI_PROGRAM,
    identifiers: [user(4), browser(1)],
    traits: { name: 'Dai' },
    at: START + 4,
  },
  { messageId: 'c3', channel: Channel.WEB, identifiers: [user(4), browser(2)], traits: { name: 'Dai' }, at: START + 5 },
];
/** What others send of the same accounts between the crash and the retry. */
const BETWEEN: readonly Item[] = [
  { messageId: 'd0', channel: Channel.WEB, identifiers: [user(2)], traits: { taste: 'gin' }, at: START + 6 },
  { messageId: 'd1', channel: Channel.MINI_PROGRAM, identifiers: [user(3)], traits: { name: 'Ella' }, at: START + 7 },
  { messageId: 'd2', channel: Channel.WEB, identifiers: [user(1)], traits: { taste: 'rum' }, at: START + 8 },
  { messageId: 'd3', channel: Channel.CRM, identifiers: [phone(2)], traits: { city: 'Bonn' }, at: START + 9 },
  { messageId: 'd4', channel: Channel.WEB, identifiers: [user(4)], traits: { city: 'Graz' }, at: START + 10 },
  { messageId: 'd5', channel: Channel.MINI_PROGRAM, identifiers: [user(4)], traits: { city: 'Wien' }, at: START + 11 },
];

function user(n: number) {
  return { type: IdentifierType.USER_ID, value: `user-${n}` };
}
function phone(n: number) {
  return { type: IdentifierType.PHONE, value: `+861391234567${n}` };
}
function email(n: number) {
  return { type: IdentifierType.EMAIL, value: VALUES.EMAIL[n] ?? '' };
}
function browser(n: number) {
  return { type: IdentifierType.ANONYMOUS_ID, value: `browser-${n}` };
}

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

describe('a merge by hand', () => {
  const accountsOf = (tenant: TenantWorld) => [
    tenant.accountIdOf(Channel.WEB, user(1)),
    tenant.accountIdOf(Channel.WEB, user(2)),
  ];
  const directions = [0, 1, 0, 1].map((into, round) => ({ into, round }));

  test.each(directions)('into person $into while their events come in, round $round', async ({ into }) => {
    const tenant = world.newTenant();
    await tenant.deliver(BEFORE);
    const accounts = accountsOf(tenant);
    const [survivor, other] = await tenant.profileIdsOf([accounts[into] ?? '', accounts[1 - into] ?? '']);
    const events = [...BETWEEN.slice(0, 1), ...BETWEEN.slice(2, 4)];
    const merging = tenant.merge(survivor ?? '', other ?? '');
    await Promise.all([merging, ...events.map((one) => tenant.deliver([one]))]);
    expect(await tenant.persons()).toEqual(tenant.expected([...BEFORE, ...events], [accounts]));
    expect(await tenant.profileIdsOf(accounts)).toEqual([survivor, survivor]);
    expect((await merging).mergedIds).toEqual([other]);
  });

  test.each(directions)('into person $into while events join them anyway, round $round', async ({ into }) => {
    const tenant = world.newTenant();
    await tenant.deliver(BEFORE);
    const accounts = accountsOf(tenant);
    const ids = await tenant.profileIdsOf([accounts[into] ?? '', accounts[1 - into] ?? '']);
    const merging = tenant.merge(ids[0] ?? '', ids[1] ?? '').catch((error: AppError) => error.code);
    await Promise.all([merging, ...CRASHED.map((one) => tenant.deliver([one]))]);
    await expectSound(
      tenant,
      [...BEFORE, ...CRASHED],
      ids.map((id) => `${tenant.newContext().tenantId}:${id}`),
    );
    expect([undefined, 'BAD_USER_INPUT']).toContain(
      await merging.then((end) => (typeof end === 'string' ? end : undefined)),
    );
  });
});
