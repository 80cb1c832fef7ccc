import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BlockStore, type Entrant } from '../../src/likeness/block.store.js';
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

/** Accounts that enter blocks which are this test's own: each account all of them. */
function entrantsInto(count: number, accounts: readonly string[], most = 100): Entrant[] {
  const keys = new Map(Array.from({ length: count }, (_, n) => [`test-${made}-${n}`, most]));
  return accounts.map((accountId) => ({ accountId: `${accountId}-${made}`, keys }));
}

const keysOf = (entrants: readonly Entrant[]) => [...new Set(entrants.flatMap(({ keys }) => [...keys.keys()]))];

/** Who is in each of the blocks, without this test's number. */
const membersOf = async (entrants: readonly Entrant[]) => {
  const found = await blocks.find(ctx, keysOf(entrants));
  return [...found.values()].map(({ accountIds }) =>
    accountIds
      .map((id) => id.split('-')[0])
      .sort()
      .join(),
  );
};

test.each([3, 140])('%i blocks have those that entered, once each, whatever is repeated', async (count) => {
  made += 1;
  await blocks.enter(ctx, entrantsInto(count, ['a', 'b']));
  const again = entrantsInto(count, ['b', 'c']);
  const entered = await blocks.enter(ctx, again);
  expect([...entered.blocks.values()].map(({ accountIds }) => accountIds.length)).toEqual(
    Array.from({ length: count }, () => 3),
  );
  expect(await blocks.reenter(ctx, again)).toEqual(await blocks.enter(ctx, again));
  expect(new Set(await membersOf(again))).toEqual(new Set(['a,b,c']));
});

test.each([3, 140])('of two that enter %i blocks at the same moment, one at least sees the other', async (count) => {
  made += 1;
  const sides = ['left', 'right'].map((accountId) => entrantsInto(count, [accountId]));
  const [left, right] = await Promise.all(sides.map((entrants) => blocks.enter(ctx, entrants)));
  for (const key of keysOf(sides.flat())) {
    const both = [left, right].map((seen) => seen?.blocks.get(key)?.accountIds.length);
    expect(Math.max(...both.map((size) => size ?? 0))).toBe(2);
  }
  expect(new Set(await membersOf(sides.flat()))).toEqual(new Set(['left,right']));
});

test.each([3, 140])('%i blocks take in one more than they may have, and nobody after that', async (count) => {
  made += 1;
  await blocks.enter(ctx, entrantsInto(count, ['a', 'b'], 2));
  await blocks.enter(ctx, entrantsInto(count, ['c', 'd'], 2));
  const late = entrantsInto(count, ['e'], 2);
  await blocks.enter(ctx, late);
  await blocks.reenter(ctx, late);
  for (const members of await membersOf(late)) expect(members.split(',')).toHaveLength(3);
});

test.each([3, 140])('whoever says something else by now is to leave %i blocks', async (count) => {
  made += 1;
  const [before] = entrantsInto(count, ['a']) as [Entrant];
  await blocks.enter(ctx, [before]);
  const now = { ...before, keys: new Map([...before.keys].slice(1)) };
  const stays = [{ key: `test-${made}-0`, accountId: before.accountId }];
  expect((await blocks.enter(ctx, [now])).stale).toEqual(stays);
  expect((await blocks.reenter(ctx, [now])).stale).toEqual(stays);
  expect(await blocks.leave(ctx, stays)).toEqual([]);
  await blocks.forget(ctx, stays);
  expect((await blocks.enter(ctx, [now])).stale).toEqual([]);
  expect((await membersOf([before])).sort()).toEqual(['', ...Array.from({ length: count - 1 }, () => 'a')]);
});

test('who says nothing to be found by any more is to leave, too', async () => {
  made += 1;
  const [before] = entrantsInto(2, ['a']) as [Entrant];
  await blocks.enter(ctx, [before]);
  expect((await blocks.enter(ctx, [{ ...before, keys: new Map() }])).stale).toHaveLength(2);
});

test('a full block that some leave takes in who came too late, and tells who is to be compared once it is open', async () => {
  made += 1;
  const key = `test-${made}-0`;
  for (const name of ['a', 'b', 'c', 'd', 'e']) await blocks.enter(ctx, entrantsInto(1, [name], 2));
  const stayOf = (name: string) => ({ key, accountId: `${name}-${made}` });
  const leave = async (...names: string[]) => {
    const told = await blocks.leave(ctx, names.map(stayOf));
    return told.map((id) => id.split('-')[0]).sort();
  };
  const members = () => membersOf(entrantsInto(1, ['a']));
  expect(await members()).toEqual(['a,b,c']);
  expect(await leave('a')).toEqual([]);
  expect(await members()).toEqual([expect.stringMatching(/^b,c,[de]$/)]);
  await blocks.forget(ctx, [stayOf('a')]);
  expect(await leave('e')).toEqual([]);
  await blocks.forget(ctx, [stayOf('e')]);
  expect(await members()).toEqual(['b,c,d']);
  expect(await leave('b')).toEqual(['c', 'd']);
  expect(await members()).toEqual(['c,d']);
  expect(await leave('b')).toEqual(['c', 'd']); // repeated, as after a crash
  await blocks.forget(ctx, [stayOf('b')]);
});
