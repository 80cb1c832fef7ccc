import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  IdentityGraphDocument,
  TenantSettingsDocument,
  UnmergeProfileDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { MatchCandidate } from '../../src/likeness/match-candidate.entity.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { endOf, resultOf, startJob } from '../support/job-client.js';
import { idBy } from '../support/profile-reader.js';
import { byEmail, byOpenId, byUser, daysAgo, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';

const LI = {
  name: '李秀英',
  birthday: '1986-04-17',
  gender: 'FEMALE',
  city: '杭州市',
  address: '西湖区古墩路88号2幢301室',
};

const isOne = async (client: ApiClient, ...held: Parameters<typeof idBy>[1][]) =>
  new Set(await Promise.all(held.map((one) => idBy(client, one)))).size === 1;

async function decide(client: ApiClient, settings: Record<string, unknown>) {
  const { tenantSettings } = await client.data(TenantSettingsDocument, {});
  return client.ask(UpdateTenantSettingsDocument, { settings, expectedVersion: tenantSettings.version });
}

const told = (
  identifier: Parameters<typeof idBy>[1],
  traits: Record<string, unknown>,
  more: Partial<EventInput> = {},
) => identify({ identifiers: [identifier], traits, ...more });

/** The versions of the model by which there are candidates. */
async function versionsOf(tenantId: string): Promise<number[]> {
  const found = await withDatabase((database) => database.collection(MatchCandidate).find({ tenantId }).toArray());
  return [...new Set(found.map(({ model }) => model))].sort();
}

describe('people who are alike, and share no identifier', () => {
  const [crm, shop, app] = [byUser('like-1'), byEmail('like@example.org'), byOpenId('like-3')];
  let tenant: string;
  let client: ApiClient;
  let model: number;

  beforeAll(async () => {
    tenant = await createTenant('alike');
    client = clientOf(tenant);
    await sendAll(client, [
      told(crm, LI, { channel: 'CRM' }),
      told(shop, { ...LI, name: '李 秀英', gender: null }, { channel: 'ECOMMERCE' }),
      told(byUser('other'), { ...LI, name: '王芳', birthday: '1971-09-30' }),
    ]);
    model = await addModel(tenant);
  });

  test('are two until a model is in force; a dry run tells what it would change', async () => {
    expect(await isOne(client, crm, shop)).toBe(false);
    expect(await resultOf(client, 'restitch', { model, dryRun: true })).toMatchObject({
      model,
      dryRun: true,
      profiles: 3,
      merged: 1,
      parted: 0,
    });
    expect(await isOne(client, crm, shop)).toBe(false);
  });

  test('are one by a job that puts the model in force, and the graph says why', async () => {
    expect(await resultOf(client, 'restitch', { model })).toMatchObject({ model, dryRun: false, merged: 1 });
    expect(await isOne(client, crm, shop)).toBe(true);
    expect(await isOne(client, crm, byUser('other'))).toBe(false);
    const { tenantSettings } = await client.data(TenantSettingsDocument, {});
    expect(tenantSettings.settings).toMatchObject({ matchModel: model });
    const { identityGraph } = await client.data(IdentityGraphDocument, { profileId: await idBy(client, crm) });
    expect(identityGraph.edges).toMatchObject([
      { kind: 'PROBABILISTIC', rule: 'LIKENESS', evidence: { model }, weight: expect.any(Number), active: true },
    ]);
    expect(identityGraph.edges[0]?.weight).toBeGreaterThan(4);
  });

  test('candidates of a version that is no longer in force are dropped', async () => {
    const next = await addModel(tenant);
    await resultOf(client, 'restitch', { model: next, dryRun: true });
    expect(await versionsOf(tenant)).toEqual([model, next]);
    await resultOf(client, 'restitch', { model: next });
    expect(await versionsOf(tenant)).toEqual([next]);
    expect(await isOne(client, crm, shop)).toBe(true);
  });

  test('who come in later are found as they come', async () => {
    await sendAll(client, [told(app, { name: '李秀英', birthday: '1986-04-17', city: '杭州市' }, { channel: 'APP' })]);
    await eventually(() => isOne(client, crm, shop, app), Boolean);
  });

  test('part again once they say something else', async () => {
    await sendAll(client, [told(app, { birthday: '1959-11-02' }, { channel: 'APP', occurredAt: daysAgo(1) })]);
    await eventually(
      () => isOne(client, crm, app),
      (one) => !one,
    );
    expect(await isOne(client, crm, shop)).toBe(true);
  });

  test('stay apart once a person has parted them', async () => {
    const profileId = await idBy(client, crm);
    const shopAccount = await accountOf(client, profileId, 'ECOMMERCE');
    await client.data(UnmergeProfileDocument, { profileId, accountIds: [shopAccount], reason: 'They are two.' });
    await sendAll(client, [told(shop, { gender: 'FEMALE' }, { channel: 'ECOMMERCE', occurredAt: daysAgo(1) })]);
    await resultOf(client, 'restitch');
    expect(await isOne(client, crm, shop)).toBe(false);
  });
});

async function accountOf(client: ApiClient, profileId: string, channel: string): Promise<string> {
  const { identityGraph } = await client.data(IdentityGraphDocument, { profileId });
  return identityGraph.nodes.find((node) => node.channel === channel)?.accountId ?? '';
}

test('a block with more accounts than it may have tells nothing, and what it told before is taken back', async () => {
  const tenant = await createTenant('crowded');
  const client = clientOf(tenant);
  await addModel(tenant);
  await decide(client, { matchModel: 1, matchThresholds: { link: 0.1, review: 0.1 } });
  const crowd = Array.from({ length: 17 }, (_, n) => byOpenId(`crowd-${n}`));
  const say = (n: number) => told(crowd[n] as ReturnType<typeof byUser>, { name: '司徒婉清', city: '苏州市' });
  await sendAll(client, [say(0), say(1)]);
  await eventually(() => isOne(client, ...crowd.slice(0, 2)), Boolean);
  await sendAll(
    client,
    crowd.slice(2).map((_, n) => say(n + 2)),
  );
  await eventually(
    () => isOne(client, ...crowd.slice(0, 2)),
    (one) => !one,
  );
});

test('a model that nobody learned can not be put in force', async () => {
  const client = clientOf(await createTenant('modelless'));
  expect(JSON.stringify(await decide(client, { matchModel: 1 }))).toContain('settings.matchModel: names no learned');
  const { error } = await endOf(client, (await startJob(client, 'restitch', { model: 3 })).id);
  expect(error).toContain('parameters.model: names no learned match model');
});

test('limits bind what is alike too', async () => {
  const tenant = await createTenant('alike-bound');
  const client = clientOf(tenant);
  await addModel(tenant);
  await decide(client, { matchModel: 1 });
  const [one, other] = [byUser('bound-1'), byUser('bound-2')];
  await sendAll(client, [told(one, LI, { channel: 'WEB' }), told(other, LI, { channel: 'WEB' })]);
  const graph = async () => {
    const { identityGraph } = await client.data(IdentityGraphDocument, { profileId: await idBy(client, one) });
    return identityGraph.edges.map(({ kind, reason }) => `${kind} ${reason}`);
  };
  expect(await eventually(graph, (edges) => edges.length > 0)).toEqual(['REFUSED LIMIT_USER_ID']);
  expect(await isOne(client, one, other)).toBe(false);
});
