import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  EventsByMessageIdDocument,
  QuarantinedItemsDocument,
  ReplayQuarantinedDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { QuarantineRecord } from '../../src/ingestion/quarantine.entity.js';
import { QuarantineStore } from '../../src/ingestion/quarantine.store.js';
import { JobStore } from '../../src/jobs/job.store.js';
import { JobScheduler } from '../../src/jobs/job-scheduler.js';
import { candidateIdOf, MatchCandidateStore } from '../../src/likeness/match-candidate.store.js';
import type { MatchModelStore } from '../../src/likeness/match-model.store.js';
import { MatchStatus } from '../../src/likeness/match-status.js';
import { outdatedCollections } from '../../src/retention/outdated-collections.js';
import { RETENTION_SCHEDULE } from '../../src/retention/retention-schedule.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { untilEntries } from '../support/audit-reader.js';
import { eventually } from '../support/eventually.js';
import { resultOf, startJob } from '../support/job-client.js';
import { OwnDatabase } from '../support/own-database.js';
import { profileBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, identify, send, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';

const DAY_MS = 86_400_000;
const LIMIT_MS = 300_000;

let tenant: string;
let admin: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('retention');
  admin = clientOf(tenant);
});

async function decide(retention: unknown): Promise<void> {
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings: { retention }, expectedVersion: version });
}

describe('a tenant with rules of retention', () => {
  const old = eventOf({ identifiers: [byUser('rosa')], occurredAt: daysAgo(100) });
  const young = eventOf({ identifiers: [byUser('rosa')], occurredAt: daysAgo(5) });
  const named = identify({ identifiers: [byUser('rosa')], traits: { city: '杭州' }, occurredAt: daysAgo(101) });
  const shown = async () =>
    present((await profileBy(admin, byUser('rosa'))).events).edges.map(({ node }) => node.messageId);
  const refusedIds = async () =>
    (await admin.data(QuarantinedItemsDocument, {})).quarantinedItems.edges.map(({ node }) => node.id);

  beforeAll(async () => {
    await sendAll(admin, [named, old, young]);
    for (const user of ['early', 'late'])
      await send(admin, [eventOf({ identifiers: [byUser(user)], occurredAt: daysAgo(-5) })]);
    expect(await refusedIds()).toHaveLength(2);
    await withDatabase(async (database) => {
      const [record] = await database.collection(QuarantineRecord).find({ tenantId: tenant }).limit(1).toArray();
      const receivedAt = new Date(Date.now() - 40 * DAY_MS);
      await database.collection(QuarantineRecord).updateOne({ _id: record?._id as never }, { $set: { receivedAt } });
    });
    await decide({ events: { SERVICE: 30, ANALYTICS: 60 }, quarantine: 30 });
  }, LIMIT_MS);

  test(
    'sees by a dry run what would go, and nothing goes',
    async () => {
      const dry = await resultOf(admin, 'retain', { dryRun: true });
      const found = { events: 2, profiles: 1, quarantine: 1, match_candidates: 0, restricted: 0 };
      expect(dry).toEqual({ dryRun: true, ...found });
      expect(await shown()).toEqual([young, old, named].map(({ messageId }) => messageId));
      expect(await refusedIds()).toHaveLength(2);
    },
    LIMIT_MS,
  );

  test(
    'has it deleted, keeps what is known of people, and finds it in the audit log',
    async () => {
      expect(await resultOf(admin, 'retain')).toMatchObject({ dryRun: false, events: 2, profiles: 1, quarantine: 1 });
      expect(await shown()).toEqual([young.messageId]);
      expect((await profileBy(admin, byUser('rosa'))).traits.city).toBe('杭州');
      const messageIds = [old.messageId, young.messageId];
      const { eventsByMessageId } = await admin.data(EventsByMessageIdDocument, { messageIds });
      expect(eventsByMessageId.map((event) => event?.messageId ?? null)).toEqual([null, young.messageId]);
      expect(await refusedIds()).toHaveLength(1);
      const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
      const [real] = await untilEntries(officer, { action: 'retained' }, 2);
      expect(real).toMatchObject({ actor: 'system', details: { dryRun: false, events: 2, quarantine: 1 } });
      expect(await resultOf(admin, 'retain')).toMatchObject({ events: 0, profiles: 0, quarantine: 0 });
    },
    LIMIT_MS,
  );

  test('refuses by a code what is older than anybody may have kept, and keeps nothing of it', async () => {
    const between = eventOf({ identifiers: [byUser('rosa')], occurredAt: daysAgo(45) });
    const { accepted, rejected } = await send(admin, [between, old]);
    expect([accepted, rejected.map(({ code, path }) => [code, path])]).toEqual([
      1,
      [['RETENTION_EXPIRED', 'occurredAt']],
    ]);
    const { quarantinedItems } = await admin.data(QuarantinedItemsDocument, { code: 'RETENTION_EXPIRED' });
    expect(quarantinedItems.edges.map(({ node }) => node.original)).toEqual([null]);
    const ids = quarantinedItems.edges.map(({ node }) => node.id);
    expect((await admin.data(ReplayQuarantinedDocument, { ids })).replayQuarantined).toEqual({
      accepted: 0,
      duplicates: 0,
      stillRefused: 1,
    });
    expect(await shown()).toEqual([young, between].map(({ messageId }) => messageId));
    await decide(null);
    expect((await send(admin, [old])).accepted).toBe(1);
  });

  test('faults in rules are named, and only who runs the settings starts the job', async () => {
    const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
    const faulty = [{ events: {} }, { events: { SERVICE: 0 } }, { events: { SERVICE: 9, PARTNER_SHARING: 9 } }];
    for (const retention of [...faulty, { quarantine: 1.5 }, { consents: 30 }]) {
      const codes = await admin.codes(UpdateTenantSettingsDocument, {
        settings: { retention },
        expectedVersion: version,
      });
      expect([retention, codes]).toEqual([retention, ['BAD_USER_INPUT']]);
    }
    await expect(startJob(clientOf(tenant, ['ANALYST']), 'retain')).rejects.toThrow('FORBIDDEN');
  });
});

describe('in a database of its own', () => {
  let own: OwnDatabase;
  beforeAll(async () => {
    own = await OwnDatabase.create();
  });
  afterAll(() => own.drop());

  test('pairs that were reviewed long ago go, and those that wait stay', async () => {
    const ctx = await own.contextOf('reviewing');
    const now = Date.now();
    const candidates = new MatchCandidateStore(own.database);
    const pairs = ['a', 'b', 'c', 'd'].map((name) => [`acc_${name}1`, `acc_${name}2`] as const);
    const ids = pairs.map((accountIds) => candidateIdOf(accountIds, 2));
    const record = { model: 2, probability: 0.7, weight: 1, status: MatchStatus.PENDING, blocks: [] };
    const createdAt = new Date(now - 90 * DAY_MS);
    await candidates.put(
      ctx,
      pairs.map((accountIds, n) => ({ id: ids[n] ?? '', accountIds: [...accountIds], createdAt, ...record })),
    );
    const daysBefore = (days: number) => ({ ...ctx, now: () => new Date(now - days * DAY_MS) });
    await candidates.decide(daysBefore(50), ids[0] ?? '', MatchStatus.REJECTED);
    await candidates.decide(daysBefore(50), ids[1] ?? '', MatchStatus.ACCEPTED);
    await candidates.decide(daysBefore(1), ids[2] ?? '', MatchStatus.ACCEPTED);
    const models = { newestVersion: async () => 3 } as unknown as MatchModelStore;
    const [, reviewed] = outdatedCollections(new QuarantineStore(own.database), candidates, models);
    const before = new Date(now - 30 * DAY_MS);
    expect(await reviewed?.count(ctx, before)).toBe(2);
    await reviewed?.erase(ctx, before, async () => undefined);
    const left = await candidates.findByAccounts(ctx, 2, pairs.flat());
    expect(left.map(({ id }) => id).sort()).toEqual(ids.slice(2).sort());
  });

  test('refused items go in pieces, also where many arrived at once', async () => {
    const ctx = await own.contextOf('refusing');
    const store = new QuarantineStore(own.database);
    const refused = (count: number, name: string) =>
      Array.from({ length: count }, (_, index) => ({
        item: { source: 'TEST', index, raw: `${name} ${index}` },
        refusal: { code: 'NOT_DECODED', message: 'no' },
      }));
    const at = (days: number) => ({ ...ctx, now: () => new Date(Date.now() - days * DAY_MS) });
    await store.keep(at(50), refused(700, 'old'), null);
    await store.keep(at(40), refused(700, 'less old'), null);
    await store.keep(at(1), refused(3, 'young'), null);
    const [quarantine] = outdatedCollections(store, {} as MatchCandidateStore, {} as MatchModelStore);
    const before = new Date(Date.now() - 30 * DAY_MS);
    expect(await quarantine?.count(ctx, before)).toBe(1_400);
    let pieces = 0;
    await quarantine?.erase(ctx, before, async () => {
      pieces += 1;
    });
    expect(pieces).toBeGreaterThan(1);
    expect(await own.database.collection(QuarantineRecord).countDocuments({ tenantId: 'refusing' })).toBe(3);
  });

  test('the job is begun once a day for each tenant with rules, whoever looks', async () => {
    await Promise.all(['ruled', 'unruled', 'stopped'].map((name) => own.contextOf(name)));
    for (const name of ['ruled', 'stopped'])
      await own.tenants.putSettings({ tenantId: name }, { retention: { quarantine: 30 } });
    const jobs = new JobStore(own.database);
    let looks = 0;
    const tenants = {
      ids: () => own.tenants.ids(),
      contextOf: async (name: string) => {
        if (name === 'ruled') looks += 1;
        return name === 'stopped' ? undefined : own.tenants.freshContextOf(name, 'test');
      },
    };
    const warn = () => undefined;
    const runners = [1, 2].map(() => new JobScheduler({ jobs, tenants, warn, pauseMs: 20 }, RETENTION_SCHEDULE));
    for (const runner of runners) runner.start();
    const lanes = Array.from({ length: 16 }, (_, n) => `jobs-${String(n).padStart(2, '0')}`);
    const turns = () => jobs.turns(lanes, 100);
    const [turn] = await eventually(turns, (all) => all.length > 0);
    expect(turn).toMatchObject({ ofTenant: 'ruled', kind: 'retain', parameters: { dryRun: false } });
    const job = turn && (await jobs.open(turn));
    if (turn) await jobs.endTurn(turn);
    const before = looks;
    await eventually(
      async () => looks,
      (count) => count > before + 4,
    );
    await Promise.all(runners.map((runner) => runner.stop()));
    expect([job?.startedBy, await turns()]).toEqual(['system', []]);
  });
});
