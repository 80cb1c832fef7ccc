import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import {
  CreateWebhookDestinationDocument,
  DeleteWebhookDestinationDocument,
  ResendWebhookDeliveriesDocument,
  RotateWebhookSecretDocument,
  TestWebhookDestinationDocument,
  UpdateWebhookDestinationDocument,
  WebhookDeliveriesDocument,
  WebhookDestinationsDocument,
} from '../../schema/generated/operations.js';
import { WebhookDelivery } from '../../src/webhooks/webhook-delivery.entity.js';
import { WebhookDestination } from '../../src/webhooks/webhook-destination.entity.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { createTenant, withDatabase } from '../support/server.js';
import { type Received, WebhookReceiver } from '../support/webhook-receiver.js';

const LIMIT_MS = 120_000;

let tenant: string;
let admin: ApiClient;
let receiver: WebhookReceiver;

beforeAll(async () => {
  tenant = await createTenant('webhooks');
  admin = clientOf(tenant);
  receiver = await WebhookReceiver.open();
});
afterAll(() => receiver.close());

/** A destination at a path of the receiver. */
async function destinationAt(path: string) {
  const made = await admin.data(CreateWebhookDestinationDocument, { name: 'CRM', url: receiver.urlOf(path) });
  return { id: made.createWebhookDestination.destination.id, secret: made.createWebhookDestination.secret };
}

const tried = async (id: string) => (await admin.data(TestWebhookDestinationDocument, { id })).testWebhookDestination;

async function deliveriesTo(destinationId: string) {
  const { webhookDeliveries } = await admin.data(WebhookDeliveriesDocument, { destinationId });
  return webhookDeliveries.edges.map(({ node }) => node);
}

/** The newest delivery, once it is as it should be. */
const newest = (
  destinationId: string,
  isSo: (delivery: { state: string; attempts: number; statusCode: number | null; fault: string | null }) => boolean,
) =>
  eventually(
    async () => present((await deliveriesTo(destinationId))[0]),
    (delivery) => isSo(delivery),
  );

const headersOf = ({ headers }: Received) => headers as Record<string, string>;
const codeOf = async (asked: Promise<unknown>) => {
  const { errors } = (await asked) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
};

describe('a delivery', () => {
  test(
    'arrives signed, verifies with a library of Standard Webhooks, and is listed',
    async () => {
      const { id, secret } = await destinationAt('/arrives');
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
      const filed = await tried(id);
      expect(filed).toMatchObject({ type: 'webhook.test', destinationId: id, profileId: null });
      const delivered = await newest(id, ({ state }) => state === 'DELIVERED');
      expect(delivered).toMatchObject({ id: filed.id, attempts: 1, statusCode: 204, fault: null, nextAt: null });
      const [first] = receiver.at('/arrives');
      const { body, headers } = present(first);
      expect(new Webhook(secret).verify(body, headersOf(present(first)))).toMatchObject({ type: 'webhook.test' });
      expect(headers).toMatchObject({ 'webhook-id': filed.id, 'content-type': 'application/json' });
    },
    LIMIT_MS,
  );

  test(
    'that fails is tried again under its id and a new time; a redirect is not followed',
    async () => {
      const { id, secret } = await destinationAt('/again');
      const answers = [500, 302];
      receiver.answer = ({ path }) =>
        path === '/again'
          ? { status: answers.shift() ?? 200, headers: { location: receiver.urlOf('/elsewhere') } }
          : { status: 204 };
      await tried(id);
      const failed = await newest(id, ({ attempts, fault }) => attempts === 1 && fault !== null);
      expect(failed).toMatchObject({ statusCode: 500, fault: 'STATUS', state: 'PENDING' });
      await setDue(id);
      await newest(id, ({ attempts, statusCode }) => attempts === 2 && statusCode === 302);
      await setDue(id);
      const delivered = await newest(id, ({ state }) => state === 'DELIVERED');
      expect(delivered).toMatchObject({ attempts: 3, statusCode: 200 });
      const ids = receiver.at('/again').map(({ headers }) => headers['webhook-id']);
      expect(new Set(ids)).toEqual(new Set([delivered.id]));
      for (const one of receiver.at('/again')) new Webhook(secret).verify(one.body, headersOf(one));
      expect(receiver.at('/elsewhere')).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'fails with the tenth attempt, and is sent again by hand',
    async () => {
      const { id } = await destinationAt('/fails');
      let status = 404;
      receiver.answer = ({ path }) => ({ status: path === '/fails' ? status : 204 });
      await tried(id);
      await newest(id, ({ attempts, fault }) => attempts === 1 && fault !== null);
      await setDue(id, 9);
      const failed = await newest(id, ({ state }) => state === 'FAILED');
      expect(failed).toMatchObject({ attempts: 10, statusCode: 404, nextAt: null });
      status = 200;
      const { resendWebhookDeliveries } = await admin.data(ResendWebhookDeliveriesDocument, { ids: [failed.id] });
      expect(resendWebhookDeliveries).toBe(1);
      expect(await newest(id, ({ state }) => state === 'DELIVERED')).toMatchObject({ id: failed.id, attempts: 1 });
      const again = await admin.data(ResendWebhookDeliveriesDocument, { ids: [failed.id] });
      expect(again.resendWebhookDeliveries).toBe(0); // it was delivered
    },
    LIMIT_MS,
  );

  test(
    'answered with 410 ends the destination, until somebody enables it',
    async () => {
      const { id } = await destinationAt('/gone');
      receiver.answer = ({ path }) => ({ status: path === '/gone' ? 410 : 204 });
      await tried(id);
      expect(await newest(id, ({ state }) => state === 'FAILED')).toMatchObject({ statusCode: 410, attempts: 1 });
      const [destination] = await eventually(
        async () =>
          (await admin.data(WebhookDestinationsDocument, {})).webhookDestinations.filter((one) => one.id === id),
        (found) => found[0]?.status === 'GONE',
      );
      expect(destination?.status).toBe('GONE');
      expect(await tried(id)).toMatchObject({ state: 'FAILED', fault: 'DISABLED', attempts: 0 });
      receiver.answer = () => ({ status: 204 });
      await admin.data(UpdateWebhookDestinationDocument, { id, isEnabled: true });
      await tried(id);
      await newest(id, ({ state }) => state === 'DELIVERED');
    },
    LIMIT_MS,
  );

  test(
    'bears the signatures of both secrets while a rotation overlaps',
    async () => {
      const { id, secret } = await destinationAt('/rotated');
      const { rotateWebhookSecret } = await admin.data(RotateWebhookSecretDocument, { id, overlapHours: 1 });
      expect(rotateWebhookSecret.secret).not.toBe(secret);
      await tried(id);
      await newest(id, ({ state }) => state === 'DELIVERED');
      const one = present(receiver.at('/rotated')[0]);
      for (const key of [secret, rotateWebhookSecret.secret]) new Webhook(key).verify(one.body, headersOf(one));
      await admin.data(RotateWebhookSecretDocument, { id, overlapHours: 0 });
      const { id: last } = await tried(id);
      await newest(id, ({ state }) => state === 'DELIVERED');
      const next = present(receiver.at('/rotated').find(({ headers }) => headers['webhook-id'] === last));
      expect(() => new Webhook(rotateWebhookSecret.secret).verify(next.body, headersOf(next))).toThrow('signature');
    },
    LIMIT_MS,
  );

  test(
    'to a destination that nobody listens at is told as unreachable, and holds up no other',
    async () => {
      const { createWebhookDestination: made } = await admin.data(CreateWebhookDestinationDocument, {
        name: 'nobody',
        url: 'http://127.0.0.1:1/',
      });
      await tried(made.destination.id);
      const { id } = await destinationAt('/beside');
      await tried(id);
      await newest(id, ({ state }) => state === 'DELIVERED');
      const failed = await newest(made.destination.id, ({ attempts, fault }) => attempts === 1 && fault !== null);
      expect(failed).toMatchObject({ state: 'PENDING', fault: 'UNREACHABLE', statusCode: null });
    },
    LIMIT_MS,
  );
});

describe('destinations', () => {
  test('keep address and secret sealed, and show the address to who manages them alone', async () => {
    const { id } = await destinationAt('/sealed?key=4711');
    const stored = await withDatabase((database) =>
      database.collection(WebhookDestination).findOne({ _id: `${tenant}:${id}` } as object),
    );
    expect(JSON.stringify(stored)).not.toContain('4711');
    expect(JSON.stringify(stored)).not.toContain('whsec');
    const urls = async (client: ApiClient) =>
      (await client.data(WebhookDestinationsDocument, {})).webhookDestinations.map(({ url }) => url);
    expect(await urls(admin)).toContain(receiver.urlOf('/sealed?key=4711'));
    expect(new Set(await urls(clientOf(tenant, ['MARKETER'])))).toEqual(new Set([null]));
  });

  test.each([
    ['https://10.0.0.1/', 'BAD_USER_INPUT'],
    ['https://a:b@hooks.example.com/', 'BAD_USER_INPUT'],
    ['http://hooks.example.com/', 'BAD_USER_INPUT'],
  ])('%s is refused', async (url, code) => {
    expect(await codeOf(admin.ask(CreateWebhookDestinationDocument, { name: 'x', url }))).toBe(code);
  });

  test('of others do not exist', async () => {
    const { id } = await destinationAt('/own');
    const stranger = clientOf(await createTenant('webhooks'));
    expect(await codeOf(stranger.ask(TestWebhookDestinationDocument, { id }))).toBe('NOT_FOUND');
    expect(await codeOf(stranger.ask(WebhookDeliveriesDocument, { destinationId: id }))).toBe('NOT_FOUND');
    expect(await codeOf(stranger.ask(DeleteWebhookDestinationDocument, { id }))).toBe('NOT_FOUND');
  });

  test('are for those who may', async () => {
    const marketer = clientOf(tenant, ['MARKETER']);
    const asked = marketer.ask(CreateWebhookDestinationDocument, { name: 'x', url: receiver.urlOf('/x') });
    expect(await codeOf(asked)).toBe('FORBIDDEN');
    expect(await codeOf(clientOf(tenant, ['VIEWER']).ask(WebhookDestinationsDocument, {}))).toBe('FORBIDDEN');
  });

  test('go with their deliveries', async () => {
    const { id } = await destinationAt('/deleted');
    await tried(id);
    await newest(id, ({ state }) => state === 'DELIVERED');
    await admin.data(DeleteWebhookDestinationDocument, { id });
    expect(await codeOf(admin.ask(WebhookDeliveriesDocument, { destinationId: id }))).toBe('NOT_FOUND');
    const left = await withDatabase((database) =>
      database.collection(WebhookDelivery).countDocuments({ tenantId: tenant, destinationId: id }),
    );
    expect(left).toBe(0);
  });
});

/** Lets what waits for its next attempt be tried now, as if it had been tried so often. */
async function setDue(destinationId: string, attempts?: number): Promise<void> {
  await withDatabase((database) =>
    database
      .collection(WebhookDelivery)
      .updateMany(
        { tenantId: tenant, destinationId, state: 'PENDING' } as object,
        { $set: { nextAt: new Date(), ...(attempts !== undefined && { attempts }) } } as object,
      ),
  );
}
