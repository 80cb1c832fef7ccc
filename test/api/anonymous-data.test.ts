import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountProfilesDocument,
  CreateApiTokenDocument,
  CreateSegmentDocument,
  ExportAnonymousDocument,
  type ExportAnonymousMutationVariables,
  JobDocument,
  NodeDocument,
  PrivateCountDocument,
  type PrivateCountQueryVariables,
  PrivateSumDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, clientOf, clientWith } from '../support/api-client.js';
import { forPurpose, record } from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/job-client.js';
import { decideSettings } from '../support/match-candidates.js';
import { naiveSafety } from '../support/naive-anonymity.js';
import { idBy } from '../support/profile-reader.js';
import { byPhone, byUser, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const CITIES = ['杭州', '杭州市', '宁波', '上海', 'Paris'];
const PEOPLE = 60;
/** So much that there is as good as no noise: one in e^100. */
const EXACT = 100;

/** A tenant with 60 people: 12 of each city, 40 through the app, every other one a man, with 0 to 59 points. */
async function populated(name: string): Promise<string> {
  const tenant = await createTenant(name);
  const people = Array.from({ length: PEOPLE }, (_, n) =>
    identify({
      channel: n < 40 ? 'APP' : 'CRM',
      identifiers: [byPhone(phoneNumber(n)), byUser(`u${n}`)],
      traits: {
        city: CITIES[n % CITIES.length],
        gender: n % 2 === 0 ? 'MALE' : 'FEMALE',
        birthday: `${1960 + (n % 40)}-0${1 + (n % 9)}-15`,
        address: `浙江省杭州市${n % 3 === 0 ? '西湖区' : '上城区'}文三路${n}号`,
        points: n,
        plan: n % 3 === 0 ? '=gold' : 'free',
      },
    }),
  );
  await sendAll(clientOf(tenant), people);
  return tenant;
}

const valuesOf = (counts: readonly { readonly key: string | null; readonly value: number }[]) =>
  Object.fromEntries(counts.map(({ key, value }) => [key ?? 'all', value]));

/** An analyst of this name. */
function callerOf(tenant: string, sub: string): ApiClient {
  return new ApiClient(testServer().url, tokenFor(tenant, ['ANALYST'], { sub }));
}

describe('private counts and sums', () => {
  let tenant: string;
  let admin: ApiClient;
  const count = async (client: ApiClient, variables: PrivateCountQueryVariables) =>
    (await client.data(PrivateCountDocument, variables)).privateCount;

  beforeAll(async () => {
    tenant = await populated('private-counts');
    admin = clientOf(tenant);
    await decideSettings(admin, { privacyBudget: { tenant: 1_000, caller: 1_000 } });
  });

  test('count everyone, by channel and by city, with as much noise as epsilon leaves', async () => {
    const all = await count(admin, { epsilon: EXACT });
    expect([valuesOf(all.counts), all.epsilonLeft]).toEqual([{ all: PEOPLE }, 900]);
    expect(valuesOf((await count(admin, { epsilon: EXACT, by: 'CHANNEL' })).counts)).toEqual({ APP: 40, CRM: 20 });
    const cities = await count(admin, { epsilon: EXACT, by: 'CITY' });
    expect(valuesOf(cities.counts)).toEqual({ 杭州: 24, 宁波: 12, 上海: 12, OTHER: 12 });
    const noisy = await count(admin, { epsilon: 0.01, by: 'CITY' });
    expect(new Set(noisy.counts.map(({ value }) => value)).size).toBeGreaterThan(50);
  });

  test('are the same for who asks again, also after the data has changed, and are paid for once a caller', async () => {
    const question = { epsilon: 0.5 };
    const first = await count(admin, question);
    await sendAll(admin, [identify({ channel: 'WEB', identifiers: [byUser('newcomer')] })]);
    const again = await Promise.all([count(admin, question), count(admin, question)]);
    expect(again).toEqual([first, first]);
    const theirs = await count(callerOf(tenant, 'somebody-else'), question);
    expect([theirs.counts, theirs.epsilonLeft]).toEqual([first.counts, first.epsilonLeft]);
    expect(valuesOf((await count(admin, { epsilon: EXACT + 1 })).counts)).toEqual({ all: PEOPLE + 1 });
  });

  test('leave small cells out for who may not read everything in clear', async () => {
    await decideSettings(admin, { smallestCell: 20 });
    const question = { epsilon: EXACT, by: 'CITY' } as const;
    const shown = async (role: string) => valuesOf((await count(clientOf(tenant, [role]), question)).counts);
    for (const role of ['ANALYST', 'MARKETER', 'VIEWER'])
      expect([role, await shown(role)]).toEqual([role, { 杭州: 24 }]);
    for (const role of ['ADMIN', 'STEWARD']) expect(Object.keys(await shown(role))).toContain('宁波');
    await decideSettings(admin, { smallestCell: null });
  });

  test('of a token that is confined to some profiles count those alone, and nobody else is answered by that', async () => {
    const profileIds = await Promise.all([1, 2, 3].map((n) => idBy(admin, byUser(`u${n}`))));
    const { createApiToken } = await admin.data(CreateApiTokenDocument, {
      input: { name: 'confined', scopes: ['insights:read', 'profiles:read'], profileIds },
    });
    const confined = clientWith(createApiToken.secret);
    const asked = { epsilon: EXACT + 1 };
    expect(valuesOf((await count(confined, asked)).counts)).toEqual({ all: 3 });
    expect(valuesOf((await count(admin, asked)).counts).all).toBeGreaterThanOrEqual(PEOPLE);
  });

  test('count for a purpose those alone who granted it', async () => {
    for (const n of [1, 2, 3]) await record(admin, await idBy(admin, byPhone(phoneNumber(n))), 'ANALYTICS', true);
    const analytics = forPurpose(admin, 'ANALYTICS');
    expect(valuesOf((await count(analytics, { epsilon: EXACT })).counts)).toEqual({ all: 3 });
    expect(valuesOf((await count(forPurpose(admin, 'MARKETING'), { epsilon: EXACT })).counts)).toEqual({ all: 0 });
  });

  test('a sum brings each person between two bounds', async () => {
    const sum = async (variables: { lower: number; upper: number; trait?: string }) =>
      (await admin.data(PrivateSumDocument, { trait: 'points', epsilon: EXACT, ...variables })).privateSum.value;
    const exact = Array.from({ length: PEOPLE }, (_, n) => Math.min(30, Math.max(5, n))).reduce((a, b) => a + b, 0);
    expect(Math.abs((await sum({ lower: 5, upper: 30 })) - exact)).toBeLessThan(20);
    const codes = (variables: Record<string, unknown>) =>
      admin.ask(PrivateSumDocument, { trait: 'points', lower: 0, upper: 1, epsilon: 1, ...variables } as never);
    for (const [given, path] of [
      [{ lower: 2 }, 'upper'],
      [{ upper: 1e10 }, 'upper'],
      [{ epsilon: 0 }, 'epsilon'],
      [{ trait: 'phone' }, 'trait'],
      [{ trait: 'nickname' }, 'trait'],
    ] as const) {
      const [fault] = (await codes(given)).errors ?? [];
      expect([fault?.extensions.code, fault?.message.split(':')[0]]).toEqual(['BAD_USER_INPUT', path]);
    }
  });

  test('count those alone that a rule holds for, also by channel and city', async () => {
    const rule = { trait: { path: 'gender', op: 'EQ', value: 'FEMALE' } } as const;
    expect(valuesOf((await count(admin, { epsilon: 30, rule })).counts)).toEqual({ all: PEOPLE / 2 });
    const byChannel = await count(admin, { epsilon: 30, rule, by: 'CHANNEL' });
    expect(valuesOf(byChannel.counts)).toEqual({ APP: 20, CRM: 10 });
    const inApp = await count(admin, { epsilon: 30, rule: { channel: 'CRM' }, by: 'CITY' });
    expect(valuesOf(inApp.counts)).toEqual({ 杭州: 8, 宁波: 4, 上海: 4, OTHER: 4 });
    expect(await admin.codes(PrivateCountDocument, { epsilon: 1, rule: { tag: 'unknown' } })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('who asks the same at the same time is answered alike', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => count(admin, { epsilon: 0.3, by: 'CHANNEL' })));
    expect(new Set(all.map(({ counts }) => JSON.stringify(counts))).size).toBe(1);
  });

  test('what is not built yet says so; who may not read insights is refused', async () => {
    for (const by of ['SEGMENT', 'LIFECYCLE', 'TIER', 'CAMPAIGN', 'TRAFFIC_SOURCE'] as const)
      expect([by, await admin.codes(PrivateCountDocument, { epsilon: 1, by })]).toEqual([by, ['NOT_IMPLEMENTED']]);
    const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
    expect(await officer.codes(PrivateCountDocument, { epsilon: 1 })).toEqual(['FORBIDDEN']);
    for (const epsilon of [0, -1, 0.001, 2_000])
      expect(await admin.codes(PrivateCountDocument, { epsilon })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('the budget of private counts', () => {
  test('is refused when it is spent, by the caller or by all together, and what was asked stays free', async () => {
    const tenant = await createTenant('private-budget');
    await decideSettings(clientOf(tenant), { privacyBudget: { tenant: 3, caller: 2 } });
    const caller = (name: string) => callerOf(tenant, name);
    const [ann, bob] = [caller('ann'), caller('bob')];
    const ask = async (client: ApiClient, epsilon: number) => {
      const { data, errors } = await client.ask(PrivateCountDocument, { epsilon });
      return errors?.[0]?.extensions.code ?? data.privateCount.epsilonLeft;
    };
    expect(await ask(ann, 2.5)).toBe('BUDGET_SPENT');
    expect([await ask(ann, 1.5), await ask(ann, 1), await ask(ann, 0.5)]).toEqual([0.5, 'BUDGET_SPENT', 0]);
    expect(await ask(ann, 0.01)).toBe('BUDGET_SPENT');
    expect(await ask(ann, 1.5)).toBe(0);
    // two of three are spent by the tenant: bob has his own two, of which one can be new
    expect([await ask(bob, 1), await ask(bob, 0.9)]).toEqual([0, 'BUDGET_SPENT']);
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => ask(caller('eve'), 0.1 + n / 100)));
    expect(many).toEqual(many.map(() => 'BUDGET_SPENT'));
    expect(await ask(bob, 0.5)).toBe(0);
  });
});

interface ExportResult {
  readonly url: string;
  readonly rows: number;
  readonly suppressed: number;
  readonly k: number;
  readonly l: number;
  readonly informationLoss: number;
}

describe('an anonymous export', () => {
  let tenant: string;
  let officer: ApiClient;
  const order: ExportAnonymousMutationVariables = {
    quasiIdentifiers: ['birthday', 'city', 'gender', 'address'],
    sensitive: ['plan'],
    k: 5,
    l: 2,
  };
  beforeAll(async () => {
    tenant = await populated('anonymous-export');
    officer = clientOf(tenant, ['PRIVACY_OFFICER']);
  });

  const fetched = (path: string) => fetch(new URL(path, testServer().url));

  test('is a k-anonymous table behind a signed link, and its job is for privacy officers alone', async () => {
    const started = (await officer.data(ExportAnonymousDocument, order)).exportAnonymous;
    const { state, result, error } = await endOf(officer, started.id);
    expect([state, error]).toEqual(['SUCCEEDED', null]);
    const { url, rows, suppressed, k, l, informationLoss } = result as unknown as ExportResult;
    expect(rows + suppressed).toBe(PEOPLE);
    const response = await fetched(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    const [header, ...lines] = (await response.text()).trimEnd().split('\n');
    expect(header).toBe('birthday,city,gender,address,plan');
    const cells = lines.map((line) => line.split(','));
    expect(naiveSafety(cells, 4)).toEqual({ k, l });
    expect([cells.length, k >= 5, l >= 2, informationLoss > 0 && informationLoss < 1]).toEqual([
      rows,
      true,
      true,
      true,
    ]);
    expect(new Set(cells.map((row) => row[4]))).toEqual(new Set(["'=gold", 'free']));
    expect(lines.join()).not.toMatch(/文三路|139/);

    for (const change of [
      (link: string) => link.replace(/signature=./, (found) => (found.endsWith('A') ? 'signature=B' : 'signature=A')),
      (link: string) => link.replace(/expires=\d+/, 'expires=99999999999'),
      (link: string) => link.replace(`/${tenant}/`, '/demo/'),
      (link: string) => link.replace(`/${tenant}/`, '/no-such-tenant/'),
      (link: string) => link.replace(/tbl_\w+/, '..%2f..%2fetc'),
      (link: string) => link.replace(/signature=.*/, ''),
    ])
      expect([change(url), (await fetched(change(url))).status]).toEqual([change(url), 404]);

    const admin = clientOf(tenant);
    expect((await admin.data(JobDocument, { id: started.id })).job).toBeNull();
    expect((await admin.data(NodeDocument, { id: started.id })).node).toBeNull();
    expect((await officer.data(NodeDocument, { id: started.id })).node).toMatchObject({ id: started.id });
    expect(await officer.codes(JobDocument, { id: 'job_00000000000000000000000000' })).toEqual(['FORBIDDEN']);
  });

  test('of a purpose holds those alone who granted it, and where that are too few it fails and says so', async () => {
    const started = (await forPurpose(officer, 'ANALYTICS').data(ExportAnonymousDocument, order)).exportAnonymous;
    const { state, error, result } = await endOf(officer, started.id);
    expect([state, result]).toEqual(['FAILED', null]);
    expect(error).toMatch(/^BAD_USER_INPUT: k: can't be reached: there are 0 rows, fewer than 5/);
  });

  test.each<[string, Partial<ExportAnonymousMutationVariables>, string]>([
    ['a name', { quasiIdentifiers: ['name'] }, 'quasiIdentifiers[0]'],
    ['a birthday as it is', { quasiIdentifiers: ['city'], sensitive: ['birthday'] }, 'sensitive[0]'],
    ['what a custom trait is called', { sensitive: ['receiverName'] }, 'sensitive[0]'],
    ['a trait twice', { sensitive: ['city'] }, 'sensitive'],
    ['nothing', { quasiIdentifiers: [] }, 'quasiIdentifiers'],
    ['too little', { k: 1 }, 'k'],
    ['more variety than rows', { l: 9 }, 'l'],
  ])('of %s is refused with the place', async (_, change, path) => {
    const [fault] = (await officer.ask(ExportAnonymousDocument, { ...order, ...change })).errors ?? [];
    expect([fault?.extensions.code, fault?.message.split(':')[0]]).toEqual(['BAD_USER_INPUT', path]);
  });

  test('of a segment is made of its members', async () => {
    const admin = clientOf(tenant);
    const made = (await admin.data(CreateSegmentDocument, { name: 'in the app', rule: { channel: 'APP' } }))
      .createSegment;
    await eventually(
      async () => (await admin.data(CountProfilesDocument, { filter: { segmentIds: [made.id] } })).profiles.totalCount,
      (members) => members === 40,
    );
    const started = (await officer.data(ExportAnonymousDocument, { ...order, segmentId: made.id })).exportAnonymous;
    const { state, result } = await endOf(officer, started.id);
    const { rows, suppressed } = result as unknown as ExportResult;
    expect([state, rows + suppressed]).toEqual(['SUCCEEDED', 40]);
  });

  test('of an unknown segment is NOT_FOUND; others may not', async () => {
    expect(await officer.codes(ExportAnonymousDocument, { ...order, segmentId: 'seg_x' })).toEqual(['NOT_FOUND']);
    for (const role of ['ADMIN', 'ANALYST', 'STEWARD'])
      expect(await clientOf(tenant, [role]).codes(ExportAnonymousDocument, order)).toEqual(['FORBIDDEN']);
  });
});
