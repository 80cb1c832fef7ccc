import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  AssignModelTagDocument,
  AssignTagDocument,
  CreateApiTokenDocument,
  CreateSegmentDocument,
  DefineModelTagDocument,
  DefineTagDocument,
  DeleteTagDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  PreviewSegmentDocument,
  ProfileTagsDocument,
  RemoveTagDocument,
  type RuleInput,
  SegmentDocument,
  TagDefinitionsDocument,
  TagHistoryDocument,
  UnmergeProfileDocument,
  UpdateSegmentDocument,
} from '../../schema/generated/operations.js';
import { TagAssignment } from '../../src/tags/tag-assignment.entity.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { forPurpose } from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, daysAgo, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';

const LIMIT_MS = 300_000;
const UNKNOWN = 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV';

let tenant: string;
let admin: ApiClient;
let marketer: ApiClient;
let people = 0;

beforeAll(async () => {
  tenant = await createTenant('tags');
  [admin, marketer] = [clientOf(tenant), clientOf(tenant, ['MARKETER'])];
});

/** Somebody with an account in the app; the id of the profile, and the account's user. */
async function person(traits: Record<string, unknown> = {}) {
  people += 1;
  const user = `tag-${people}`;
  await sendAll(admin, [identify({ channel: 'APP', identifiers: [byUser(user)], traits })]);
  return { user, id: await idBy(admin, byUser(user)) };
}

const define = async (key: string, more: { rule?: RuleInput; ttlDays?: number; category?: string } = {}) =>
  (await marketer.data(DefineTagDocument, { key, name: `The ${key}`, ...more })).defineTag;
const assign = async (key: string, ...profileIds: string[]) =>
  (await marketer.data(AssignTagDocument, { key, profileIds })).assignTag;
const tagsOf = async (id: string) => present((await admin.data(ProfileTagsDocument, { id })).profile?.tags);
const carries = (id: string, ...keys: string[]) =>
  eventually(
    () => tagsOf(id),
    (tags) => JSON.stringify(tags.map(({ key }) => key)) === JSON.stringify([...keys].sort()),
  );
const historyOf = async (id: string) =>
  present((await admin.data(TagHistoryDocument, { id })).profile?.tagHistory).map(({ key, end }) => [key, end]);
const faultOf = async <V>(document: TypedDocumentNode<unknown, V>, variables: V) =>
  (await admin.ask(document, variables)).errors?.[0]?.extensions;

describe('the catalogue', () => {
  test('holds tags by key, of which each is what was defined last', async () => {
    expect(await define('vip', { category: 'value', ttlDays: 30 })).toMatchObject({
      key: 'vip',
      name: 'The vip',
      category: 'value',
      kind: 'MANUAL',
      rule: null,
      ttlDays: 30,
    });
    await define('b-list');
    const again = await define('vip');
    expect(again).toMatchObject({ category: null, ttlDays: null });
    const { edges } = (await clientOf(tenant, ['VIEWER']).data(TagDefinitionsDocument, {})).tagDefinitions;
    expect(edges.map(({ node }) => node.key)).toEqual(['b-list', 'vip']);
    const page = (await admin.data(TagDefinitionsDocument, { first: 1 })).tagDefinitions;
    const after = page.pageInfo.endCursor;
    const rest = (await admin.data(TagDefinitionsDocument, { first: 5, after })).tagDefinitions;
    expect(rest.edges.map(({ node }) => node.id)).toEqual([again.id]);
  });

  test.each<[string, Parameters<typeof define>[1] & { key: string }, string]>([
    ['no key', { key: ' ' }, 'key'],
    ['a key that tells of somebody', { key: 'anna@example.com' }, 'key'],
    ['no days', { key: 'x', ttlDays: 0 }, 'ttlDays'],
    ['days for a rule', { key: 'x', ttlDays: 3, rule: { channel: 'APP' } }, 'ttlDays'],
    [
      'a rule with a wrong path',
      { key: 'x', rule: { not: { trait: { path: 'citty', op: 'EXISTS' } } } },
      'rule.not.trait.path',
    ],
    ['a rule with an unknown tag', { key: 'x', rule: { any: [{ tag: 'vipp' }] } }, 'rule.any[0].tag'],
    ['a rule on itself', { key: 'vip', rule: { tag: 'vip' } }, 'key'],
  ])('refuses %s, with the place', async (_what, given, path) => {
    const fault = await faultOf(DefineTagDocument, { name: 'x', ...given });
    expect(fault).toMatchObject({
      code: path === 'key' && given.rule ? 'CONFLICT' : 'BAD_USER_INPUT',
      details: { path },
    });
    const { edges } = (await admin.data(TagDefinitionsDocument, {})).tagDefinitions;
    expect(edges.map(({ node }) => node.key)).not.toContain('x');
  });

  test('is written by marketers, and by nobody who only reads', async () => {
    const listing = clientWith(
      (await admin.data(CreateApiTokenDocument, { input: { name: 'lists', scopes: ['profiles:read'] } })).createApiToken
        .secret,
    );
    expect(await listing.codes(ListProfilesDocument, { filter: { tags: ['vip'] } })).toEqual(['FORBIDDEN']);
    expect(await listing.codes(TagDefinitionsDocument, {})).toEqual(['FORBIDDEN']);
    const analyst = clientOf(tenant, ['ANALYST']);
    expect(await analyst.codes(DefineTagDocument, { key: 'mine', name: 'm' })).toEqual(['FORBIDDEN']);
    expect(await analyst.codes(AssignTagDocument, { key: 'vip', profileIds: [] })).toEqual(['FORBIDDEN']);
    expect(await analyst.codes(DeleteTagDocument, { key: 'vip' })).toEqual(['FORBIDDEN']);
  });
});

describe('a tag by hand', () => {
  test(
    'stands on whom it was put on, until it is taken off; each of a call that is refused says why',
    async () => {
      await define('hand');
      const [one, other] = [await person(), await person()];
      const result = await assign('hand', one.id, UNKNOWN, other.id, one.id);
      expect(result).toMatchObject({ changed: 2, unchanged: 1, refused: [{ index: 1, code: 'NOT_FOUND' }] });
      const [tag] = await carries(one.id, 'hand');
      expect(tag).toMatchObject({ key: 'hand', name: 'The hand', kind: 'MANUAL', confidence: 1, expiresAt: null });
      expect(await assign('hand', one.id)).toMatchObject({ changed: 0, unchanged: 1 });
      const listed = await admin.data(ListProfilesDocument, { filter: { tags: ['hand'] } });
      expect(listed.profiles.edges.map(({ node }) => node.id)).toContain(one.id);
      const removed = (await marketer.data(RemoveTagDocument, { key: 'hand', profileIds: [one.id, one.id] })).removeTag;
      expect(removed).toMatchObject({ changed: 1, unchanged: 1, refused: [] });
      await carries(one.id);
      await carries(other.id, 'hand');
      expect(await historyOf(one.id)).toEqual([['hand', 'REMOVED']]);
      expect(await historyOf(other.id)).toEqual([['hand', null]]);
      const counted = await admin.data(TagDefinitionsDocument, { first: 100 });
      const node = counted.tagDefinitions.edges.find(({ node: { key } }) => key === 'hand')?.node;
      expect(node?.profileCount).toBe(1);
    },
    LIMIT_MS,
  );

  test(
    'follows its account through a merge and an unmerge',
    async () => {
      await define('follows');
      const [one, other] = [await person(), await person()];
      await assign('follows', other.id);
      await carries(other.id, 'follows');
      const merge = { into: one.id, from: [other.id], reason: 'same' };
      const { id } = (await admin.data(MergeProfilesDocument, merge)).mergeProfiles.profile;
      await carries(id, 'follows');
      const accountIds = [`acc_${other.id.slice('prf_'.length)}`];
      await admin.data(UnmergeProfileDocument, { profileId: id, accountIds, reason: 'not the same' });
      await carries(other.id, 'follows');
      await carries(one.id);
    },
    LIMIT_MS,
  );

  test(
    'is not put on somebody whose data must not be used, and shows to nobody meanwhile',
    async () => {
      await define('kept off');
      const somebody = await person();
      await assign('kept off', somebody.id);
      await carries(somebody.id, 'kept off');
      const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
      await met(officer, { profileId: somebody.id, kind: 'RESTRICTION' });
      expect((await admin.data(ProfileTagsDocument, { id: somebody.id })).profile?.tags).toBeNull();
      expect((await assign('kept off', somebody.id)).refused).toMatchObject([{ index: 0, code: 'RESTRICTED' }]);
      const listed = await admin.data(ListProfilesDocument, { filter: { tags: ['kept off'] } });
      expect(listed.profiles.edges).toEqual([]);
      await met(officer, { profileId: somebody.id, kind: 'RESTRICTION', lift: true });
      await carries(somebody.id, 'kept off');
      const forMarketing = forPurpose(marketer, 'MARKETING'); // which nobody has asked this person about
      const asked = (await forMarketing.data(AssignTagDocument, { key: 'kept off', profileIds: [somebody.id] }))
        .assignTag;
      expect(asked).toMatchObject({ changed: 0, unchanged: 0, refused: [{ code: 'CONSENT_REQUIRED' }] });
      const { profile } = await forMarketing.data(TagHistoryDocument, { id: somebody.id });
      expect(profile?.tagHistory).toBeNull();
    },
    LIMIT_MS,
  );

  test('is put on 10,000 at once at most, and where there is such a tag', async () => {
    const profileIds = Array.from({ length: 10_001 }, () => UNKNOWN);
    expect(await faultOf(AssignTagDocument, { key: 'vip', profileIds })).toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { path: 'profileIds' },
    });
    expect(await admin.codes(AssignTagDocument, { key: 'nothing', profileIds: [] })).toEqual(['NOT_FOUND']);
  });

  test(
    'is none of another tenant',
    async () => {
      const somebody = await person();
      const stranger = clientOf(await createTenant('tags-beside'));
      expect(await stranger.codes(AssignTagDocument, { key: 'vip', profileIds: [somebody.id] })).toEqual(['NOT_FOUND']);
      await stranger.data(DefineTagDocument, { key: 'vip', name: 'theirs' });
      const { refused } = (await stranger.data(AssignTagDocument, { key: 'vip', profileIds: [somebody.id] })).assignTag;
      expect(refused).toMatchObject([{ code: 'NOT_FOUND' }]);
      expect(await tagsOf(somebody.id)).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe('a tag by a rule', () => {
  test(
    'stands wherever its rule holds, also for rules that name it, and is evaluated anew where it changes',
    async () => {
      const [inside, outside] = [await person({ city: '苏州' }), await person({ city: '成都' })];
      await define('苏州人', { rule: { trait: { path: 'city', op: 'EQ', value: '苏州' } } });
      const [tag] = await carries(inside.id, '苏州人');
      expect(tag).toMatchObject({ kind: 'RULE', source: 'rule', confidence: 1, expiresAt: null });
      expect(await tagsOf(outside.id)).toEqual([]);
      await define('picked');
      const rule = { all: [{ tag: '苏州人' }, { tag: 'picked' }] };
      const { id } = (await admin.data(CreateSegmentDocument, { name: 'both', rule })).createSegment;
      await assign('picked', inside.id, outside.id);
      const membersBecome = (...members: string[]) =>
        eventually(
          async () => present((await admin.data(SegmentDocument, { id, first: 10 })).segment).members.edges,
          (edges) => JSON.stringify(edges.map(({ node }) => node.id).sort()) === JSON.stringify(members.sort()),
        );
      await membersBecome(inside.id);
      expect((await admin.data(PreviewSegmentDocument, { rule })).previewSegment.count).toBe(1);
      await define('苏州人', { rule: { trait: { path: 'city', op: 'EQ', value: '成都' } } });
      await membersBecome(outside.id);
      await sendAll(admin, [
        identify({
          channel: 'APP',
          identifiers: [byUser(inside.user)],
          traits: { city: '成都' },
          occurredAt: daysAgo(1),
        }),
      ]);
      await membersBecome(inside.id, outside.id);
      expect(await admin.codes(AssignTagDocument, { key: '苏州人', profileIds: [inside.id] })).toEqual([
        'BAD_USER_INPUT',
      ]);
      expect(await admin.codes(RemoveTagDocument, { key: '苏州人', profileIds: [inside.id] })).toEqual([
        'BAD_USER_INPUT',
      ]);
    },
    LIMIT_MS,
  );

  test(
    'makes no cycle, also over segments, and is not deleted while rules name it',
    async () => {
      await define('ring', { rule: { trait: { path: 'city', op: 'EQ', value: '拉萨' } } });
      const { id } = (await admin.data(CreateSegmentDocument, { name: 'on it', rule: { tag: 'ring' } })).createSegment;
      const ring = await define('ring 2', { rule: { segment: id } });
      const cycle = await faultOf(DefineTagDocument, { key: 'ring', name: 'r', rule: { not: { tag: 'ring 2' } } });
      expect(cycle).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: {
          path: 'rule.not.tag',
          cycle: [expect.stringMatching(/^tag_/), ring.id, id, expect.stringMatching(/^tag_/)],
        },
      });
      expect(await faultOf(UpdateSegmentDocument, { id, rule: { tag: 'ring 2' } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { path: 'rule.tag', cycle: [id, ring.id, id] },
      });
      expect(await faultOf(DeleteTagDocument, { key: 'ring' })).toMatchObject({
        code: 'CONFLICT',
        details: { path: 'key' },
      });
    },
    LIMIT_MS,
  );
});

describe('a tag by a model', () => {
  test(
    'stands with the confidence and the source of the model, which replaces what it said before',
    async () => {
      await marketer.data(DefineModelTagDocument, { key: 'churning', name: 'Will churn', ttlDays: 7 });
      const somebody = await person();
      const say = async (confidence: number) =>
        (
          await marketer.data(AssignModelTagDocument, {
            key: 'churning',
            source: 'churn v3',
            assignments: [{ profileId: somebody.id, confidence }],
          })
        ).assignModelTag;
      expect(await say(0.7)).toMatchObject({ changed: 1 });
      const [tag] = await carries(somebody.id, 'churning');
      expect(tag).toMatchObject({ kind: 'MODEL', source: 'churn v3', confidence: 0.7 });
      const lasts = Date.parse(String(tag?.expiresAt)) - Date.parse(String(tag?.assignedAt));
      expect(lasts).toBe(7 * 86_400_000);
      await say(0.9);
      await eventually(
        () => tagsOf(somebody.id),
        ([now]) => now?.confidence === 0.9,
      );
      expect(await historyOf(somebody.id)).toEqual([
        ['churning', null],
        ['churning', 'REPLACED'],
      ]);
      expect(await admin.codes(AssignTagDocument, { key: 'churning', profileIds: [] })).toEqual(['BAD_USER_INPUT']);
      const assignments = [{ profileId: somebody.id, confidence: 1.5 }];
      expect(await faultOf(AssignModelTagDocument, { key: 'churning', source: 'm', assignments })).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { path: 'assignments[0].confidence' },
      });
    },
    LIMIT_MS,
  );
});

test(
  'a tag by a model does not stand on somebody who objects to being judged, and cannot be put there',
  async () => {
    await marketer.data(DefineModelTagDocument, { key: 'guessed', name: 'Guessed' });
    await define('told');
    const somebody = await person();
    const given = { key: 'guessed', source: 'm', assignments: [{ profileId: somebody.id, confidence: 0.5 }] };
    await marketer.data(AssignModelTagDocument, given);
    await assign('told', somebody.id);
    await carries(somebody.id, 'guessed', 'told');
    const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
    await met(officer, { profileId: somebody.id, kind: 'OBJECTION' });
    await carries(somebody.id, 'told');
    const { refused } = (await marketer.data(AssignModelTagDocument, given)).assignModelTag;
    expect(refused).toMatchObject([{ index: 0, code: 'OBJECTED' }]);
    await met(officer, { profileId: somebody.id, kind: 'OBJECTION', lift: true });
    await carries(somebody.id, 'guessed', 'told');
  },
  LIMIT_MS,
);

test(
  'what was assigned is erased with the person',
  async () => {
    await define('erased');
    const somebody = await person();
    await assign('erased', somebody.id);
    await carries(somebody.id, 'erased');
    const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
    await met(officer, { profileId: somebody.id, kind: 'ERASURE' });
    const left = await withDatabase((database) =>
      database
        .collection(TagAssignment)
        .find({ tenantId: tenant, accountId: `acc_${somebody.id.slice('prf_'.length)}` })
        .toArray(),
    );
    expect(left).toEqual([]);
    const { refused } = await assign('erased', somebody.id);
    expect(refused).toMatchObject([{ code: 'NOT_FOUND' }]);
  },
  LIMIT_MS,
);

describe('a tag that is deleted', () => {
  test(
    'leaves everybody, stays in their history, and can be defined anew without them',
    async () => {
      await define('season');
      const somebody = await person();
      await assign('season', somebody.id);
      await carries(somebody.id, 'season');
      expect((await marketer.data(DeleteTagDocument, { key: 'season' })).deleteTag).toBe(true);
      await carries(somebody.id);
      expect(await admin.codes(DeleteTagDocument, { key: 'season' })).toEqual(['NOT_FOUND']);
      await eventually(
        () => historyOf(somebody.id),
        ([first]) => first?.[1] === 'DELETED',
      );
      await eventually(
        () => admin.ask(DefineTagDocument, { key: 'season', name: 'Another' }),
        ({ errors }) => !errors,
      );
      const other = await person();
      await assign('season', other.id);
      await carries(other.id, 'season');
      expect(await tagsOf(somebody.id)).toEqual([]);
      const { profile } = await admin.data(TagHistoryDocument, { id: somebody.id });
      expect(profile?.tagHistory).toMatchObject([{ key: 'season', name: 'Another', end: 'DELETED' }]);
    },
    LIMIT_MS,
  );
});
