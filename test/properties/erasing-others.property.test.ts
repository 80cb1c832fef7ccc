import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Channel } from '../../src/channels/channel.js';
import { ClaimStore } from '../../src/identities/claim.store.js';
import { identifierKey } from '../../src/ingestion/identifier-key.js';
import { QuarantineRecord } from '../../src/ingestion/quarantine.entity.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import { TombstoneStore } from '../../src/profiles/tombstone.store.js';
import { type ExportedStores, PersonExportService } from '../../src/rights/person-export.service.js';
import { PersonSlotsService } from '../../src/rights/person-slots.service.js';
import { PrivacyRequestKind } from '../../src/rights/privacy-request.entity.js';
import { PrivacyRequestStore } from '../../src/rights/privacy-request.store.js';
import {
  demandErasure,
  meetDemands,
  naming,
  STAYING,
  storedDemand,
  takeDown,
  twoPeople,
} from '../support/erased-people.js';
import { FAILURE_MODES } from '../support/failing-database.js';
import type { Item } from '../support/naive-stitching.js';
import { BEFORE, phone, user } from '../support/stitching-scripts.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';

/** Two processes on one database. */
let world: StitchingWorld;
let other: StitchingWorld;
jest.setTimeout(900_000);
beforeAll(async () => {
  [world, other] = await Promise.all([StitchingWorld.open(), StitchingWorld.open()]);
});
afterAll(() => Promise.all([world.close(), other.close()]));

const at = BEFORE[0]?.at ?? 0;

describe('others who are one person once somebody is erased', () => {
  /** Two names are too many for a telephone, so it links nobody; one is not. */
  const settings = { sharedByMost: 1 };
  const both: readonly Item[] = [
    { messageId: 'b2', channel: Channel.WEB, identifiers: [user(2), phone(9)], traits: { name: 'Bodo Braun' }, at },
    { messageId: 'b3', channel: Channel.CRM, identifiers: [phone(9)], traits: { name: 'Bodo Braun' }, at: at + 1 },
  ];
  const gone: Item = {
    messageId: 'a1',
    channel: Channel.WEB,
    identifiers: [user(1), phone(9)],
    traits: { name: 'Anna Adler' },
    at,
  };

  test('are found to be, at whatever command the process that erased is killed', async () => {
    const begun = async () => {
      const tenant = world.newTenant(settings);
      await tenant.deliver([gone, ...both]);
      expect(await tenant.persons()).toHaveLength(3);
      const [id = ''] = await tenant.profileIdsOf([tenant.accountIdOf(Channel.WEB, user(1))]);
      return { tenant, demandId: await demandErasure(world, tenant, id) };
    };
    const expectOne = async ({ tenant, demandId }: Awaited<ReturnType<typeof begun>>) => {
      expect((await storedDemand(world, tenant, demandId)).state).toBe('SUCCEEDED');
      const persons = await tenant.persons();
      expect(persons).toHaveLength(1);
      expect(persons).toEqual(await tenant.expectedByDecision(both));
    };
    const alone = world.newTenant(settings);
    await alone.deliver(both);
    expect(await alone.persons()).toHaveLength(1);
    const whole = await begun();
    await world.failures.restart();
    await meetDemands(world, whole.tenant);
    const steps = world.failures.commands;
    await expectOne(whole);
    for (let step = 1; step <= steps; step += process.env.PROPERTY_RUNS ? 1 : 2) {
      const stopped = await begun();
      world.failures.stopAt(step, FAILURE_MODES[step % FAILURE_MODES.length] ?? 'before');
      await meetDemands(world, stopped.tenant).catch(() => undefined);
      await world.failures.restart();
      await meetDemands(world, stopped.tenant);
      await expectOne(stopped).catch((error: unknown) => {
        throw new Error(`Stopped at command ${step} of ${steps}.`, { cause: error });
      });
    }
  });
});

describe('an erasure while people of the company', () => {
  /** Lets another process stand still at each of its commands, while the person is erased. */
  async function expectNothingLeft(doing: (tenant: TenantWorld, id: string) => Promise<unknown>): Promise<void> {
    const counting = world.newTenant({});
    const { id: counted } = await twoPeople(counting);
    await other.failures.restart();
    await doing(other.tenant(counting.tenantId, {}), counted);
    const steps = other.failures.commands;
    expect(steps).toBeGreaterThan(2);
    for (let step = 1; step <= steps; step += 1) {
      const tenant = world.newTenant({});
      const people = await twoPeople(tenant);
      const { reached, release } = other.failures.holdAt(step);
      const writing = doing(other.tenant(tenant.tenantId, {}), people.id).catch((error: unknown) => error);
      await Promise.race([reached, writing]);
      const demandId = await demandErasure(world, tenant, people.id);
      await meetDemands(world, tenant);
      release();
      await writing;
      await other.failures.restart();
      const left = await naming(world, tenant, [...people.accountIds, people.id]);
      expect([step, left.filter((one) => !one.startsWith('changes '))]).toEqual([step, []]);
      expect(await tenant.persons()).toEqual(await tenant.expectedByDecision(STAYING));
      expect((await storedDemand(world, tenant, demandId)).state).toBe('SUCCEEDED');
    }
  }

  test('record what the person said of a purpose: it does not stay', async () => {
    await expectNothingLeft((tenant, id) => tenant.recordConsent(id, ConsentPurpose.ANALYTICS, false));
  });

  test('set a trait by hand: it does not stay', async () => {
    await expectNothingLeft((tenant, id) => tenant.setTrait(id, 'nickname', 'Annchen'));
  });

  test('limit what their data are used for: it does not stay', async () => {
    await expectNothingLeft(async (tenant, id) => {
      await takeDown(other, tenant, id, PrivacyRequestKind.RESTRICTION);
      await meetDemands(other, tenant);
    });
  });
});

test('who is seen with an erased identifier while another writes the same account keeps what the other claimed', async () => {
  const item = (messageId: string, more: Item['identifiers']): Item => {
    return { messageId, channel: Channel.WEB, identifiers: [user(5), ...more], traits: {}, at: at + 9 };
  };
  const tenant = world.newTenant({});
  const { id } = await twoPeople(tenant);
  const demandId = await demandErasure(world, tenant, id);
  await meetDemands(world, tenant);
  expect((await storedDemand(world, tenant, demandId)).state).toBe('SUCCEEDED');
  const holders = async (n: number) => {
    const ctx = tenant.newContext();
    const key = identifierKey(ctx, Channel.WEB, { ...user(n), namespace: null, linking: true });
    const claim = (await new ClaimStore(world.database).find(ctx, [key])).get(key);
    return Object.keys(claim?.holders ?? {});
  };
  await other.failures.restart();
  const elsewhere = other.tenant(tenant.tenantId, {});
  expect((await elsewhere.deliver([item('counted', [phone(1)])])).rejected).toMatchObject([{ code: 'PERSON_ERASED' }]);
  const steps = other.failures.commands;
  expect([await holders(5), steps > 5]).toEqual([[], true]);
  for (let step = 1; step <= steps; step += 1) {
    const n = 10 + step;
    const own = (one: Item): Item => ({ ...one, identifiers: [user(n), ...one.identifiers.slice(1)] });
    const { reached, release } = other.failures.holdAt(step);
    const refused = elsewhere.deliver([own(item(`refused-${step}`, [phone(1)]))]);
    await Promise.race([reached, refused]);
    expect((await tenant.deliver([own(item(`taken-${step}`, []))])).accepted).toBe(1);
    release();
    expect((await refused).rejected).toHaveLength(1);
    await other.failures.restart();
    expect([step, await holders(n)]).toEqual([step, [tenant.accountIdOf(Channel.WEB, user(n))]]);
  }
});

test('refused items and answers that nobody can open are told of by the certificate, apart from what was erased', async () => {
  const tenant = world.newTenant({});
  const { id } = await twoPeople(tenant);
  const late = { messageId: 'late', channel: Channel.WEB, identifiers: [user(1)], traits: {}, at: Date.now() + 1e9 };
  expect((await tenant.deliver([late, { ...late, messageId: 'later' }])).rejected).toHaveLength(2);
  const refused = world.database.collection(QuarantineRecord);
  const [record] = await refused.find({ tenantId: tenant.tenantId }).limit(1).toArray();
  const broken = { filter: { _id: String(record?._id) }, update: { $set: { sealed: Buffer.from('garbage') } } };
  await world.database.updateMany(QuarantineRecord, [broken]);
  const demandId = await demandErasure(world, tenant, id);
  await meetDemands(world, tenant);
  const { counts, certificate } = await storedDemand(world, tenant, demandId);
  expect(counts).toMatchObject({ quarantine: 1, quarantine_unreadable: 1 });
  const { erased, unreadable } = JSON.parse(JSON.parse(certificate ?? '{}').signed);
  expect([erased.quarantine, Object.keys(erased).filter((name) => /unreadable/.test(name))]).toEqual([1, []]);
  expect(unreadable).toEqual({ quarantine_unreadable: 1 });
  expect(await refused.countDocuments({ tenantId: tenant.tenantId })).toBe(1);
});

test('what was demanded under an id that was merged into the person is told of, and forgotten with them', async () => {
  const tenant = world.newTenant({});
  await twoPeople(tenant);
  const idOf = async (n: number) => (await tenant.profileIdsOf([tenant.accountIdOf(Channel.WEB, user(n))]))[0] ?? '';
  const [into, from] = [await idOf(1), await idOf(2)];
  const before = await takeDown(world, tenant, from, PrivacyRequestKind.OBJECTION);
  await meetDemands(world, tenant);
  await tenant.merge(into, from);
  const slots = new PersonSlotsService(new TombstoneStore(world.database), {} as never, {} as never);
  const stores = { requests: new PrivacyRequestStore(world.database) } as unknown as ExportedStores;
  const { sections } = new PersonExportService(stores, slots, {} as never);
  const told = [];
  const rows = sections.find(({ name }) => name === 'privacy_requests')?.rows(tenant.newContext(), into) ?? [];
  for await (const row of rows) told.push([row.id, row.kind, row.reason]);
  expect(told).toEqual([[before, 'OBJECTION', 'They wrote so.']]);
  const erasure = await demandErasure(world, tenant, into);
  await meetDemands(world, tenant);
  expect((await storedDemand(world, tenant, erasure)).counts).toMatchObject({ privacy_requests: 1 });
  expect((await storedDemand(world, tenant, before)).sealed).toBeNull();
});
