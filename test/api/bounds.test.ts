import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  ProfileAccountsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { Claim } from '../../src/identities/claim.entity.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { type ApiClient, present } from '../support/api-client.js';
import { OwnServer } from '../support/own-server.js';
import { profileIdOf, profileOf } from '../support/profile-reader.js';
import {
  byDevice,
  byOpenId,
  byPhone,
  byUser,
  eventOf,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';

/** 100,000 take minutes on the slower databases, so a plain run tries fewer: BOUNDS_ACCOUNTS=100000 tries them all. */
const ACCOUNTS = Number(process.env.BOUNDS_ACCOUNTS ?? 20_000);
const BATCH = 5_000;
const HUB = 'one-device';
const LARGEST_PROFILE = 256 * 1_024;
/** Of one person, by ten phones: each phone's last account holds the next one too. */
const OF_ONE_PERSON = 600;
const PER_PHONE = 100;
const START = Date.UTC(2025, 0, 1);
const MINUTES_PER_BATCH_ON_SLOW_DATABASES = 2;

const TENANT = 'bounds';

/** Its database is its own: so many rows would slow down the tests beside it. No reaction's commands stand among the counted. */
const server = new OwnServer('error', { monitored: true, environment: { WORKER: 'off' } });
let admin: ApiClient;

beforeAll(async () => {
  await server.start();
  await server.createTenant(TENANT);
  admin = server.client(TENANT);
}, 180_000);
afterAll(() => server.dispose(), 30_000);

/** Account n of the device. */
function onTheDevice(n: number): EventInput {
  const identifiers = [byUser(`account-${n}`), byDevice(HUB)];
  const occurredAt = new Date(START + n * 60_000).toISOString();
  const traits = { name: `Name ${n}`, city: `City ${n}`, [`trait${n % 1_000}`]: 'x'.repeat(20) };
  return identify({ channel: 'APP', identifiers, traits, occurredAt });
}

/** Account n of one person, by one of ten phones: the first is the only one of its channel, as is the second. */
function ofOnePerson(n: number): EventInput {
  const channel = n === 0 ? ('IOT' as const) : n === 1 ? ('CRM' as const) : ('APP' as const);
  const phones = [Math.floor(n / PER_PHONE), Math.floor((n - 1) / PER_PHONE)].filter((phone) => phone >= 0);
  const identifiers = [byToken(n), ...[...new Set(phones)].map((phone) => byPhone(phoneNumber(phone)))];
  const occurredAt = new Date(START + n * 60_000).toISOString();
  const traits = { name: `Name ${n}`, city: `City ${n}`, [`trait${n % 1_000}`]: 'x'.repeat(20) };
  return identify({ channel, identifiers, traits, occurredAt });
}

const byToken = (n: number, app = 'token') => byOpenId(`account-${n}`, app);

async function documentBytes(id: string): Promise<number> {
  const raw = await server.withDatabase((database) =>
    database.collection(Profile).findOne({ _id: `${TENANT}:${id}` }, { raw: true }),
  );
  return (present(raw) as unknown as Buffer).length;
}

describe(`one device with ${ACCOUNTS.toLocaleString('en')} accounts (BOUNDS_ACCOUNTS sets how many)`, () => {
  test(
    'makes nobody one, and finds nobody',
    async () => {
      for (let at = 0; at < ACCOUNTS; at += BATCH)
        await sendAll(
          admin,
          Array.from({ length: Math.min(BATCH, ACCOUNTS - at) }, (_, n) => onTheDevice(at + n)),
        );
      const sample = [0, 1, 99, 100, 4_999, 5_000, 10_000, ACCOUNTS / 2, ACCOUNTS - 1];
      const ids = await Promise.all(sample.map((n) => profileIdOf(admin, byUser(`account-${n}`))));
      expect(new Set(ids).size).toBe(new Set(sample).size);
      expect(await profileIdOf(admin, byDevice(HUB))).toBeNull();
      const claims = await server.withDatabase((database) =>
        database.collection(Claim).find({ tenantId: TENANT, isShared: true }).toArray(),
      );
      expect(claims.map(({ size, holders }) => [size, Object.keys(holders).length])).toEqual([[128, 128]]);
    },
    (ACCOUNTS / BATCH) * MINUTES_PER_BATCH_ON_SLOW_DATABASES * 60_000,
  );
});

describe(`one person with ${OF_ONE_PERSON} accounts`, () => {
  let id: string;

  test('is one profile, whose document stays within 256 kB', async () => {
    const settings = { identifierRules: { PHONE: { most: 10 } } };
    await admin.data(UpdateTenantSettingsDocument, { settings, expectedVersion: 1 });
    const events = Array.from({ length: OF_ONE_PERSON }, (_, n) => ofOnePerson(n));
    await sendAll(admin, events.slice(0, 300));
    await sendAll(admin, events.slice(300));
    const sample = [0, 1, 99, 100, 101, 500, OF_ONE_PERSON - 1];
    const ids = await Promise.all(sample.map((n) => profileIdOf(admin, byToken(n))));
    id = present(await profileIdOf(admin, byPhone(phoneNumber(0))));
    expect(ids).toEqual(sample.map(() => id));
    expect(await documentBytes(id)).toBeLessThanOrEqual(LARGEST_PROFILE);
  }, 300_000);

  test('is read with one command, and one that keeps who read it; says that it is truncated, and keeps its bounds', async () => {
    const commands = await server.commands.during(async () => {
      const profile = await profileOf(admin, id);
      expect(profile.truncated).toBe(true);
      expect(profile.identifiers.length).toBeLessThanOrEqual(200);
      expect(profile.identifiers.length).toBeGreaterThanOrEqual(50);
      expect(profile.channelAccounts).toHaveLength(50);
      expect(profile.events?.edges).toHaveLength(20);
      expect(Object.keys(profile.traits.custom).length).toBeLessThanOrEqual(200);
      expect(profile.provenance.every(({ alternatives }) => alternatives.length <= 5)).toBe(true);
      expect(profile.channelAccounts?.[0]?.externalId).toBe(`account-${OF_ONE_PERSON - 1}`);
    });
    const sent = commands.map(({ name, collection }) => `${name} ${collection}`);
    expect(sent).toEqual(['find profiles', 'insert audit_inbox']);
  });

  test('shows accounts beyond those copied into it, each once, also by channel', async () => {
    const accounts = async (variables: object) =>
      present((await admin.data(ProfileAccountsDocument, { id, ...variables })).profile?.channelAccounts);
    const hundred = await accounts({ first: 100 });
    expect(new Set(hundred.map((account) => account.id)).size).toBe(100);
    expect((await accounts({ first: 100, channels: ['APP'] })).map(({ channel }) => channel)).toEqual(
      Array(100).fill('APP'),
    );
    expect((await accounts({ channels: ['CRM'] })).map(({ externalId }) => externalId)).toEqual(['account-1']);
    expect((await accounts({ channels: ['IOT'] })).map(({ externalId }) => externalId)).toEqual(['account-0']);
    expect((await accounts({ channels: ['IOT', 'CRM', 'STORE'] })).map(({ externalId }) => externalId).sort()).toEqual([
      'account-0',
      'account-1',
    ]);
    expect(await accounts({ channels: ['STORE'] })).toEqual([]);
  });

  test('takes one more event as fast as anyone', async () => {
    const { version } = await profileOf(admin, id);
    const from = Date.now();
    await sendAll(admin, [
      eventOf({
        channel: 'APP',
        identifiers: [byToken(7)],
        name: 'One More',
        occurredAt: new Date().toISOString(),
      }),
    ]);
    expect(Date.now() - from).toBeLessThan(3_000);
    const after = await profileOf(admin, id);
    expect(after.version).toBe(version + 1);
    expect(after.events?.edges[0]?.node.name).toBe('One More');
    expect(after.channelAccounts?.[0]?.externalId).toBe('account-7');
    expect(await documentBytes(id)).toBeLessThanOrEqual(LARGEST_PROFILE);
  });
});

describe('an identifier of more accounts than its claim names', () => {
  test.each([
    ['in the order of the accounts', (n: number) => n],
    ['against it', (n: number) => 399 - n],
  ])(
    'takes apart whom it made one, %s',
    async (order, numberAt) => {
      const tablet = `tablet ${order}`;
      const tokenOf = (n: number) => byToken(numberAt(n), order);
      const idOf = (n: number) => profileIdOf(admin, tokenOf(n));
      const events = Array.from({ length: 400 }, (_, n) =>
        identify({ channel: 'IOT', identifiers: [tokenOf(n), byDevice(tablet)] }),
      );
      await sendAll(admin, events.slice(0, 100));
      const hundred = await Promise.all(events.slice(0, 100).map((_, n) => idOf(n)));
      expect(new Set(hundred).size).toBe(1);
      await sendAll(admin, events.slice(100));
      const ids = await Promise.all(events.map((_, n) => idOf(n)));
      expect(new Set(ids).size).toBe(400);
      expect(await profileIdOf(admin, byDevice(tablet))).toBeNull();
    },
    120_000,
  );
});
