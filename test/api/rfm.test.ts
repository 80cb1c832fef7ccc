import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  ContactPolicyDocument,
  CreateSegmentDocument,
  MergeProfilesDocument,
  SegmentDocument,
} from '../../schema/generated/operations.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { RfmVersion } from '../../src/rfm/rfm-version.entity.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { customerOf, untilCustomer } from '../support/customer-client.js';
import { eventually } from '../support/eventually.js';
import { resultOf } from '../support/job-client.js';
import { decideSettings } from '../support/match-candidates.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const LIMIT_MS = 600_000;
const SCORING = 'score-customers';

/** An order so many days ago; a list has one each. */
interface Bought {
  readonly daysAgo: number;
  readonly total?: number;
  readonly currency?: string;
}

const orders = (user: ReturnType<typeof byUser>, bought: readonly Bought[]) =>
  bought.map(({ daysAgo: days, ...properties }) =>
    eventOf({ channel: 'APP', identifiers: [user], name: 'Order Completed', properties, occurredAt: daysAgo(days) }),
  );

class Shop {
  readonly admin: ApiClient;
  private made = 0;

  constructor(readonly tenant: string) {
    this.admin = clientOf(tenant);
  }

  static async open(name: string): Promise<Shop> {
    return new Shop(await createTenant(name));
  }

  async customer(...bought: readonly Bought[]) {
    this.made += 1;
    const user = byUser(`rfm-${this.tenant}-${this.made}`);
    await sendAll(this.admin, [
      eventOf({ channel: 'APP', identifiers: [user], occurredAt: daysAgo(120) }),
      ...orders(user, bought),
    ]);
    return { user, id: await idBy(this.admin, user) };
  }

  score(): Promise<Record<string, unknown>> {
    return resultOf(this.admin, SCORING);
  }

  async rfmOf(id: string) {
    return (await customerOf(this.admin, id)).rfm;
  }

  async untilTier(id: string, tier: string | null) {
    return present(await untilCustomer(this.admin, id, ({ rfm }) => (rfm?.tier ?? null) === tier)).rfm;
  }
}

/** Five customers, each better than the one before: the first bought once, long ago, for little. */
async function fiveCustomers(shop: Shop) {
  const all = [];
  for (let n = 1; n <= 5; n += 1) {
    const bought = Array.from({ length: n }, (_, k) => ({ daysAgo: 60 - n * 10 + k, total: n * 10 }));
    all.push(await shop.customer(...bought));
  }
  return all;
}

describe('scores', () => {
  let shop: Shop;
  let people: Awaited<ReturnType<typeof fiveCustomers>>;
  beforeAll(async () => {
    shop = await Shop.open('rfm');
    people = await fiveCustomers(shop);
  }, LIMIT_MS);

  const at = (n: number) => present(people[n]);

  test('are none before they were made', async () => {
    expect(await shop.rfmOf(at(4).id)).toBeNull();
  });

  test(
    'are fifths of the customers with orders',
    async () => {
      const nobody = await shop.customer();
      expect(await shop.score()).toEqual({ version: 1, customers: 5, profiles: 6 });
      const found = await Promise.all(people.map(({ id }) => shop.rfmOf(id)));
      expect(found.map((rfm) => [rfm?.r, rfm?.f, rfm?.m])).toEqual([1, 2, 3, 4, 5].map((n) => [n, n, n]));
      expect(found.map((rfm) => rfm?.tier)).toEqual([
        'LOW_VALUE',
        'LOW_VALUE',
        'MEDIUM_VALUE',
        'HIGH_VALUE',
        'HIGH_VALUE',
      ]);
      expect(found[4]).toMatchObject({
        recencyDays: 10,
        frequency: 5,
        monetary: { amount: '250.00', currency: 'CNY' },
        repurchase: { cycleDays: 1, overdueDays: 9 },
      });
      expect(found[0]).toMatchObject({ repurchase: null, careFrom: null });
      expect(present(found[4]).careFrom).not.toBeNull();
      expect(await shop.rfmOf(nobody.id)).toBeNull();
    },
    LIMIT_MS,
  );

  test('decide how often customers may be contacted', async () => {
    const policyOf = async ({ id }: { readonly id: string }) => {
      const { profile } = await shop.admin.data(ContactPolicyDocument, { id });
      return present(present(profile).contactPolicy);
    };
    expect(await policyOf(at(4))).toMatchObject({ cap: 3, windowDays: 7 });
    expect(await policyOf(at(1))).toMatchObject({ cap: 1, windowDays: 30 });
  });

  test(
    'move live within the cuts, and those of other currencies count no money',
    async () => {
      await sendAll(shop.admin, orders(at(0).user, [{ daysAgo: 0, total: 500, currency: 'USD' }]));
      const rfm = await shop.untilTier(at(0).id, 'POTENTIAL');
      expect(rfm).toMatchObject({ recencyDays: 0, frequency: 2, monetary: { amount: '10.00' }, r: 5, f: 2, m: 1 });
      expect((await shop.rfmOf(at(4).id))?.tier).toBe('HIGH_VALUE');
    },
    LIMIT_MS,
  );

  test(
    'are asked for by segments, which turn live and with new cuts',
    async () => {
      const rule = { tier: ['HIGH_VALUE'] };
      const { id } = (await shop.admin.data(CreateSegmentDocument, { name: 'best', rule })).createSegment;
      const membersOf = async () => {
        const { segment } = await shop.admin.data(SegmentDocument, { id, first: 100 });
        return present(segment).members.edges.map(({ node }) => node.id);
      };
      const until = (ids: readonly string[]) =>
        eventually(
          membersOf,
          (members) => JSON.stringify([...members].sort()) === JSON.stringify([...ids].sort()),
          120_000,
        );
      await until([at(3).id, at(4).id]);
      await sendAll(
        shop.admin,
        orders(
          at(1).user,
          Array.from({ length: 4 }, () => ({ daysAgo: 1, total: 100 })),
        ),
      );
      await until([at(1).id, at(3).id, at(4).id]);
      for (let n = 0; n < 6; n += 1)
        await shop.customer(...Array.from({ length: 9 }, (_, k) => ({ daysAgo: k / 10, total: 1_000 })));
      await shop.score();
      await eventually(membersOf, (members) => !members.includes(at(3).id), 120_000);
    },
    LIMIT_MS,
  );

  test('by a tier that the tenant has none of are refused, with a suggestion', async () => {
    const { errors } = await shop.admin.ask(CreateSegmentDocument, { name: 'x', rule: { tier: ['HIGH_VALU'] } });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path: 'rule.tier[0]', suggestion: 'HIGH_VALUE' },
    });
  });

  test('are not shown to who may not read order values, which is said', async () => {
    const { rfm, withheld } = await customerOf(clientOf(shop.tenant, ['ANALYST']), at(4).id);
    expect(rfm).toBeNull();
    expect(withheld).toContainEqual({ path: 'rfm', reason: 'ROLE' });
  });

  test(
    'of two who are merged are those of their orders together',
    async () => {
      const [one, other] = [
        await shop.customer({ daysAgo: 3, total: 5 }),
        await shop.customer({ daysAgo: 2, total: 7 }),
      ];
      await untilCustomer(shop.admin, one.id, ({ rfm }) => rfm?.frequency === 1);
      await shop.admin.data(MergeProfilesDocument, { into: one.id, from: [other.id], reason: 'A test' });
      const { rfm } = await untilCustomer(shop.admin, one.id, (shown) => shown.rfm?.frequency === 2);
      expect(rfm).toMatchObject({ recencyDays: 2, monetary: { amount: '12.00' } });
    },
    LIMIT_MS,
  );

  test(
    'are none of who has objected, who is not counted either',
    async () => {
      const { id } = at(2);
      await met(clientOf(shop.tenant, ['PRIVACY_OFFICER']), { profileId: id, kind: 'OBJECTION' });
      await untilCustomer(shop.admin, id, ({ rfm }) => rfm === null);
      const before = await withServices(shop.tenant, (services, ctx) => services.rfmVersions.latest(ctx));
      const { customers } = await shop.score();
      expect(customers).toBeLessThan(present(before).customers + 2);
      expect(await shop.rfmOf(id)).toBeNull();
    },
    LIMIT_MS,
  );
});

describe('clear answers', () => {
  test(
    'of fewer than five customers there are no scores',
    async () => {
      const shop = await Shop.open('rfm-few');
      const { id } = await shop.customer({ daysAgo: 1, total: 5 });
      expect(await shop.score()).toMatchObject({ version: 1, customers: 1 });
      expect(await shop.rfmOf(id)).toBeNull();
    },
    LIMIT_MS,
  );

  test(
    'all alike have the middle scores, and no amount is zero',
    async () => {
      const shop = await Shop.open('rfm-alike');
      const all = [];
      for (let n = 0; n < 5; n += 1) all.push(await shop.customer({ daysAgo: 1 }));
      await shop.score();
      for (const { id } of all)
        expect(await shop.rfmOf(id)).toMatchObject({
          r: 3,
          f: 3,
          m: 3,
          tier: 'MEDIUM_VALUE',
          monetary: { amount: '0.00' },
        });
    },
    LIMIT_MS,
  );

  test(
    'where order values are sealed, none stands in a profile, and who may read them still does',
    async () => {
      const shop = await Shop.open('rfm-sealed');
      await decideSettings(shop.admin, { sealImportant: true });
      const people = await fiveCustomers(shop);
      await shop.score();
      const { id } = present(people[4]);
      expect(await shop.rfmOf(id)).toMatchObject({ monetary: { amount: '250.00' }, tier: 'HIGH_VALUE' });
      await withServices(shop.tenant, async (_, ctx, database) => {
        const [stored] = await database.findByKeys(Profile, [`${ctx.tenantId}:${id}`]);
        expect(stored?.customer?.scores).toMatchObject({ tier: 'HIGH_VALUE', monetary: null });
      });
    },
    LIMIT_MS,
  );

  test(
    'cuts of another currency are not used, and each scoring is a version of its own',
    async () => {
      const shop = await Shop.open('rfm-currency');
      const people = await fiveCustomers(shop);
      expect((await shop.score()).version).toBe(1);
      await decideSettings(shop.admin, { currency: 'USD' });
      expect((await shop.score()).version).toBe(2);
      expect(await shop.rfmOf(present(people[4]).id)).toMatchObject({
        monetary: { currency: 'USD', amount: '0.00' },
        m: 3,
      });
      await withServices(shop.tenant, async (_, ctx, database) => {
        const versions = await database.collection(RfmVersion).find({ tenantId: ctx.tenantId }).toArray();
        expect(versions.map(({ version, currency }) => [version, currency]).sort()).toEqual([
          [1, 'CNY'],
          [2, 'USD'],
        ]);
      });
    },
    LIMIT_MS,
  );
});
