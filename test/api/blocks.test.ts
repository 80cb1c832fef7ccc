import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BlockEntry } from '../../src/likeness/block.store.js';
import { BlockStore } from '../../src/likeness/block.store.js';
import type { TenantContext } from '../../src/platform/context.js';
import { OwnDatabase } from '../support/own-database.js';

let own: OwnDatabase;
let ctx: TenantContext;
let blocks: BlockStore;
let made = 0;

beforeAll(async () => {
  own = await OwnDatabase.create();
  ctx = await own.contextOf('blocks');
  blocks = new BlockStore(own.database);
});
afterAll(() => own.drop());

/** Entries of accounts into blocks that are this test's own: each account into each of them. */
function entriesInto(keys: number, accounts: readonly string[], most = 100): BlockEntry[] {
  return Array.from({ length: keys }, (_, n) => `test-${made}-${n}`).flatMap((key) =>
    accounts.map((accountId) => ({ key, most, accountId })),
  );
}

const membersOf = async (entries: readonly BlockEntry[]) => {
  const found = await blocks.find(ctx, [...new Set(entries.map(({ key }) => key))]);
  return [...found.values()].map(({ accountIds }) => [...accountIds].sort().join());
};

test.each([3, 140])('%i blocks have those that entered, once each, whatever is repeated', async (keys) => {
  made += 1;
  await blocks.enter(ctx, entriesInto(keys, ['a', 'b']));
  const again = entriesInto(keys, ['b', 'c']);
  expect([...(await blocks.enter(ctx, again)).values()].map(({ accountIds }) => accountIds.length)).toEqual(
    Array.from({ length: keys }, () => 3),
  );
  expect(await blocks.reenter(ctx, again)).toEqual(await blocks.enter(ctx, again));
  expect(new Set(await membersOf(again))).toEqual(new Set(['a,b,c']));
});

test.each([3, 140])('of two that enter %i blocks at the same moment, one at least sees the other', async (keys) => {
  made += 1;
  const sides = ['left', 'right'].map((accountId) => entriesInto(keys, [accountId]));
  const seen = await Promise.all(sides.map((entries) => blocks.enter(ctx, entries)));
  const [left, right] = seen;
  for (const key of left?.keys() ?? []) {
    const both = [left?.get(key), right?.get(key)].map((block) => block?.accountIds.length);
    expect(Math.max(...both.map((size) => size ?? 0))).toBe(2);
  }
  expect(new Set(await membersOf(sides.flat()))).toEqual(new Set(['left,right']));
});

test.each([3, 140])('%i blocks take in one more than they may have, and nobody after that', async (keys) => {
  made += 1;
  await blocks.enter(ctx, entriesInto(keys, ['a', 'b'], 2));
  await blocks.enter(ctx, entriesInto(keys, ['c', 'd'], 2));
  const late = entriesInto(keys, ['e'], 2);
  await blocks.enter(ctx, late);
  await blocks.reenter(ctx, late);
  for (const members of await membersOf(late)) expect(members.split(',')).toHaveLength(3);
});
