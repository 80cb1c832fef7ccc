import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  ActivateSegmentDocument,
  ChangeSegmentListDocument,
  CreateSegmentDocument,
  CreateStaticSegmentDocument,
  CreateWebhookDestinationDocument,
  DeactivateSegmentDocument,
  SegmentActivationsDocument,
  SegmentDocument,
  SegmentSizesDocument,
  WebhookDeliveriesDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { record } from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const LIMIT_MS = 200_000;

let tenant: string;
let admin: ApiClient;
let receiver: WebhookReceiver;
let secret: string;
let destinationId: string;
let people = 0;

beforeAll(async () => {
  tenant = await createTenant('activations');
  admin = clientOf(tenant, ['ADMIN', 'PRIVACY_OFFICER']);
  receiver = await WebhookReceiver.open();
  const variables = { name: 'CRM', url: receiver.urlOf('/crm') };
  const { createWebhookDestination: made } = await admin.data(CreateWebhookDestinationDocument, variables);
  secret = made.secret;
  destinationId = made.destination.id;
});
beforeEach(() => {
  receiver.received.length = 0;
});
afterAll(() => receiver.close());

interface Message {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the receiver was told, verified, by its ids: what comes twice counts once. */
function told(profileId?: string): Message[] {
  const webhook = new Webhook(secret);
  const messages = receiver.received.map(({ headers, body }) => {
    return [String(headers['webhook-id']), webhook.verify(body, headers as Record<string, string>) as Message] as const;
  });
  const all = [...new Map(messages).values()];
  return profileId === undefined ? all : all.filter(({ data }) => data.profileId === profileId);
}

const isTold = (profileId: string, ...types: string[]) =>
  eventually(
    async () => told(profileId).map(({ type }) => type),
    (found) => JSON.stringify(found) === JSON.stringify(types),
  );

async function person(city: string, isConsenting: boolean) {
  people += 1;
  const identifiers = [byUser(`act-${people}`)];
  const say = (now: string) => sendAll(admin, [identify({ channel: 'APP', identifiers, traits: { city: now } })]);
  await say('北京');
  const id = await idBy(admin, byUser(`act-${people}`));
  if (isConsenting) await record(admin, id, 'MARKETING', true);
  await say(city);
  return { id, say };
}

async function activeSegment(city: string) {
  const rule = { trait: { path: 'city', op: 'EQ', value: city } } as const;
  const { id } = (await admin.data(CreateSegmentDocument, { name: `in ${city}`, rule })).createSegment;
  await eventually(
    async () => present((await admin.data(SegmentDocument, { id })).segment),
    ({ evaluatedAt }) => evaluatedAt !== null,
  );
  const { activateSegment } = await admin.data(ActivateSegmentDocument, { segmentId: id, destinationId });
  return { id, activation: activateSegment };
}

test(
  'who enters and leaves is told of once each, by ids alone, where they consented',
  async () => {
    const { id: segmentId, activation } = await activeSegment('苏州');
    expect(activation).toMatchObject({ segmentId, destinationId, purpose: 'MARKETING' });
    const silent = await person('苏州', false);
    const one = await person('苏州', true);
    await isTold(one.id, 'segment.entered');
    await one.say('成都');
    await isTold(one.id, 'segment.entered', 'segment.exited');
    expect(told(silent.id)).toEqual([]);
    const [entered] = told(one.id);
    expect(Object.keys(present(entered).data).sort()).toEqual(
      ['activationId', 'at', 'profileId', 'purpose', 'reason', 'segmentId', 'segmentName'].sort(),
    );
    expect(present(entered).data).toMatchObject({ segmentId, segmentName: 'in 苏州', activationId: activation.id });
    expect(receiver.received.map(({ body }) => body).join()).not.toContain('成都');
    const day = 86_400_000;
    const range = { from: new Date(Date.now() - day).toISOString(), to: new Date(Date.now() + day).toISOString() };
    const { segment } = await admin.data(SegmentSizesDocument, { id: segmentId, range });
    const [before, today, ...none] = present(segment).sizeHistory;
    expect(before).toMatchObject({ size: 0, entered: 0, exited: 0 });
    expect(today).toMatchObject({ size: 1, entered: 2, exited: 1 });
    expect(none).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'who withdraws their consent is told of as leaving, and who gives it as entering',
  async () => {
    await activeSegment('杭州');
    const one = await person('杭州', true);
    await isTold(one.id, 'segment.entered');
    await record(admin, one.id, 'MARKETING', false);
    await isTold(one.id, 'segment.entered', 'segment.exited');
    expect(told(one.id)[1]?.data).toMatchObject({ reason: 'consent' });
    await record(admin, one.id, 'MARKETING', true);
    await isTold(one.id, 'segment.entered', 'segment.exited', 'segment.entered');
  },
  LIMIT_MS,
);

test(
  'who is restricted is told of as leaving, and an erasure takes the deliveries',
  async () => {
    await activeSegment('广州');
    const one = await person('广州', true);
    await isTold(one.id, 'segment.entered');
    await met(admin, { profileId: one.id, kind: 'RESTRICTION' });
    await isTold(one.id, 'segment.entered', 'segment.exited');
    await met(admin, { profileId: one.id, kind: 'ERASURE' });
    const { webhookDeliveries } = await admin.data(WebhookDeliveriesDocument, { destinationId, first: 100 });
    expect(webhookDeliveries.edges.length).toBeGreaterThan(0);
    expect(webhookDeliveries.edges.filter(({ node }) => node.profileId === one.id)).toEqual([]);
  },
  LIMIT_MS,
);

test(
  'a STATIC segment is told of as well, until it is deactivated',
  async () => {
    const [one, other] = [await person('上海', true), await person('上海', true)];
    const made = await admin.data(CreateStaticSegmentDocument, { name: 'list', profileIds: [] });
    const { id } = made.createStaticSegment;
    const { activateSegment } = await admin.data(ActivateSegmentDocument, { segmentId: id, destinationId });
    const list = (profileIds: string[]) => admin.data(ChangeSegmentListDocument, { id, change: 'REPLACE', profileIds });
    await list([one.id]);
    await isTold(one.id, 'segment.entered');
    expect((await admin.data(SegmentActivationsDocument, { segmentId: id })).segmentActivations).toEqual([
      expect.objectContaining({ id: activateSegment.id }),
    ]);
    await admin.data(DeactivateSegmentDocument, { id: activateSegment.id });
    await list([other.id]);
    await activeSegment('深圳');
    const last = await person('深圳', true);
    await isTold(last.id, 'segment.entered');
    expect(told(other.id)).toEqual([]);
  },
  LIMIT_MS,
);

test('what does not fit is refused', async () => {
  const { id: segmentId } = await activeSegment('武汉');
  const asked = (variables: object) => admin.codes(ActivateSegmentDocument, { segmentId, destinationId, ...variables });
  expect(await asked({ purpose: 'PARTNER_SHARING' })).toEqual(['BAD_USER_INPUT']);
  expect(await asked({ segmentId: 'seg_00000000000000000000000000' })).toEqual(['NOT_FOUND']);
  expect(await asked({ destinationId: 'whd_00000000000000000000000000' })).toEqual(['NOT_FOUND']);
  expect(await admin.codes(DeactivateSegmentDocument, { id: 'act_00000000000000000000000000' })).toEqual(['NOT_FOUND']);
  const viewer = clientOf(tenant, ['VIEWER']);
  expect(await viewer.codes(ActivateSegmentDocument, { segmentId, destinationId })).toEqual(['FORBIDDEN']);
});
