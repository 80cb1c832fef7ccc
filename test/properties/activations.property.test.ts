import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createActivations } from '../../src/activations/activation-services.js';
import { MembershipChange } from '../../src/memberships/membership-change.entity.js';
import { membershipStores } from '../../src/memberships/segment-services.js';
import type { TenantContext } from '../../src/platform/context.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import { ProfileStore } from '../../src/profiles/profile.store.js';
import { Operator } from '../../src/segments/rule-operator.js';
import { SegmentStore } from '../../src/segments/segment.store.js';
import { WebhookDelivery } from '../../src/webhooks/webhook-delivery.entity.js';
import { createWebhooks } from '../../src/webhooks/webhook-services.js';
import { FAILURE_MODES, Failures, failingDatabase } from '../support/failing-database.js';
import { MembershipWorld } from '../support/membership-world.js';
import { StitchingWorld } from '../support/stitching-world.js';

jest.setTimeout(900_000);

const DAY_MS = 86_400_000;
const CITIES = ['苏州', '成都'];
const [CITY] = CITIES;

const failures = new Failures();
let world: StitchingWorld;
beforeAll(async () => {
  world = await StitchingWorld.open(failures);
});
afterAll(() => world.close());

/** What the destination got, by the ids of the messages. */
type Inbox = Map<string, { readonly type: string; readonly profileId: string }>;

/** A process that files and sends, with nothing remembered; it stops where the others do. */
function newProcess(inbox: Inbox) {
  const database = failingDatabase(world.database, failures);
  const webhooks = createWebhooks({
    database,
    toLoopback: true,
    post: async (_url, { headers, body }) => {
      const { type, data } = JSON.parse(body);
      inbox.set(headers['webhook-id'] ?? '', { type, profileId: data.profileId });
      return { status: 204, retryAfter: undefined };
    },
  });
  const activation = createActivations({
    database,
    profileStore: new ProfileStore(database),
    segmentStore: new SegmentStore(database),
    segments: world.services.segments,
    stream: membershipStores(database).memberships,
    webhooks,
  });
  const work = async (ctx: TenantContext, laterMs = 0) => {
    while (await activation.activationFeed.file(ctx));
    const later: TenantContext = { ...ctx, now: () => new Date(ctx.now().getTime() + laterMs) };
    for (const destination of await webhooks.sending.destinationsOf(later))
      while ((await webhooks.sending.sendPiece(later, destination)).isMore);
  };
  return { webhooks, ...activation, work };
}

test.each(FAILURE_MODES)('a worker stopped %s any of its commands tells of each turn once', async (mode) => {
  const inbox: Inbox = new Map();
  const memberships = new MembershipWorld(world, world.newTenant());
  const setUp = newProcess(inbox);
  await memberships.define({ trait: { path: 'city', op: Operator.EQ, value: CITY } });
  await memberships.evaluateAll();
  const segmentId = memberships.segments[0]?.id ?? '';
  const { destination } = await setUp.webhooks.destinations.create(memberships.context(), 'x', 'http://127.0.0.1:9/');
  await setUp.activations.activate(memberships.context(), segmentId, destination.id, ConsentPurpose.SERVICE);
  for (let step = 1, isStopped = true; isStopped; step += 1) {
    expect(step).toBeLessThan(60);
    for (const user of [step % 4, 7])
      await memberships.does({ user, name: 'Product Viewed', total: 1, daysAgo: 0, city: CITIES[step % 2] });
    failures.stopAt(step, mode);
    const process = newProcess(inbox);
    isStopped = await memberships
      .react()
      .then(() => process.work(memberships.context()))
      .then(
        () => false,
        () => true,
      );
    await failures.restart();
    await memberships.react();
    await newProcess(inbox).work(memberships.context(), DAY_MS); // no claim holds that long
    await expectTold(memberships, inbox);
  }
});

/** The destination got one message a row of the stream, and who it takes for members are. */
async function expectTold(memberships: MembershipWorld, inbox: Inbox): Promise<void> {
  const { tenantId } = memberships.tenant;
  const rows = await world.database.collection(MembershipChange).find({ tenantId }).toArray();
  expect(inbox.size).toBe(rows.length);
  const inOrder = [...inbox].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, message]) => message);
  const members = new Set<string>();
  for (const { type, profileId } of inOrder)
    if (type === 'segment.entered') members.add(profileId);
    else members.delete(profileId);
  expect([...members].sort()).toEqual(Object.values(await memberships.members()).flat());
  const deliveries = await world.database.collection(WebhookDelivery).find({ tenantId }).toArray();
  expect(deliveries.map(({ state }) => state)).toEqual(rows.map(() => 'DELIVERED'));
}
