import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  MergeProfilesDocument,
  PostPointsDocument,
  RecordReferralDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { forPurpose } from '../support/consenting-people.js';
import { documentsOf, namedIn } from '../support/erased-people.js';
import { eventually } from '../support/eventually.js';
import { balancesOf, booksOf, faultsOf } from '../support/loyalty-books.js';
import { LoyaltyClient } from '../support/loyalty-client.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byDevice, byUser, daysAgo, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const LIMIT_MS = 600_000;
const reason = 'A test';
const RULES = [
  { event: 'Order Completed', perUnit: 1, since: '2020-01-01T00:00:00Z' },
  { event: 'Signed Up', points: 50, since: '2020-01-01T00:00:00Z' },
  { event: 'Store Visited', points: 5, channels: ['STORE'], since: daysAgo(5) },
];
const STAGES = [
  { key: 'came', referrer: 10, referee: 20 },
  { key: 'bought', event: 'Order Completed', referrer: 200 },
];

let tenant: string;
let admin: ApiClient;
let officer: ApiClient;
let loyalty: LoyaltyClient;
beforeAll(async () => {
  tenant = await createTenant('loyalty');
  admin = clientOf(tenant);
  officer = clientOf(tenant, ['PRIVACY_OFFICER']);
  loyalty = new LoyaltyClient(admin);
});

let made = 0;
async function newcomer(...others: ReturnType<typeof byUser>[]) {
  made += 1;
  const user = byUser(`loyal-${made}`);
  await sendAll(admin, [identify({ identifiers: [user, ...others] })]);
  return { id: await idBy(admin, user), user };
}

const order = (user: ReturnType<typeof byUser>, orderId: string, total: number, given: object = {}) =>
  eventOf({ identifiers: [user], name: 'Order Completed', properties: { order_id: orderId, total }, ...given });
const refund = (user: ReturnType<typeof byUser>, orderId: string, total?: number) =>
  order(user, orderId, 0, { name: 'Order Refunded', properties: { order_id: orderId, ...(total && { total }) } });

/** What is wrong with the tenant's books. */
const faults = () => withServices(tenant, async (_, ctx, database) => faultsOf(await booksOf(database, ctx.tenantId)));

describe('points posted by hand', () => {
  test('open a programme, give and take, and never go below 0', async () => {
    const { id } = await newcomer();
    expect(await loyalty.standing(id)).toBeNull();
    const first = await loyalty.post(id, 1_200, 'hand-1');
    expect(first).toMatchObject({ points: 1_200, level: 'SILVER', nextLevel: 'GOLD', pointsToNextLevel: 3_800 });
    expect(await loyalty.post(id, -200, 'hand-2')).toMatchObject({ points: 1_000, level: 'SILVER' });
    expect(await loyalty.adjust(id, -1_000, 'hand-3')).toMatchObject({ points: 0, pointsToNextLevel: 3_800 });
    await expect(loyalty.post(id, -1, 'hand-4')).rejects.toThrow('CONFLICT points: the balance is 0');
    expect(await loyalty.standing(id)).toMatchObject({ points: 0, pointsOwed: 0, referrals: 0, benefits: [] });
    expect(await faults()).toEqual([]);
  });

  test('are posted once for a reference, also by many at once, and not otherwise', async () => {
    const [{ id }, other] = [await newcomer(), await newcomer()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => loyalty.post(id, 30, 'once-1')));
    expect(answers.map(({ points }) => points)).toEqual(Array(8).fill(30));
    await expect(loyalty.post(id, 31, 'once-1')).rejects.toThrow('CONFLICT reference');
    await expect(loyalty.post(other.id, 30, 'once-1')).rejects.toThrow('CONFLICT reference');
    const takers = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => loyalty.post(id, -20, `race-${n}`)));
    expect(takers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await loyalty.standing(id))?.points).toBe(10);
    expect(await faults()).toEqual([]);
  });

  test('are listed by pages, their words to who may read in clear', async () => {
    const { id } = await newcomer();
    for (const n of [1, 2, 3, 4, 5]) await loyalty.post(id, n, `list-${n}`);
    const all = await loyalty.entries(id, 2);
    expect(all.map(({ points, kind, reason: why }) => [points, kind, why])).toEqual(
      [5, 4, 3, 2, 1].map((points) => [points, 'EARN', reason]),
    );
    const [newest] = await new LoyaltyClient(clientOf(tenant, ['MARKETER'])).entries(id);
    expect(newest).toMatchObject({ points: 5, reason: null, reference: null });
    await expect(loyalty.entries(id, 0)).rejects.toThrow('BAD_USER_INPUT');
  });

  test.each([
    ['points', { points: 0 }],
    ['points', { points: 1_000_000_001 }],
    ['reason', { reason: ' ' }],
    ['reference', { reference: 'x'.repeat(257) }],
  ])('a faulty %s is refused', async (path, faulty) => {
    const { id } = await newcomer();
    const variables = { profileId: id, points: 1, reason, reference: 'faulty', ...faulty };
    const { errors } = await admin.ask(PostPointsDocument, variables);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { path } });
    expect(await loyalty.standing(id)).toBeNull();
  });

  test('need the right to write, and a profile', async () => {
    const { id } = await newcomer();
    const variables = { profileId: id, points: 1, reason, reference: 'right' };
    expect(await clientOf(tenant, ['ANALYST']).codes(PostPointsDocument, variables)).toEqual(['FORBIDDEN']);
    const unknown = { ...variables, profileId: 'prf_00000000000000000000000000' };
    expect(await admin.codes(PostPointsDocument, unknown)).toEqual(['NOT_FOUND']);
  });
});

describe('points by rule', () => {
  // a programme holds within two seconds
  beforeAll(async () => {
    await loyalty.decide({ rules: RULES, referralStages: STAGES });
    const { id, user } = await newcomer();
    const tryOne = async () => {
      await sendAll(admin, [order(user, `probe-${made}`, 1)]);
      return loyalty.standing(id);
    };
    await eventually(tryOne, (standing) => standing !== null, 120_000);
  }, LIMIT_MS);

  test(
    'follow from events once, of their channel and time',
    async () => {
      const { id, user } = await newcomer();
      const events = [
        order(user, 'o-1', 99.9),
        eventOf({ identifiers: [user], name: 'Signed Up' }),
        eventOf({ identifiers: [user], name: 'Store Visited', channel: 'WEB', occurredAt: daysAgo(1) }),
        eventOf({ identifiers: [user], name: 'Store Visited', channel: 'STORE', occurredAt: daysAgo(9) }),
        order(user, 'o-2', 50, { properties: { order_id: 'o-2', total: 50, currency: 'USD' } }),
      ];
      await sendAll(admin, events);
      await loyalty.withPoints(id, 149);
      await admin.ask('mutation ($events: [EventInput!]!) { ingest(events: $events) { duplicates } }', { events });
      await sendAll(admin, [order(user, 'o-3', 1)]);
      await loyalty.withPoints(id, 150);
      expect((await loyalty.entries(id)).map(({ points }) => points).sort()).toEqual([1, 50, 99]);
      await loyalty.post(id, 7, 'by-hand');
      const seenByViewer = await new LoyaltyClient(clientOf(tenant, ['VIEWER'])).entries(id);
      expect(seenByViewer.map(({ points }) => points)).toEqual([7]);
      expect(await faults()).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'are taken back with the order, whatever came first; what was spent the company bears',
    async () => {
      const { id, user } = await newcomer();
      await sendAll(admin, [refund(user, 'r-1'), order(user, 'r-2', 100)]);
      await loyalty.withPoints(id, 100);
      await sendAll(admin, [order(user, 'r-1', 70), refund(user, 'r-2', 30)]);
      const posted = await eventually(
        () => loyalty.entries(id),
        (all) => all.filter(({ kind }) => kind === 'TAKE_BACK').length === 2,
        120_000,
      );
      expect(posted.map(({ kind, points }) => `${kind} ${points}`).sort()).toEqual(
        ['EARN 100', 'EARN 70', 'REFUND 0', 'REFUND 0', 'TAKE_BACK -30', 'TAKE_BACK -70'].sort(),
      );
      expect((await loyalty.standing(id))?.points).toBe(70);
      await loyalty.post(id, -60, 'spent');
      await sendAll(admin, [refund(user, 'r-2')]);
      await loyalty.withPoints(id, 0);
      expect(await loyalty.standing(id)).toMatchObject({ points: 0, pointsOwed: 60 });
      expect((await loyalty.entries(id))[0]).toMatchObject({ kind: 'TAKE_BACK', points: -10, flagged: true });
      expect(await faults()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('merging and parting', () => {
  test(
    'points follow their accounts; what was spent of the other is given back, and the company bears the rest',
    async () => {
      const [one, other] = [await newcomer(), await newcomer()];
      await loyalty.post(one.id, 100, 'm-1');
      await loyalty.post(other.id, 90, 'm-2');
      await admin.data(MergeProfilesDocument, { into: one.id, from: [other.id], reason });
      expect(await loyalty.standing(one.id)).toMatchObject({ points: 190, pointsToNextLevel: 810 });
      await loyalty.post(one.id, -170, 'm-3');
      await loyalty.post(one.id, 30, 'm-4');
      const accountIds = [accountIdOf(other.id)];
      await admin.data(UnmergeProfileDocument, { profileId: one.id, accountIds, reason });
      await loyalty.withPoints(other.id, 90);
      const left = present(await loyalty.standing(one.id));
      expect([left.points, left.pointsOwed]).toEqual([0, 40]);
      const [transfer] = await loyalty.entries(other.id);
      expect(transfer).toMatchObject({ kind: 'TRANSFER', points: expect.any(Number), flagged: true });
      expect(await faults()).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a referral', () => {
  const refused = async (profileId: string, code: string) => {
    const { errors } = await admin.ask(RecordReferralDocument, { profileId, code });
    const { code: fault, details } = present(errors?.[0]).extensions as { code: string; details: { reason?: string } };
    return [fault, details.reason];
  };

  test(
    'is recorded once, and rewarded stage by stage',
    async () => {
      const [referrer, referee] = [await newcomer(), await newcomer()];
      await loyalty.post(referrer.id, 1, 'ref-1');
      const code = await loyalty.codeOf(referrer.id);
      expect(await loyalty.refer(referee.id, ` ${code.toLowerCase()} `)).toMatchObject({ points: 20 });
      expect(await loyalty.refer(referee.id, code)).toMatchObject({ points: 20 });
      expect(await loyalty.standing(referrer.id)).toMatchObject({ points: 11, referrals: 1 });
      const later = new Date(Date.now() + 60_000).toISOString();
      await sendAll(admin, [order(referee.user, 'ref-o1', 5, { occurredAt: later })]);
      await loyalty.withPoints(referrer.id, 211);
      await sendAll(admin, [order(referee.user, 'ref-o2', 5, { occurredAt: later })]);
      await loyalty.withPoints(referee.id, 30);
      expect((await loyalty.standing(referrer.id))?.points).toBe(211);
      expect(await faults()).toEqual([]);
    },
    LIMIT_MS,
  );

  test('is refused where it is none', async () => {
    const tablet = byDevice('tablet-of-two');
    const [one, same] = [await newcomer(tablet), await newcomer(tablet)];
    const [two, three] = [await newcomer(), await newcomer()];
    for (const { id } of [one, two, three]) await loyalty.post(id, 1, `guard-${id}`);
    const [codeOne, codeTwo, codeThree] = await Promise.all([one, two, three].map(({ id }) => loyalty.codeOf(id)));
    expect(one.id).not.toBe(same.id);
    expect(await refused(one.id, codeOne ?? '')).toEqual(['CONFLICT', 'SELF_REFERRAL']);
    expect(await refused(same.id, codeOne ?? '')).toEqual(['CONFLICT', 'SAME_DEVICE']);
    expect(await refused(two.id, '2222222222')).toEqual(['BAD_USER_INPUT', undefined]);
    expect(await refused(two.id, 'no code')).toEqual(['BAD_USER_INPUT', undefined]);
    await loyalty.refer(two.id, codeOne ?? '');
    expect(await refused(two.id, codeThree ?? '')).toEqual(['CONFLICT', 'ALREADY_REFERRED']);
    expect(await refused(one.id, codeTwo ?? '')).toEqual(['CONFLICT', 'MUTUAL_REFERRAL']);
    await loyalty.decide({ rules: RULES, referralStages: STAGES, mostReferrals: 1 });
    expect(await refused(three.id, codeOne ?? '')).toEqual(['CONFLICT', 'TOO_MANY_REFERRALS']);
    await loyalty.decide({ rules: RULES, referralStages: STAGES });
  });
});

describe('rights', () => {
  test('without consent nothing is shown', async () => {
    const { id } = await newcomer();
    await loyalty.post(id, 10, 'consent-1');
    const marketing = new LoyaltyClient(forPurpose(admin, 'MARKETING'));
    expect(await marketing.standing(id)).toBeNull();
    await expect(marketing.post(id, 5, 'consent-2')).rejects.toThrow('CONSENT_REQUIRED');
    expect((await loyalty.standing(id))?.points).toBe(10);
  });

  test(
    'restricted, nothing is posted; once it is lifted, what was missed follows',
    async () => {
      const { id, user } = await newcomer();
      await loyalty.post(id, 10, 'restricted-1');
      await met(officer, { profileId: id, kind: 'RESTRICTION' });
      await expect(loyalty.post(id, 5, 'restricted-2')).rejects.toThrow('CONFLICT profileId');
      expect(await loyalty.standing(id)).toBeNull();
      const witness = await newcomer();
      await sendAll(admin, [order(user, 'restricted', 40)]);
      await sendAll(admin, [order(witness.user, 'witness', 7)]);
      await loyalty.withPoints(witness.id, 7);
      await met(officer, { profileId: id, kind: 'RESTRICTION', lift: true });
      await loyalty.withPoints(id, 50);
    },
    LIMIT_MS,
  );

  test(
    'erased, nothing of the person is left, and the books still balance',
    async () => {
      const [gone, stays] = [await newcomer(), await newcomer()];
      await loyalty.post(gone.id, 100, 'erased-1');
      await loyalty.post(stays.id, 50, 'erased-2');
      await loyalty.refer(gone.id, await loyalty.codeOf(stays.id));
      await admin.data(MergeProfilesDocument, { into: stays.id, from: [gone.id], reason });
      await loyalty.post(stays.id, -160, 'erased-3');
      await admin.data(UnmergeProfileDocument, { profileId: stays.id, accountIds: [accountIdOf(gone.id)], reason });
      await eventually(() => loyalty.entries(gone.id), hasTransfer);
      await met(officer, { profileId: gone.id, kind: 'ERASURE' });
      await withServices(tenant, async (_, ctx, database) => {
        const documents = await documentsOf(database, ctx.tenantId);
        const own = documents.filter(({ collection }) => collection.startsWith('loyalty_'));
        expect(own.flatMap((one) => namedIn(one, [accountIdOf(gone.id), gone.id]))).toEqual([]);
        const books = await booksOf(database, ctx.tenantId);
        expect(faultsOf(books)).toEqual([]);
        const sum = [...balancesOf(books).values()].reduce((all, points) => all + points, 0);
        expect(sum).toBe(0);
      });
    },
    LIMIT_MS,
  );
});

function hasTransfer(entries: readonly { readonly kind: string }[]): boolean {
  return entries.some(({ kind }) => kind === 'TRANSFER');
}

test('what came while a programme was not in force yet is made good by a job', async () => {
  const own = await createTenant('loyalty-late');
  const client = clientOf(own);
  const user = byUser('late-1');
  await sendAll(client, [order(user, 'late-1', 12)]);
  const id = await idBy(client, user);
  const programme = new LoyaltyClient(client);
  await programme.decide({ rules: RULES });
  await withServices(own, async (services, ctx) => {
    const catchingUp = present(services.jobWork.kinds.find(({ kind }) => kind === 'catch-up-points'));
    const fresh = await services.tenants.freshContextOf(own, ctx.requestId);
    for (const _ of [1, 2]) await catchingUp.run(fresh, {}, {} as never);
  });
  await programme.withPoints(id, 12);
  expect(await programme.entries(id)).toHaveLength(1);
});

test('points end with their month, and a job writes it down', async () => {
  const own = await createTenant('loyalty-ending');
  const client = clientOf(own);
  const programme = new LoyaltyClient(client);
  await programme.decide({ expiryMonths: 1 });
  const user = byUser('ending-1');
  await sendAll(client, [identify({ identifiers: [user] })]);
  const id = await idBy(client, user);
  await programme.post(id, 40, 'ending-1');
  await programme.decide({ expiryMonths: null });
  await programme.post(id, 5, 'ending-2');
  const ends = new Date(present((await programme.standing(id))?.pointsExpireAt));
  expect(ends.getTime()).toBeGreaterThan(Date.now() + 27 * 86_400_000);
  await withServices(own, async (services, now, database) => {
    const expiring = present(services.jobWork.kinds.find(({ kind }) => kind === 'expire-points'));
    const run = (at: Date) => {
      const ctx = { ...now, now: () => at };
      const { signal } = new AbortController();
      const job = {
        id: 'job',
        checkpoint: null,
        signal,
        context: async () => ctx,
        save: async () => {},
        progress: async () => {},
      };
      return expiring.run(ctx, {}, job);
    };
    expect(await run(new Date(ends.getTime() - 1))).toEqual({ wallets: 0, points: 0 });
    expect(await run(ends)).toEqual({ wallets: 1, points: 40 });
    expect(await run(ends)).toEqual({ wallets: 0, points: 0 });
    const books = await booksOf(database, own);
    expect(faultsOf(books)).toEqual([]);
    expect(balancesOf(books).get('expired')).toBe(40);
  });
  expect((await programme.standing(id))?.points).toBe(5);
});
