import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountKeys } from '../../src/channels/account.service.js';
import { AccountStore } from '../../src/channels/account.store.js';
import { loadConfig } from '../../src/config.js';
import { EventStore } from '../../src/events/event.store.js';
import { LinkStore } from '../../src/identities/link.store.js';
import { QuarantineStore } from '../../src/ingestion/quarantine.store.js';
import type { JobRun } from '../../src/jobs/job-kind.js';
import type { RequestContext, TenantContext } from '../../src/platform/context.js';
import { Database } from '../../src/platform/database.js';
import type { Sensitivity } from '../../src/platform/entity.js';
import { idOf } from '../../src/platform/ids.js';
import { LocalKeys } from '../../src/platform/key-provider.js';
import { Loaders } from '../../src/platform/loaders.js';
import { ManualTraitStore } from '../../src/profiles/manual-trait.store.js';
import { ProfileStore } from '../../src/profiles/profile.store.js';
import type { ResealService } from '../../src/sealing/reseal.service.js';
import { createServices, type Services } from '../../src/services.js';
import { Tenant } from '../../src/tenants/tenant.entity.js';
import { TenantService } from '../../src/tenants/tenant.service.js';
import { keyOfTenant, TenantStore } from '../../src/tenants/tenant.store.js';
import { TenantKeyService } from '../../src/tenants/tenant-key.service.js';
import { storedKeysOf, unwrapTenantKey } from '../../src/tenants/tenant-keys.js';
import { present } from '../support/api-client.js';
import { barringLinks } from '../support/barring-links.js';
import type { SentCommand } from '../support/command-log.js';
import { OwnDatabase } from '../support/own-database.js';
import { blobHeads, tallyOf } from '../support/sealed-blobs.js';
import { commandsWithoutTenant } from '../support/tenant-check.js';
import { testServer } from '../support/test-server.js';

/** Long enough for every wait of a job on a slow machine. */
const LIMIT_MS = 240_000;
const HOUR_MS = 3_600_000;
const PEOPLE = 5;
/** Collections with one sealed document each. */
const ONES = { quarantine: 1, manual_traits: 1, links: 1 };
const SECRET = 'x'.repeat(32);
const CONFIG = loadConfig({ JWT_SECRET: SECRET, MASTER_KEY: SECRET });
const ALL = new Set<Sensitivity>(['CORE', 'IMPORTANT']);

let own: OwnDatabase;
let services: Services;
/** By which the clock of the services runs ahead. */
let aheadMs = 0;

beforeAll(async () => {
  own = await OwnDatabase.create();
  services = await createServices({ config: CONFIG, database: own.database });
}, LIMIT_MS);
afterAll(() => own.drop());

async function contextOf(tenantId: string): Promise<RequestContext> {
  const tenant = await services.tenants.freshContextOf(tenantId, 'test');
  const principal = { kind: 'USER', tenantId, subject: 'tester', roles: ['ADMIN'], purposes: [] } as const;
  const access = { may: () => true, unseen: new Set<Sensitivity>() };
  const now = () => new Date(Date.now() + aheadMs);
  return { ...tenant, now, principal, access, loaders: new Loaders() } as unknown as RequestContext;
}

/** Sends what makes something sealed in every collection that can hold it. */
async function fill(tenantId: string, batch: string): Promise<void> {
  const ctx = await contextOf(tenantId);
  const items = Array.from({ length: PEOPLE }, (_, n) => ({
    messageId: `${batch}-${n}`,
    channel: n % 2 ? 'CRM' : 'WEB',
    type: 'TRACK',
    name: 'Order Completed',
    identifiers: [{ type: 'USER_ID', value: `user-${n}` }],
    traits: { name: `王小${n}`, phone: `1391234500${n}` },
    properties: { note: `call 1391234500${n}` },
    occurredAt: new Date(Date.now() - 1_000 * n),
  }));
  const refused = { ...items[0], messageId: `${batch}-refused`, occurredAt: new Date(Date.now() + 9 * 24 * HOUR_MS) };
  const raw = [...items, refused].map((input, index) => ({ source: 'TEST', index, raw: input, input }));
  const outcome = await services.ingestion.ingest(ctx, raw as never);
  expect([outcome.accepted, outcome.rejected.length]).toEqual([PEOPLE, 1]);
}

/** What people say of accounts: a trait by hand, and that two are not one person. */
async function say(tenantId: string): Promise<void> {
  const ctx = await contextOf(tenantId);
  const events = await own.database.connection.collection('events').find({ tenantId }).sort({ _id: 1 }).toArray();
  const [one = '', other = ''] = events.map(({ accountId }) => String(accountId));
  const fact = { trait: 'name', value: '欧阳', reason: 'They told us.', actor: 'tester', at: new Date() };
  await new ManualTraitStore(own.database).append(ctx, { accountId: one, ...fact });
  const links = barringLinks([[one], [other]]).map((link) => ({ ...link, reason: '欧阳 said so.' }));
  await new LinkStore(own.database).add(ctx, links);
}

/** Everything that can be read in clear, as text. */
async function clearText(tenantId: string): Promise<string> {
  const ctx = await contextOf(tenantId);
  const { database } = own;
  const events = await database.connection.collection('events').find({ tenantId }).sort({ _id: 1 }).toArray();
  const accountIds = [...new Set(events.map(({ accountId }) => String(accountId)))].sort();
  const accounts = await new AccountStore(database).findByIds(ctx, accountIds, ALL);
  const overlays = [];
  const eventsOf = new EventStore(database);
  for (const event of events) {
    const owner = present(accounts.get(String(event.accountId)));
    overlays.push(eventsOf.openOverlays(event as never, accountKeys(ctx, owner, owner)));
  }
  const profiles = new ProfileStore(database);
  const documents = await database.connection.collection('profiles').find({ tenantId }).sort({ _id: 1 }).toArray();
  const roots = await profiles.resolve(
    ctx,
    documents.map(({ _id }) => idOf(String(_id))),
  );
  const traits = [...roots.values()].map((root) => profiles.open(ctx, root).state.traits);
  const quarantine = new QuarantineStore(database);
  const refused = (await quarantine.findPage(ctx, null, undefined, 50)).map((item) => quarantine.original(ctx, item));
  const manual = await new ManualTraitStore(database).findByAccounts(ctx, accountIds);
  const reasons = (await new LinkStore(database).findByAccounts(ctx, accountIds)).map(({ reason }) => reason);
  const attributes = accountIds.map((id) => accounts.get(id)?.attributes);
  return JSON.stringify({ attributes, overlays, traits, refused, manual, reasons });
}

function resealing(): ResealService {
  const found = services.jobWork.kinds.find(({ kind }) => kind === 'reseal');
  return found as unknown as ResealService;
}

/** Runs the job; `stopAt` ends it at that safe point, as a killed process does, and it goes on from what was saved. */
async function reseal(
  tenantId: string,
  parameters: { rotate?: 'DATA' | 'ACCOUNTS'; dryRun?: boolean } = {},
  stopAt: (save: number) => boolean = () => false,
): Promise<Record<string, unknown>> {
  let [checkpoint, saves]: [unknown, number] = [null, 0];
  for (;;) {
    const context = (): Promise<TenantContext> => contextOf(tenantId);
    const save = async (reached: unknown) => {
      checkpoint = JSON.parse(JSON.stringify(reached));
      saves += 1;
      if (stopAt(saves)) throw new Error('killed');
    };
    const signal = new AbortController().signal;
    const job: JobRun = { id: 'job', checkpoint, signal, context, save, progress: async () => {} };
    try {
      const asked = { rotate: null, dryRun: false, ...parameters };
      return await resealing().run(await context(), asked, job);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
    }
  }
}

async function newTenant(tenantId: string): Promise<string> {
  await services.tenants.createTenant(tenantId);
  await fill(tenantId, 'first');
  await say(tenantId);
  return tenantId;
}

const headsOf = (tenantId: string) => blobHeads(own.database, tenantId);

test(
  'a suite that is chosen seals what is new; the job seals the rest, and counts it before and after',
  async () => {
    const tenant = await newTenant('suites');
    const before = await clearText(tenant);
    await services.tenants.putSettings({ tenantId: tenant }, { suite: 'SM4_GCM_SM3' });
    expect(await clearText(tenant)).toBe(before);
    await fill(tenant, 'second');
    const suites = tallyOf(await headsOf(tenant), 'suite');
    expect(suites).toMatchObject({ 'events.sealed suite 1': PEOPLE, 'events.sealed suite 2': PEOPLE });
    expect(suites['profiles.key suite 2']).toBe(PEOPLE); // wrapped anew by being written
    const dry = await reseal(tenant, { dryRun: true });
    expect(dry).toMatchObject({ dryRun: true, resealed: {}, remaining: { events: PEOPLE, ...ONES } });
    expect(tallyOf(await headsOf(tenant), 'suite')).toEqual(suites);
    const mixed = await clearText(tenant);
    const done = await reseal(tenant);
    expect(done).toMatchObject({ resealed: { events: PEOPLE, ...ONES }, remaining: {}, unreadable: 0 });
    expect(new Set((await headsOf(tenant)).map(({ suite }) => suite))).toEqual(new Set([2]));
    expect(await clearText(tenant)).toBe(mixed);
  },
  LIMIT_MS,
);

test(
  'the data key gives way, wherever the job is killed on its way; an hour later its predecessor is dropped',
  async () => {
    const tenant = await newTenant('data-key');
    const before = await clearText(tenant);
    const ended = await reseal(tenant, { rotate: 'DATA' }, (save) => save % 2 === 0);
    expect(ended).toMatchObject({ rotate: 'DATA', remaining: {}, unreadable: 0, formerDataKeys: 1 });
    expect(ended.resealed).toMatchObject({ profiles: PEOPLE, ...ONES });
    const heads = await headsOf(tenant);
    const underDataKey = heads.filter(({ collection, field }) => field === 'key' || collection === 'quarantine');
    expect(underDataKey.length).toBeGreaterThan(PEOPLE * 2);
    expect(new Set(underDataKey.map(({ keyId }) => keyId))).toEqual(new Set([2]));
    expect(await clearText(tenant)).toBe(before);
    expect(await reseal(tenant)).toMatchObject({ resealed: {}, formerDataKeys: 1 });
    aheadMs = HOUR_MS + 60_000;
    expect(await reseal(tenant)).toMatchObject({ resealed: {}, formerDataKeys: 0 });
    aheadMs = 0;
    expect(await clearText(tenant)).toBe(before);
    await fill(tenant, 'later');
  },
  LIMIT_MS,
);

test(
  'the keys of accounts give way, and with them what they sealed; an hour later those before are dropped',
  async () => {
    const tenant = await newTenant('account-keys');
    const before = await clearText(tenant);
    const ended = await reseal(tenant, { rotate: 'ACCOUNTS' });
    expect(ended).toMatchObject({ remaining: {}, unreadable: 0, withFormerKeys: PEOPLE });
    expect(ended.resealed).toMatchObject({ events: PEOPLE, profiles: PEOPLE });
    const sealed = (await headsOf(tenant)).filter(
      ({ field, collection }) => field === 'sealed' && !(collection in ONES),
    );
    expect(new Set(sealed.map(({ keyId }) => keyId))).toEqual(new Set([2]));
    expect(await clearText(tenant)).toBe(before);
    expect(await reseal(tenant)).toMatchObject({ resealed: {}, withFormerKeys: PEOPLE });
    aheadMs = HOUR_MS + 60_000;
    expect(await reseal(tenant)).toMatchObject({ withFormerKeys: 0, unreadable: 0 });
    aheadMs = 0;
    expect((await headsOf(tenant)).filter(({ field }) => field === 'formerKeys')).toEqual([]);
    expect(await clearText(tenant)).toBe(before);
    await fill(tenant, 'later');
  },
  LIMIT_MS,
);

test(
  'who reads and writes meanwhile loses nothing, also in a process that has not heard of the new keys',
  async () => {
    const tenant = await newTenant('meanwhile');
    const elsewhere = await createServices({ config: CONFIG, database: own.database });
    const stale = await elsewhere.tenants.contextOf(tenant, 'test');
    let isOver = false;
    let sent = 0;
    const writing = (async () => {
      while (!isOver) {
        await fill(tenant, `meanwhile-${sent}`);
        sent += 1;
      }
    })();
    const data = await reseal(tenant, { rotate: 'DATA' });
    const accounts = await reseal(tenant, { rotate: 'ACCOUNTS' });
    isOver = true;
    await writing;
    expect([data.unreadable, accounts.unreadable]).toEqual([0, 0]);
    expect(JSON.parse(await clearText(tenant)).overlays).toHaveLength(PEOPLE * (sent + 1));
    const wrapped = (await headsOf(tenant)).filter(({ field }) => field === 'key');
    expect(new Set(wrapped.map(({ keyId }) => keyId))).toEqual(new Set([2]));
    await elsewhere.tenants.freshContextOf(tenant, 'test'); // and with it, whoever holds an older context
    const [one] = await own.database.connection.collection('profiles').find({ tenantId: tenant }).limit(1).toArray();
    const store = new ProfileStore(own.database);
    const [root] = (await store.resolve(stale, [idOf(String(one?._id))])).values();
    expect(store.open(stale, present(root)).state.traits.name).toMatch(/^王小/);
  },
  LIMIT_MS,
);

test(
  'what was changed or moved by hand does not open; it is counted, and no data key is dropped for it',
  async () => {
    const tenant = await newTenant('changed');
    const { connection } = own.database;
    const ctx = await contextOf(tenant);
    const [one, other] = await connection.collection('events').find({ tenantId: tenant }).sort({ _id: 1 }).toArray();
    const manual = new ManualTraitStore(own.database);
    const fact = await connection.collection('manual_traits').findOne({ tenantId: tenant });
    const moveFact = (accountId: unknown) =>
      connection.collection('manual_traits').updateOne({ _id: fact?._id as never }, { $set: { accountId } });
    await moveFact(other?.accountId);
    await expect(manual.findByAccounts(ctx, [String(other?.accountId)])).rejects.toThrow();
    await moveFact(fact?.accountId);
    const moveEvent = (accountId: unknown) =>
      connection.collection('events').updateOne({ _id: one?._id as never }, { $set: { accountId } });
    await moveEvent(other?.accountId);
    await expect(clearText(tenant)).rejects.toThrow();
    aheadMs = 0;
    await services.tenants.putSettings({ tenantId: tenant }, { suite: 'SM4_GCM_SM3' });
    expect(await reseal(tenant, { rotate: 'DATA' })).toMatchObject({ unreadable: 1, formerDataKeys: 1 });
    aheadMs = HOUR_MS + 60_000;
    expect(await reseal(tenant)).toMatchObject({ unreadable: 1, formerDataKeys: 1 });
    await moveEvent(one?.accountId);
    expect(await reseal(tenant)).toMatchObject({ unreadable: 0, formerDataKeys: 0, resealed: { events: 1 } });
    aheadMs = 0;
    await clearText(tenant);
  },
  LIMIT_MS,
);

test(
  'tokens keep the suite that their tenant began with',
  async () => {
    await services.tenants.createTenant('began-sm', { suite: 'SM4_GCM_SM3' });
    const suitesOf = async () => {
      const { keys } = await contextOf('began-sm');
      return [keys.data.suite.name, keys.index.suite.name, keys.id.suite.name];
    };
    expect(await suitesOf()).toEqual(['SM4_GCM_SM3', 'SM4_GCM_SM3', 'SM4_GCM_SM3']);
    await fill('began-sm', 'first');
    await services.tenants.putSettings({ tenantId: 'began-sm' }, { suite: 'AES_GCM_SHA256' });
    expect(await suitesOf()).toEqual(['AES_GCM_SHA256', 'SM4_GCM_SM3', 'SM4_GCM_SM3']);
    await fill('began-sm', 'second');
    const accounts = await own.database.connection.collection('profiles').countDocuments({ tenantId: 'began-sm' });
    expect(accounts).toBe(PEOPLE); // the same tokens found them again
  },
  LIMIT_MS,
);

test(
  'each command of the job names the tenant where an index uses it',
  async () => {
    const tenant = await newTenant('commands');
    const options = { dbName: own.database.connection.name, monitorCommands: true };
    const watched = await Database.connect(testServer().databaseUri, options);
    const commands: SentCommand[] = [];
    watched.connection.getClient().on('commandStarted', ({ commandName: name, command }) => {
      commands.push({ name, collection: String(command[name]), command });
    });
    const others = services;
    services = await createServices({ config: CONFIG, database: watched });
    try {
      await reseal(tenant, { rotate: 'ACCOUNTS' }, (save) => save === 5);
      await reseal(tenant, { rotate: 'DATA' });
    } finally {
      services = others;
      await watched.close();
    }
    expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(['find', 'update']));
    expect(commandsWithoutTenant(commands, [tenant])).toEqual([]);
  },
  LIMIT_MS,
);

/** As the first format sealed. */
function sealedByFormat1(secret: Buffer, place: string, clear: Buffer): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(place));
  const ciphertext = Buffer.concat([cipher.update(clear), cipher.final()]);
  return Buffer.concat([Buffer.from([1, 1, 0, 0, 0, 1]), iv, cipher.getAuthTag(), ciphertext]);
}

test('a tenant of the first format is read as it is, and all of it is wrapped anew under a new master key', async () => {
  const { database } = own;
  const [before, now] = [randomBytes(32), randomBytes(32)];
  const store = new TenantStore(database);
  const [old, both, alone] = [
    new LocalKeys(createSecretKey(before)),
    new LocalKeys(createSecretKey(now), [createSecretKey(randomBytes(32)), createSecretKey(before)]),
    new LocalKeys(createSecretKey(now)),
  ];
  const clock = () => new Date();
  const tenantsWith = (keys: LocalKeys) => new TenantService(store, keys, clock);
  await tenantsWith(old).createTenant('first-format');
  const tenant = await store.find('first-format').then(present);
  const raw: Record<string, Buffer> = {};
  for (const record of storedKeysOf(tenant).keys) raw[record.kind] = await unwrapTenantKey(old, 'first-format', record);
  const wrappedKeys = Object.fromEntries(
    Object.entries(raw).map(([kind, key]) => [
      kind,
      sealedByFormat1(before, `platform|tenants|first-format|${kind}`, key),
    ]),
  );
  await database.collection(Tenant).updateOne({ _id: keyOfTenant('first-format') }, {
    $set: { wrappedKeys },
    $unset: { keys: '', dataKey: '', keysVersion: '' },
  } as object);
  const dataKey = async (keys: LocalKeys) =>
    (await tenantsWith(keys).contextOf('first-format', 'test')).keys.data.current.secret.export();
  expect(await dataKey(old)).toEqual(raw.data);
  expect(await dataKey(both)).toEqual(raw.data);
  await expect(dataKey(alone)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  const rewrapping = new TenantKeyService(store, both, clock);
  expect(await rewrapping.rewrap('first-format')).toBe(true);
  expect(await rewrapping.rewrap('first-format')).toBe(false);
  expect(await dataKey(alone)).toEqual(raw.data);
  await expect(dataKey(old)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await database.collection(Tenant).deleteOne({ _id: keyOfTenant('first-format') } as object);
});
