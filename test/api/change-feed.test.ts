import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Position, positionOf } from '../../src/platform/change-catch-up.js';
import type { ChangeFeed } from '../../src/platform/change-feed.js';
import type { LiveChange, PlacedChange } from '../../src/platform/change-ring.js';
import type { TenantContext } from '../../src/platform/context.js';
import { AppError } from '../../src/platform/errors.js';
import { ulid } from '../../src/platform/ids.js';
import { eventually } from '../support/eventually.js';
import { OwnDatabase } from '../support/own-database.js';

let own: OwnDatabase;
let ctx: TenantContext;
let other: TenantContext;
const feeds: ChangeFeed[] = [];
const faults: unknown[] = [];

beforeAll(async () => {
  own = await OwnDatabase.create();
  ctx = await own.contextOf('feed');
  other = await own.contextOf('feed-other');
});

afterEach(async () => {
  await Promise.all(feeds.splice(0).map((feed) => feed.stop()));
});

afterAll(() => own.drop());

function feedOf(remembered: number, clock?: () => Date): ChangeFeed {
  const feed = own.feed(remembered, clock);
  feeds.push(feed);
  return feed;
}

/** Profile ids of a test, in the order in which they are written. */
const profilesOf = (count: number) => Array.from({ length: count }, () => `prf_${ulid(new Date())}`);
const idsOf = (changes: readonly PlacedChange[]) => changes.map(({ change }) => change.profileId);

const until = (isSo: () => boolean) => eventually(async () => isSo(), Boolean, 60_000);

/** Everything a feed tells from now on. */
function heard(feed: ChangeFeed): LiveChange[] {
  const changes: LiveChange[] = [];
  feed.listen({ take: (more) => changes.push(...more), lose: () => undefined });
  return changes;
}

/** Catches up from a place, then listens: what a reader gets in all. */
function read(feed: ChangeFeed, after: Position): PlacedChange[] {
  const got: PlacedChange[] = [];
  let joined = Number.POSITIVE_INFINITY;
  const isOwn = ({ change }: PlacedChange) => change.tenantId === ctx.tenantId;
  feed.listen({
    take: (more) => got.push(...more.filter((live) => live.sequence > joined && isOwn(live))),
    lose: () => undefined,
  });
  const reading = feed.catchUp({
    after,
    scope: { tenantId: ctx.tenantId },
    take: async (more) => {
      got.push(...more);
      await delay(1);
    },
    join: (sequence) => {
      joined = sequence;
    },
    signal: new AbortController().signal,
  });
  reading.catch((error) => faults.push(error)); // a test that ends before it has ended it
  return got;
}

test.each([
  ['remembers all', 1_000],
  ['remembers a third of it', 40],
])(
  'who resumes anywhere gets the rest, once and in order, though writing goes on; the feed %s',
  async (_what, remembered) => {
    const feed = feedOf(remembered);
    await feed.begin();
    const all = heard(feed);
    const [before, meanwhile, after] = [profilesOf(40), profilesOf(60), profilesOf(20)];
    for (const id of before) await own.append(ctx, [id]);
    await until(() => all.length >= before.length);
    const places = all.slice().filter((_change, n) => n % 4 === 0);
    const readers = places.map((place) => ({ place, got: read(feed, positionOf(place)) }));
    for (let at = 0; at < meanwhile.length; at += 5) {
      await own.append(ctx, meanwhile.slice(at, at + 5));
      await own.append(other, profilesOf(3));
    }
    await delay(300);
    await own.append(ctx, after);
    const order = [...before, ...meanwhile, ...after];
    for (const { place, got } of readers) {
      const rest = order.slice(order.indexOf(place.change.profileId) + 1);
      await until(() => got.length >= rest.length);
      expect(idsOf(got)).toEqual(rest);
    }
  },
  120_000,
);

test('another process goes on where this one was: places are the same for all', async () => {
  const [first, second] = [feedOf(100), feedOf(2)];
  await first.begin();
  const all = heard(first);
  const ids = profilesOf(10);
  for (const id of ids) await own.append(ctx, [id]);
  await until(() => all.length >= ids.length);
  const place = positionOf(all[3] as LiveChange);
  await first.stop();
  const got = read(second, place);
  await until(() => got.length >= 6);
  expect(idsOf(got)).toEqual(ids.slice(4));
});

test('without a place in the stream, changes are found by date', async () => {
  const feed = feedOf(5); // fewer than lie behind the place, and room for what comes meanwhile
  await feed.begin();
  const all = heard(feed);
  const ids = profilesOf(10);
  for (const id of ids) await own.append(ctx, [id]);
  await until(() => all.length >= ids.length);
  const place = { ...positionOf(all[3] as LiveChange), token: undefined };
  const got = read(feed, place);
  const more = profilesOf(3);
  await own.append(ctx, more);
  await until(() => idsOf(got).includes(more[2] as string));
  for (const id of [...ids.slice(4), ...more]) expect(idsOf(got).filter((one) => one === id)).toHaveLength(1);
});

test('a place older than seven days is refused with CURSOR_EXPIRED', async () => {
  const feed = feedOf(10, () => new Date(Date.now() + 8 * 86_400_000));
  const reader = {
    after: { changeKey: 'feed:chg_x', token: undefined, at: new Date() },
    scope: { tenantId: 'feed' },
    take: async () => undefined,
    join: () => undefined,
    signal: new AbortController().signal,
  };
  const refused = await feed.catchUp(reader).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'CURSOR_EXPIRED', details: { path: 'after' } });
});
