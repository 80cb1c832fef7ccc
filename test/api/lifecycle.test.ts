import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateSegmentDocument,
  MergeProfilesDocument,
  SegmentDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { forPurpose } from '../support/consenting-people.js';
import { atStage, customerOf, customersOf, stepsOf, untilCustomer } from '../support/customer-client.js';
import { eventually } from '../support/eventually.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const LIMIT_MS = 600_000;
const reason = 'A test';

let tenant: string;
let admin: ApiClient;
let officer: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('lifecycle');
  admin = clientOf(tenant);
  officer = clientOf(tenant, ['PRIVACY_OFFICER']);
});

let made = 0;
type Deed = readonly [name: string, daysAgo: number];
const deeds = (user: ReturnType<typeof byUser>, all: readonly Deed[]) =>
  all.map(([name, days]) => eventOf({ channel: 'APP', identifiers: [user], name, occurredAt: daysAgo(days) }));

async function customer(...all: readonly Deed[]) {
  made += 1;
  const user = byUser(`lc-${made}`);
  await sendAll(admin, deeds(user, all));
  return { user, id: await idBy(admin, user) };
}

describe('a lifecycle', () => {
  test('follows what happens, also what is told of late', async () => {
    const { id, user } = await customer(['Page Viewed', 5], ['Signed Up', 4]);
    expect(stepsOf(await atStage(admin, id, 'ACQUISITION'))).toEqual([
      'AWARENESS ACTIVE, event Page Viewed',
      'ACQUISITION ACTIVE, event Signed Up',
    ]);
    await sendAll(admin, deeds(user, [['Order Completed', 2]]));
    await atStage(admin, id, 'CONVERSION');
    await sendAll(admin, deeds(user, [['Order Completed', 50]]));
    const { lifecycle } = await atStage(admin, id, 'RETENTION');
    expect(present(lifecycle).history.map(({ from, to, activity }) => [from, to, activity])).toEqual([
      [null, 'CONVERSION', 'ACTIVE'],
      ['CONVERSION', 'ACQUISITION', 'SILENT'],
      ['ACQUISITION', 'ACQUISITION', 'RETURNED'],
      ['ACQUISITION', 'RETENTION', 'RETURNED'],
    ]);
    expect(present(lifecycle)).toMatchObject({ activity: 'RETURNED', since: present(lifecycle).history.at(-1)?.at });
  });

  test('moves down by silence, up to churn', async () => {
    const [silent, churned] = [await customer(['Order Completed', 45]), await customer(['Order Completed', 95])];
    await untilCustomer(admin, silent.id, ({ lifecycle }) => lifecycle?.activity === 'SILENT');
    expect(stepsOf(await customerOf(admin, silent.id))).toEqual([
      'CONVERSION ACTIVE, event Order Completed',
      'ACQUISITION SILENT, silence of 30 days',
    ]);
    expect((await atStage(admin, churned.id, 'CHURN')).lifecycle?.activity).toBe('CHURNED');
    const found = await eventually(
      () => customersOf(admin, 'CHURN'),
      (ids) => ids.includes(churned.id),
    );
    expect(found).not.toContain(silent.id);
  });

  test('of somebody with more events than the profile shows is read from all of them', async () => {
    const views = Array.from({ length: 30 }, (_, n): Deed => ['Page Viewed', 1 + n / 100]);
    const { id } = await customer(['Order Completed', 40], ['Order Completed', 39], ...views);
    const { lifecycle } = await untilCustomer(admin, id, (one) => one.lifecycle?.activity === 'RETURNED');
    expect(lifecycle?.stage).toBe('CONVERSION');
    expect(lifecycle?.history.map(({ to }) => to)).toEqual(['CONVERSION', 'RETENTION', 'CONVERSION', 'CONVERSION']);
  });

  test('what reached the customer is no activity of theirs', async () => {
    const { id, user } = await customer(['Page Viewed', 45]);
    await sendAll(admin, deeds(user, [['Email Delivered', 1]]));
    await untilCustomer(admin, id, ({ lifecycle }) => lifecycle?.activity === 'SILENT');
  });

  test('of merged people is that of both together, and of parted ones each again their own', async () => {
    const [one, other] = [await customer(['Order Completed', 9]), await customer(['Order Completed', 3])];
    await Promise.all([one, other].map(({ id }) => atStage(admin, id, 'CONVERSION')));
    await admin.data(MergeProfilesDocument, { into: one.id, from: [other.id], reason });
    const merged = await atStage(admin, one.id, 'RETENTION');
    expect(stepsOf(merged)).toEqual([
      'CONVERSION ACTIVE, event Order Completed',
      'RETENTION ACTIVE, event Order Completed',
    ]);
    const accountIds = [accountIdOf(other.id)];
    await admin.data(UnmergeProfileDocument, { profileId: one.id, accountIds, reason });
    for (const { id } of [one, other])
      expect(stepsOf(await atStage(admin, id, 'CONVERSION'))).toEqual(['CONVERSION ACTIVE, event Order Completed']);
    await withServices(tenant, async (_, ctx, database) => {
      const redirects = { tenantId: ctx.tenantId, mergedInto: { $gt: '' }, 'customer.revision': { $gt: '' } };
      expect(await database.collection(Profile).countDocuments(redirects as object)).toBe(0);
    });
  });
});

describe('a segment by stage', () => {
  const membersOf = async (id: string) => {
    const { segment } = await admin.data(SegmentDocument, { id, first: 100 });
    return present(segment).members.edges.map(({ node }) => node.id);
  };

  test(
    'is entered and left as stages turn',
    async () => {
      const { id, user } = await customer(['Signed Up', 3]);
      const rule = { all: [{ lifecycle: ['ACQUISITION' as const] }, { channel: 'APP' as const }] };
      const segment = (await admin.data(CreateSegmentDocument, { name: 'to be won', rule })).createSegment;
      const until = (isIn: boolean) =>
        eventually(
          () => membersOf(segment.id),
          (members) => members.includes(id) === isIn,
        );
      await until(true);
      await sendAll(admin, deeds(user, [['Order Completed', 1]]));
      await until(false);
    },
    LIMIT_MS,
  );

  test('is refused for a stage there is none of, with its place', async () => {
    const { errors } = await admin.ask(CreateSegmentDocument, { name: 'x', rule: { lifecycle: [] } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: 'rule.lifecycle' } });
  });
});

describe('rights', () => {
  test('without consent it is not shown', async () => {
    const { id } = await customer(['Order Completed', 1]);
    await atStage(admin, id, 'CONVERSION');
    expect((await customerOf(forPurpose(admin, 'MARKETING'), id)).lifecycle).toBeNull();
  });

  test.each(['OBJECTION', 'RESTRICTION'] as const)(
    'under an %s nobody is judged, until it is lifted',
    async (kind) => {
      const { id } = await customer(['Order Completed', 1], ['Order Completed', 2]);
      await atStage(admin, id, 'RETENTION');
      await met(officer, { profileId: id, kind });
      await untilCustomer(officer, id, ({ lifecycle }) => lifecycle === null);
      await eventually(
        () => customersOf(officer, 'RETENTION'),
        (ids) => !ids.includes(id),
      );
      await met(officer, { profileId: id, kind, lift: true });
      await atStage(admin, id, 'RETENTION');
    },
    LIMIT_MS,
  );

  test(
    'of who is erased nothing is left',
    async () => {
      const { id } = await customer(['Order Completed', 1]);
      await atStage(admin, id, 'CONVERSION');
      await met(officer, { profileId: id, kind: 'ERASURE' });
      await withServices(tenant, async (_, ctx, database) => {
        const [slot] = await database.findByKeys(Profile, [`${ctx.tenantId}:${id}`]);
        expect(slot?.erasedAt).toBeInstanceOf(Date);
        expect(slot?.customer).toBeUndefined();
      });
    },
    LIMIT_MS,
  );
});
