import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountMatchCandidatesDocument,
  ExplainMatchDocument,
  type IdentifierInput,
  IdentityGraphDocument,
  MatchCandidateDocument,
  MatchCandidatesDocument,
  type MatchCandidatesQuery,
  type MatchCandidatesQueryVariables,
  MergeProfilesDocument,
  NodeDocument,
  ReviewMatchDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { requestContext } from '../../src/access/request-context.js';
import { IdentityEdgeKind } from '../../src/identities/link.entity.js';
import { linkIdOf, reviewLinkIdOf } from '../../src/identities/link.rules.js';
import { LinkStore } from '../../src/identities/link.store.js';
import { MatchStatus } from '../../src/likeness/match-status.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { resultOf } from '../support/job-client.js';
import { decideSettings, note, type Proposal, propose, putInForce } from '../support/match-candidates.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import {
  byEmail,
  byOpenId,
  byPhone,
  byUser,
  daysAgo,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const NOBODY = 'prf_00000000000000000000000000';
const NO_CANDIDATE = 'mtc_00000000000000000000000000';
const SU = { name: '苏小轼', birthday: '1984-09-13', gender: 'MALE', city: '绍兴', address: '鲁迅中路241号3幢602室' };

let tenant: string;
let admin: ApiClient;
let model: number;
/** A model that is not in force, so that what it has proposed stays as a test says. */
let spare: number;
beforeAll(async () => {
  tenant = await createTenant('reviewing');
  admin = clientOf(tenant);
  model = await addModel(tenant);
  spare = await addModel(tenant);
  await putInForce(tenant, model);
});

let made = 0;
const newUser = () => {
  made += 1;
  return byUser(`reviewed-${made}`);
};

interface Person {
  readonly known: IdentifierInput;
  readonly id: string;
  readonly accountId: string;
}

/** One person of one account. */
async function person(traits: Record<string, unknown> = {}, others: IdentifierInput[] = []): Promise<Person> {
  const known = newUser();
  await sendAll(admin, [identify({ identifiers: [known, ...others], traits, occurredAt: daysAgo(20) })]);
  const id = await idBy(admin, known);
  return { known, id, accountId: present((await profileOf(admin, id)).channelAccounts?.[0]).id };
}

const people = (count: number) => Promise.all(Array.from({ length: count }, () => person()));
const proposeOne = async (a: Person, b: Person, more: Partial<Proposal> = {}) =>
  present((await propose(tenant, [{ accountIds: [a.accountId, b.accountId], model: spare, ...more }]))[0]);

async function list(variables: MatchCandidatesQueryVariables = {}, client = admin) {
  return (await client.data(MatchCandidatesDocument, variables)).matchCandidates;
}
const idsIn = ({ edges }: Awaited<ReturnType<typeof list>>) => edges.map(({ node }) => node.id);

const review = async (candidateId: string, accept: boolean, reason: string | null = null) =>
  (await admin.data(ReviewMatchDocument, { candidateId, accept, reason })).reviewMatch;

/** The code and the message that a review is refused with. */
async function refusal(candidateId: string, accept: boolean, reason: string | null = null) {
  const { errors } = await admin.ask(ReviewMatchDocument, { candidateId, accept, reason });
  return errors?.map(({ extensions, message }) => `${extensions.code} ${message}`).join();
}

type Candidate = MatchCandidatesQuery['matchCandidates']['edges'][0]['node'];

/** A candidate of whichever model. */
const candidateOf = async (id: string) => present((await admin.data(MatchCandidateDocument, { id })).node) as Candidate;
const statusOf = async (id: string) => (await candidateOf(id)).status;

const profilesOf = (...persons: Person[]) => Promise.all(persons.map(({ known }) => idBy(admin, known)));
const merge = (into: Person, from: Person) =>
  admin.data(MergeProfilesDocument, { into: into.id, from: [from.id], reason: 'They told us.' });

const edgesOf = async (profileId: string) =>
  (await admin.data(IdentityGraphDocument, { profileId })).identityGraph.edges;

describe('matchCandidates', () => {
  let ids: string[];
  let probable: number[];

  beforeAll(async () => {
    const accountIds = (await people(8)).map(({ accountId }) => accountId);
    const [first = ''] = accountIds;
    probable = [0.5, 0.9, 0.7, 0.7, 0.7, 0.6, 0.94];
    const status = MatchStatus.REJECTED;
    const pair = (at: number): [string, string] => [first, accountIds[at + 1] ?? ''];
    ids = await propose(
      tenant,
      probable.map((probability, at) => ({ accountIds: pair(at), probability, status, model })),
    );
    await propose(tenant, [{ accountIds: pair(0), status, model: spare }]);
  });

  /** Ids from the most probable on, ties by id. */
  const inOrder = (least = 0) =>
    ids
      .map((id, at) => ({ id, probability: probable[at] ?? 0 }))
      .filter(({ probability }) => probability >= least)
      .sort((a, b) => b.probability - a.probability || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);

  test.each([1, 2, 3, 100])('the most probable first, ties by id, in pages of %d without a gap', async (first) => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ status: 'REJECTED', first, after });
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...idsIn(page));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(inOrder());
  });

  test.each([0, 0.5, 0.7, 0.70001, 0.94, 1])('of a probability of %d at least', async (minProbability) => {
    expect(idsIn(await list({ status: 'REJECTED', minProbability }))).toEqual(inOrder(minProbability));
    const { endCursor } = (await list({ status: 'REJECTED', minProbability: 0.7, first: 2 })).pageInfo;
    const rest = await list({ status: 'REJECTED', minProbability: 0.7, after: endCursor });
    expect(idsIn(rest)).toEqual(inOrder(0.7).slice(2));
  });

  test('counted when asked for', async () => {
    const count = async (variables: object) =>
      (await admin.data(CountMatchCandidatesDocument, { status: 'REJECTED', ...variables })).matchCandidates;
    expect(await count({})).toEqual({ totalCount: 7, totalCountIsExact: true });
    expect(await count({ minProbability: 0.7 })).toEqual({ totalCount: 5, totalCountIsExact: true });
    expect(await count({ status: 'ACCEPTED' })).toEqual({ totalCount: 0, totalCountIsExact: true });
  });

  test('of the model in force alone; of none without one', async () => {
    const { endCursor } = (await list({ status: 'REJECTED', first: 1 })).pageInfo;
    await putInForce(tenant, spare);
    expect(idsIn(await list({ status: 'REJECTED' }))).toHaveLength(1);
    expect(await admin.codes(MatchCandidatesDocument, { status: 'REJECTED', after: endCursor })).toEqual([
      'BAD_USER_INPUT',
    ]);
    await putInForce(tenant, null);
    expect(await list({ status: 'REJECTED' })).toMatchObject({ edges: [], pageInfo: { hasNextPage: false } });
    const counted = await admin.data(CountMatchCandidatesDocument, { status: 'REJECTED' });
    expect(counted.matchCandidates).toEqual({ totalCount: 0, totalCountIsExact: true });
    await putInForce(tenant, model);
  });

  test('bad input', async () => {
    const { endCursor } = (await list({ status: 'REJECTED', first: 1 })).pageInfo;
    const faulty = [
      { minProbability: -0.01 },
      { minProbability: 1.01 },
      { first: 0 },
      { first: 101 },
      { after: 'nonsense' },
      { after: endCursor, status: 'PENDING' as const },
      { after: endCursor, status: 'REJECTED' as const, minProbability: 0.5 },
    ];
    for (const variables of faulty)
      expect([variables, await admin.codes(MatchCandidatesDocument, variables)]).toEqual([
        variables,
        ['BAD_USER_INPUT'],
      ]);
  });

  test('null for the status is as none: those that wait', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const id = await proposeOne(a, b);
    await putInForce(tenant, spare);
    expect([await list({ status: null }), await list({})].map(idsIn)).toEqual([[id], [id]]);
    await putInForce(tenant, model);
  });
});

describe('a candidate', () => {
  test('shows the profiles its accounts are in now, and why they may be one', async () => {
    const [a, b] = [await person(SU), await person({ ...SU, name: '蘇小軾', birthday: '1984-13-09', gender: null })];
    const id = await proposeOne(a, b);
    const shown = () => candidateOf(id);
    const [left, right] = [a, b].sort((one, other) => (one.accountId < other.accountId ? -1 : 1)) as [Person, Person];
    const before = await shown();
    expect(before).toMatchObject({ leftAccountId: left.accountId, rightAccountId: right.accountId, status: 'PENDING' });
    expect([before.left?.id, before.right?.id]).toEqual([left.id, right.id]);
    const names = new Map([
      [a.id, '苏小轼'],
      [b.id, '蘇小軾'],
    ]);
    const { comparisons, ...why } = before.explanation;
    expect(comparisons.find(({ field }) => field === 'name')).toMatchObject({
      level: 'exact',
      leftValue: names.get(left.id),
      rightValue: names.get(right.id),
    });
    const address = `${SU.city} ${SU.address}`;
    expect(comparisons.find(({ field }) => field === 'address')).toMatchObject({
      leftValue: address,
      rightValue: address,
    });
    const [household] = comparisons.filter(({ field }) => field === 'household');
    expect(household).toMatchObject({ leftValue: null, rightValue: null });
    const sum = comparisons.reduce((total, { weight }) => total + weight, why.priorWeight);
    expect(sum).toBeCloseTo(why.matchWeight, 9);
    expect(why.probability).toBeCloseTo(1 / (1 + 2 ** -why.matchWeight), 9);
    const third = await person();
    await merge(third, a);
    await sendAll(admin, [identify({ identifiers: [b.known], traits: { name: '李清照' } })]);
    const after = await shown();
    expect([after.left?.id, after.right?.id].sort()).toEqual([third.id, b.id].sort());
    expect(after.explanation.probability).toBeLessThan(before.explanation.probability);
  });

  test('compares nothing of an account that is gone, and shows no profile of it', async () => {
    const a = await person(SU);
    const gone = `${a.accountId.slice(0, -6)}000000`;
    const id = await proposeOne(a, { ...a, accountId: gone });
    const node = await candidateOf(id);
    expect([node.left?.id ?? null, node.right?.id ?? null]).toEqual(
      node.leftAccountId === gone ? [null, a.id] : [a.id, null],
    );
    expect(node.explanation.comparisons.every(({ leftValue, rightValue }) => !(leftValue || rightValue))).toBe(true);
    expect(await refusal(id, true)).toMatch(/^CONFLICT .*in no profile/);
  });

  test('is for those who review', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const id = await proposeOne(a, b);
    const steward = clientOf(tenant, ['STEWARD']);
    expect((await steward.data(NodeDocument, { id })).node?.id).toBe(id);
    const variables = { leftProfileId: a.id, rightProfileId: b.id };
    for (const role of ['MARKETER', 'ANALYST', 'VIEWER', 'PRIVACY_OFFICER']) {
      const client = clientOf(tenant, [role]);
      expect(await client.codes(MatchCandidatesDocument, {})).toEqual(['FORBIDDEN']);
      expect(await client.codes(ExplainMatchDocument, variables)).toEqual(['FORBIDDEN']);
      expect(await client.codes(ReviewMatchDocument, { candidateId: id, accept: true })).toEqual(['FORBIDDEN']);
      expect((await client.data(NodeDocument, { id })).node).toBeNull();
    }
    expect((await steward.data(ReviewMatchDocument, { candidateId: id, accept: false })).reviewMatch.status).toBe(
      'REJECTED',
    );
  });

  test('hides the values from who may review and not see personal data', async () => {
    const [a, b] = [await person(SU), await person(SU)];
    const pair: [string, string] = [a.accountId, b.accountId];
    const shown = await withServices(tenant, async ({ tenants, policies, matchExplanations }) => {
      await policies.use('p, TEMP, *, profiles:read, *, allow\np, TEMP, *, identities:write, *, allow');
      const who = { kind: 'USER', tenantId: tenant, subject: 'temp', roles: ['TEMP'], purposes: ['SERVICE'] } as const;
      const ctx = await requestContext(tenants, policies, who, 'reviewing');
      const candidate = await matchExplanations.ofCandidate(ctx, { accountIds: pair, model });
      return [candidate, await matchExplanations.ofProfiles(ctx, a.id, b.id)];
    });
    for (const { comparisons } of shown) {
      expect(comparisons.map(({ field }) => field)).toEqual(expect.arrayContaining(['name', 'birthday', 'address']));
      expect(comparisons.every(({ leftValue, rightValue }) => leftValue === null && rightValue === null)).toBe(true);
    }
  });
});

describe('explainMatch', () => {
  const explain = async (a: string, b: string, client = admin) =>
    (await client.data(ExplainMatchDocument, { leftProfileId: a, rightProfileId: b })).explainMatch;
  const refusedWith = async (a: string, b: string, client = admin) => {
    const { errors } = await client.ask(ExplainMatchDocument, { leftProfileId: a, rightProfileId: b });
    return errors?.map(({ extensions, message }) => `${extensions.code} ${message}`).join();
  };

  test('takes the pair of accounts that speaks most for it, and leaves out what both hold', async () => {
    const phone = byPhone(phoneNumber(77_001));
    const [a, b, c] = [await person(SU), await person({ name: '李清照' }), await person({ name: SU.name })];
    await merge(b, await person(SU));
    const [strong, weak] = [await explain(a.id, b.id), await explain(a.id, c.id)];
    expect(strong.comparisons.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['name', 'birthday', 'address']),
    );
    expect(strong.probability).toBeGreaterThan(weak.probability);
    expect(await explain(b.id, a.id)).toEqual(strong);
    const traits = { name: SU.name, phone: phone.value };
    const [d, e] = [await person(traits, [phone]), await person({ ...traits, birthday: '1990-01-02' }, [phone])];
    // whoever matches the one while the other comes in may take them for one until all is stored
    const [left, right] = await eventually(
      () => profilesOf(d, e),
      ([one, other]) => one !== other,
    );
    const { comparisons } = await explain(present(left), present(right));
    expect(comparisons.map(({ field }) => field)).not.toContain('phone');
  });

  test('bad input', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    expect(await refusedWith(a.id, NOBODY)).toMatch(/^NOT_FOUND /);
    expect(await refusedWith('nonsense', a.id)).toMatch(/^NOT_FOUND /);
    expect(await refusedWith(a.id, a.id)).toMatch(/^BAD_USER_INPUT rightProfileId: /);
    await merge(a, b);
    expect(await refusedWith(a.id, b.id)).toMatch(/^BAD_USER_INPUT rightProfileId: /);
  });

  test('without a model says how there comes to be one', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    await putInForce(tenant, null);
    expect(await refusedWith(a.id, b.id)).toMatch(
      /^CONFLICT .*startJob\(kind: "learn-matching"\).*startJob\(kind: "restitch", parameters: \{ model: N \}\)/,
    );
    await putInForce(tenant, model);
  });
});

describe('reviewMatch', () => {
  test('accepted, the two accounts are one person, by a link that says who and why', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const candidate = await proposeOne(a, b);
    const shown = await review(candidate, true, 'They told us.');
    expect(shown).toMatchObject({ id: candidate, status: 'ACCEPTED' });
    const [one, other] = await profilesOf(a, b);
    expect(other).toBe(one);
    expect([shown.left?.id, shown.right?.id]).toEqual([one, one]);
    const edges = await edgesOf(present(one));
    expect(edges).toMatchObject([
      {
        ...{ kind: 'MANUAL', rule: 'REVIEW', reason: 'They told us.', active: true, createdBy: 'tester' },
        evidence: { candidate, model: spare },
      },
    ]);
  });

  test('rejected, they are kept apart, also from what would link them later', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const id = await proposeOne(a, b);
    expect(await review(id, false, 'Two brothers.')).toMatchObject({ status: 'REJECTED' });
    expect(await edgesOf(a.id)).toMatchObject([{ kind: 'CANNOT_LINK', rule: 'REVIEW', reason: 'Two brothers.' }]);
    const shared = byEmail(`reviewed-${made}@example.org`);
    await sendAll(
      admin,
      [a, b].map(({ known }) => identify({ identifiers: [known, shared] })),
    );
    expect(await profilesOf(a, b)).toEqual([a.id, b.id]);
    expect((await edgesOf(a.id)).map(({ kind, reason }) => `${kind} ${reason}`).sort()).toEqual([
      'CANNOT_LINK Two brothers.',
      'REFUSED PARTED',
    ]);
  });

  test('a merge by hand that comes later wins over a rejection, and an unmerge over an acceptance', async () => {
    const [a, b, c, d] = (await people(4)) as [Person, Person, Person, Person];
    const [rejected, accepted] = [await proposeOne(a, b), await proposeOne(c, d)];
    await review(rejected, false);
    await merge(a, b);
    expect(new Set(await profilesOf(a, b)).size).toBe(1);
    await review(accepted, true);
    const [one] = await profilesOf(c, d);
    await admin.data(UnmergeProfileDocument, { profileId: present(one), accountIds: [d.accountId], reason: 'Two.' });
    expect(new Set(await profilesOf(c, d)).size).toBe(2);
    expect(await Promise.all([rejected, accepted].map(statusOf))).toEqual(['REJECTED', 'ACCEPTED']);
  });

  test('accepted, overrides that people took the profiles apart, and leaves others apart', async () => {
    const [a, b, c] = (await people(3)) as [Person, Person, Person];
    await merge(a, b);
    await merge(a, c);
    await admin.data(UnmergeProfileDocument, { profileId: a.id, accountIds: [a.accountId], reason: 'Two.' });
    const [own, others] = await profilesOf(a, b);
    expect(others).not.toBe(own);
    expect(await profilesOf(b, c)).toEqual([others, others]);
    await admin.data(UnmergeProfileDocument, { profileId: present(others), accountIds: [c.accountId], reason: 'Two.' });
    await review(await proposeOne(a, b), true);
    const [first, second, third] = await profilesOf(a, b, c);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    const active = (await edgesOf(present(third))).filter((edge) => edge.active);
    expect(active.filter(({ kind }) => kind === 'CANNOT_LINK').length).toBeGreaterThan(0);
  });

  test('twice is a conflict that names what was said, of one that is superseded too', async () => {
    const [a, b, c, d] = (await people(4)) as [Person, Person, Person, Person];
    const id = await proposeOne(a, b);
    await review(id, true);
    expect(await refusal(id, true)).toMatch(/^CONFLICT .*ACCEPTED/);
    expect(await refusal(id, false)).toMatch(/^CONFLICT .*ACCEPTED/);
    const noted = await proposeOne(a, c);
    await note(tenant, [noted], MatchStatus.SUPERSEDED);
    expect(await refusal(noted, true)).toMatch(/^CONFLICT .*SUPERSEDED/);
    const overtaken = await proposeOne(c, d);
    await merge(c, d);
    for (const accept of [true, false]) expect(await refusal(overtaken, accept)).toMatch(/^CONFLICT .*SUPERSEDED/);
    expect(await statusOf(overtaken)).toBe('SUPERSEDED');
    expect(new Set(await profilesOf(c, d)).size).toBe(1);
    await note(tenant, [id], MatchStatus.SUPERSEDED);
    expect(await statusOf(id)).toBe('ACCEPTED');
  });

  test('that was begun and noted as superseded by what it brought about is finished by the same answer', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const id = await proposeOne(a, b);
    const accountIds = [a.accountId, b.accountId].sort() as [string, string];
    const said = { kind: IdentityEdgeKind.MANUAL, rule: 'REVIEW', refusal: null, reason: null, weight: null };
    const made = { evidence: {}, active: true, createdAt: new Date(), createdBy: 'tester' };
    const begun = { id: reviewLinkIdOf(accountIds, id), accountIds, ...said, ...made };
    await withServices(tenant, (_services, ctx, database) => new LinkStore(database).add(ctx, [begun]));
    await note(tenant, [id], MatchStatus.SUPERSEDED);
    expect(await refusal(id, false)).toMatch(/^CONFLICT .*being accepted/);
    expect(await review(id, true)).toMatchObject({ status: 'ACCEPTED' });
    expect(new Set(await profilesOf(a, b)).size).toBe(1);
  });

  test('of two at once who say different things, one does', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = (await people(2)) as [Person, Person];
      const id = await proposeOne(a, b);
      const said = await Promise.all([refusal(id, true), refusal(id, false)]);
      expect(said.filter((answer) => answer === undefined)).toHaveLength(1);
      expect(said.find((answer) => answer !== undefined)).toMatch(/^CONFLICT /);
      const isAccepted = said[0] === undefined;
      expect(await statusOf(id)).toBe(isAccepted ? 'ACCEPTED' : 'REJECTED');
      expect(new Set(await profilesOf(a, b)).size).toBe(isAccepted ? 1 : 2);
    }
  });

  test('bad input', async () => {
    const [a, b] = (await people(2)) as [Person, Person];
    const id = await proposeOne(a, b);
    expect(await refusal(NO_CANDIDATE, true)).toMatch(/^NOT_FOUND /);
    expect(await refusal(a.id, true)).toMatch(/^NOT_FOUND /);
    expect(await refusal('nonsense', true)).toMatch(/^NOT_FOUND /);
    expect(await refusal(id, true, ' ')).toMatch(/^BAD_USER_INPUT reason: /);
    expect(await refusal(id, true, 'x'.repeat(1_001))).toMatch(/^BAD_USER_INPUT reason: /);
    expect(await statusOf(id)).toBe('PENDING');
    expect(await edgesOf(a.id)).toEqual([]);
  });
});

test('another tenant finds and decides nothing of it', async () => {
  const [a, b] = (await people(2)) as [Person, Person];
  const id = await proposeOne(a, b, { probability: 0.91 });
  const strange = await createTenant('reviewing-too');
  await addModel(strange);
  expect(await addModel(strange)).toBe(spare);
  await putInForce(strange, spare);
  const stranger = clientOf(strange);
  expect(idsIn(await list({}, stranger))).toEqual([]);
  expect((await stranger.data(NodeDocument, { id })).node).toBeNull();
  expect(await stranger.codes(ReviewMatchDocument, { candidateId: id, accept: true })).toEqual(['NOT_FOUND']);
  const variables = { leftProfileId: a.id, rightProfileId: b.id };
  expect(await stranger.codes(ExplainMatchDocument, variables)).toEqual(['NOT_FOUND']);
  await propose(strange, [{ accountIds: [a.accountId, b.accountId], model: spare }]);
  const [own] = (await list({}, stranger)).edges;
  expect(own?.node).toMatchObject({ id, left: null, right: null });
  expect(own?.node.explanation.comparisons.filter(({ field }) => field !== 'household')).toEqual([]);
  expect(await statusOf(id)).toBe('PENDING');
});

describe('what the server finds by itself', () => {
  const HU = { name: '胡雪岩', birthday: '1953-04-08' };
  const YU = { name: '鱼玄机', birthday: '1964-11-21' };
  const known = [byUser('found-1'), byOpenId('found-2'), byUser('found-3'), byOpenId('found-4')];
  let own: ApiClient;
  let first: number;
  let second: number;

  beforeAll(async () => {
    const finding = await createTenant('reviewing-found');
    own = clientOf(finding);
    [first, second] = [await addModel(finding), await addModel(finding)];
    await decideSettings(own, { matchModel: first, matchThresholds: { link: 1, review: 0.2 } });
    const events = known.map((one, at) => identify({ identifiers: [one], traits: at < 2 ? HU : YU }));
    await sendAll(own, events);
  });

  const pending = () => list({}, own);
  const name = ({ left, right }: Candidate) => [left?.traits.name, right?.traits.name];

  test('waits for a person, as likely as its explanation says', async () => {
    const { edges } = await eventually(pending, (page) => page.edges.length === 2);
    expect(edges.map(({ node }) => name(node)).sort()).toEqual([
      [HU.name, HU.name],
      [YU.name, YU.name],
    ]);
    for (const { node } of edges) expect(node.explanation.probability).toBeCloseTo(node.probability, 9);
  });

  test('of other accounts of two people waits no more once one pair was rejected', async () => {
    const traits = { name: '卓文君', birthday: '1971-02-17' };
    const [a, b, c] = [byUser('trio-1'), byOpenId('trio-2'), byOpenId('trio-3')];
    await sendAll(
      own,
      [a, b, c].map((one) => identify({ identifiers: [one], traits })),
    );
    const ours = async () =>
      (await pending()).edges.map(({ node }) => node).filter((one) => name(one)[0] === traits.name);
    await eventually(ours, (found) => found.length === 3);
    const [left, right, third] = await Promise.all([a, b, c].map((one) => idBy(own, one)));
    const between = async (...ids: unknown[]) =>
      (await ours()).filter((one) => ids.includes(one.left?.id) && ids.includes(one.right?.id)).map(({ id }) => id);
    const [oneId] = await between(left, right);
    await own.data(ReviewMatchDocument, { candidateId: present(oneId), accept: true });
    const one = await idBy(own, a);
    const [rejected, other] = await between(one, third);
    await own.data(ReviewMatchDocument, { candidateId: present(rejected), accept: false });
    expect(await ours()).toEqual([]);
    expect((await own.data(MatchCandidateDocument, { id: present(other) })).node).toMatchObject({
      status: 'SUPERSEDED',
    });
  });

  test('is not proposed again once a person has decided, by a later version neither', async () => {
    const { edges } = await pending();
    for (const { node } of edges) {
      const accept = name(node).includes(HU.name);
      await own.data(ReviewMatchDocument, { candidateId: node.id, accept });
    }
    const [a, b, c, d] = await Promise.all(known.map((one) => idBy(own, one)));
    expect([a === b, c === d]).toEqual([true, false]);
    await sendAll(own, [identify({ identifiers: [present(known[3])], traits: { gender: 'FEMALE' } })]);
    expect(await resultOf(own, 'restitch', { model: second })).toMatchObject({ merged: 0, parted: 0 });
    expect(idsIn(await pending())).toEqual([]);
    const superseded = await list({ status: 'SUPERSEDED' }, own);
    const those = superseded.edges.map(({ node }) => name(node)).filter(([one]) => one === HU.name || one === YU.name);
    expect(those.sort()).toEqual([
      [HU.name, HU.name],
      [YU.name, YU.name],
    ]);
    await decideSettings(own, { matchModel: first });
    expect(idsIn(await list({ status: 'ACCEPTED' }, own))).toHaveLength(2);
    expect(idsIn(await list({ status: 'REJECTED' }, own))).toHaveLength(2);
  });
});

test('identityGraph shows what likeness links, with its weight and the model', async () => {
  const [a, b] = (await people(2)) as [Person, Person];
  const accountIds = [a.accountId, b.accountId].sort() as [string, string];
  const said = { rule: 'LIKENESS', refusal: null, reason: null, weight: 7.25, evidence: { model } };
  const made = { kind: IdentityEdgeKind.PROBABILISTIC, active: true, createdAt: new Date(), createdBy: 'system' };
  const link = { id: linkIdOf(accountIds, made.kind, said.rule), accountIds, ...said, ...made };
  await withServices(tenant, (_services, ctx, database) => new LinkStore(database).add(ctx, [link]));
  expect(await edgesOf(a.id)).toMatchObject([
    { kind: 'PROBABILISTIC', rule: 'LIKENESS', weight: 7.25, evidence: { model } },
  ]);
});
