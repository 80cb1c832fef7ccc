import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { Item } from './naive-stitching.js';

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

/** One of these values, under its type. */
export function identifierAmong<T extends IdentifierType>(values: Readonly<Record<T, readonly string[]>>) {
  return fc
    .constantFrom(...(Object.keys(values) as T[]))
    .chain((type) => fc.constantFrom(...values[type]).map((value) => ({ type, value })));
}

const identifier = identifierAmong(VALUES);

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

/** What a few people did: items that share identifiers in any way. */
export const script = fc
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

/** Scripts, each with the rounds of batches in which it is sent. */
export const withDelivery = (scripts: fc.Arbitrary<Item[]>) =>
  scripts.chain((items) => deliveryOf(items).map((rounds) => ({ items, rounds })));

/** A script, and the rounds of batches in which it is sent. */
export const scriptAndDelivery = withDelivery(script);

/** How many scripts are tried: `PROPERTY_RUNS` asks for more than the few that fit into every run of the tests. */
export function runs(usual: number): { numRuns: number } {
  return { numRuns: Number(process.env.PROPERTY_RUNS ?? usual) };
}

/** Two people of two accounts each, whom the last batch makes one; each of its items brings something of its own. */
export const BEFORE: readonly Item[] = [
  { messageId: 'b0', channel: Channel.WEB, identifiers: [user(1), phone(1)], traits: { name: 'Anna' }, at: START },
  { messageId: 'b1', channel: Channel.CRM, identifiers: [phone(1), email(0)], traits: { taste: 'tea' }, at: START },
  { messageId: 'b2', channel: Channel.WEB, identifiers: [user(2), phone(2)], traits: { name: 'Boris' }, at: START + 1 },
  { messageId: 'b3', channel: Channel.CRM, identifiers: [phone(2)], traits: { taste: 'ale' }, at: START + 1 },
];
/** What makes the two people one, and brings accounts of another. */
export const CRASHED: readonly Item[] = [
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
export const BETWEEN: readonly Item[] = [
  { messageId: 'd0', channel: Channel.WEB, identifiers: [user(2)], traits: { taste: 'gin' }, at: START + 6 },
  { messageId: 'd1', channel: Channel.MINI_PROGRAM, identifiers: [user(3)], traits: { name: 'Ella' }, at: START + 7 },
  { messageId: 'd2', channel: Channel.WEB, identifiers: [user(1)], traits: { taste: 'rum' }, at: START + 8 },
  { messageId: 'd3', channel: Channel.CRM, identifiers: [phone(2)], traits: { city: 'Bonn' }, at: START + 9 },
  { messageId: 'd4', channel: Channel.WEB, identifiers: [user(4)], traits: { city: 'Graz' }, at: START + 10 },
  { messageId: 'd5', channel: Channel.MINI_PROGRAM, identifiers: [user(4)], traits: { city: 'Wien' }, at: START + 11 },
];

/** An identifier of the scripts. */
export function user(n: number) {
  return { type: IdentifierType.USER_ID, value: `user-${n}` };
}
/** An identifier of the scripts. */
export function phone(n: number) {
  return { type: IdentifierType.PHONE, value: `+861391234567${n}` };
}
/** An identifier of the scripts. */
export function email(n: number) {
  return { type: IdentifierType.EMAIL, value: VALUES.EMAIL[n] ?? '' };
}
/** An identifier of the scripts. */
export function browser(n: number) {
  return { type: IdentifierType.ANONYMOUS_ID, value: `browser-${n}` };
}
