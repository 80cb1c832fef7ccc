import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ChangeSegmentListDocument,
  CreateSegmentDocument,
  CreateStaticSegmentDocument,
  DeleteSegmentDocument,
  type EventInput,
  ExplainSegmentDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  PreviewSegmentDocument,
  ProfileSegmentsDocument,
  type RuleInput,
  SegmentDocument,
  SegmentMembershipChangedDocument,
  SegmentMembershipChangesDocument,
  SegmentsDocument,
  UnmergeProfileDocument,
  UpdateSegmentDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { record } from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { met } from '../support/privacy-client.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 300_000;

let tenant: string;
let admin: ApiClient;
let people = 0;
const open: SocketClient[] = [];

beforeAll(async () => {
  tenant = await createTenant('segments');
  admin = clientOf(tenant);
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

/** Somebody with traits and events; the id of the profile, and of the account's user. */
async function person(traits: Record<string, unknown>, events: Partial<EventInput>[] = []) {
  people += 1;
  const user = `seg-${people}`;
  const identifiers = [byUser(user)];
  await sendAll(admin, [
    identify({ channel: 'APP', identifiers, traits }),
    ...events.map((event) => eventOf({ channel: 'APP', identifiers, ...event })),
  ]);
  return { user, id: await idBy(admin, byUser(user)) };
}

const buys = (user: string, total: number, occurredAt = daysAgo(0)) =>
  sendAll(admin, [
    eventOf({
      channel: 'APP',
      identifiers: [byUser(user)],
      name: 'Order Completed',
      properties: { total },
      occurredAt,
    }),
  ]);

/** A segment whose members everybody was asked for. */
async function segmentOf(name: string, rule: RuleInput): Promise<string> {
  const { id } = (await admin.data(CreateSegmentDocument, { name, rule })).createSegment;
  await evaluated(id);
  return id;
}

const evaluated = (id: string) =>
  eventually(
    async () => present((await admin.data(SegmentDocument, { id })).segment),
    ({ evaluatedAt }) => evaluatedAt !== null,
  );

async function membersOf(id: string): Promise<string[]> {
  const { segment } = await admin.data(SegmentDocument, { id, first: 100 });
  return present(segment)
    .members.edges.map(({ node }) => node.id)
    .sort();
}

const becomes = (id: string, members: readonly string[]) =>
  eventually(
    () => membersOf(id),
    (found) => JSON.stringify(found) === JSON.stringify([...members].sort()),
  );

async function segmentsOf(id: string): Promise<string[]> {
  const { profile } = await admin.data(ProfileSegmentsDocument, { id });
  return present(profile?.segments)
    .flatMap(({ segment }) => segment?.id ?? [])
    .sort();
}

describe('a segment by a rule', () => {
  test(
    'has those as members whom its rule holds for, and follows what they do',
    async () => {
      const [inside, outside] = [await person({ city: '苏州' }), await person({ city: '成都' })];
      const id = await segmentOf('苏州', { trait: { path: 'city', op: 'EQ', value: '苏州' } });
      expect(await membersOf(id)).toEqual([inside.id]);
      await sendAll(admin, [
        identify({
          channel: 'APP',
          identifiers: [byUser(outside.user)],
          traits: { city: '苏州' },
          occurredAt: daysAgo(1),
        }),
      ]);
      await becomes(id, [inside.id, outside.id]);
      await sendAll(admin, [
        identify({
          channel: 'APP',
          identifiers: [byUser(inside.user)],
          traits: { city: '杭州' },
          occurredAt: daysAgo(1),
        }),
      ]);
      await becomes(id, [outside.id]);
      expect(await segmentsOf(outside.id)).toContain(id);
      const listed = await eventually(
        async () => (await admin.data(ListProfilesDocument, { filter: { segmentIds: [id] } })).profiles.edges,
        (edges) => edges.length === 1,
      );
      expect(listed.map(({ node }) => node.id)).toEqual([outside.id]);
    },
    LIMIT_MS,
  );

  test(
    'counts events and adds up what they are worth, also those that come late',
    async () => {
      const buyer = await person({});
      const id = await segmentOf('200 in a month', {
        event: { name: 'Order Completed', aggregate: 'SUM', property: 'total', op: 'GTE', value: 200, withinDays: 30 },
      });
      await buys(buyer.user, 150);
      await buys(buyer.user, 100, daysAgo(40)); // too early to count
      await buys(buyer.user, 60, daysAgo(20));
      await becomes(id, [buyer.id]);
      const { explainSegment } = await admin.data(ExplainSegmentDocument, { segmentId: id, profileId: buyer.id });
      expect(explainSegment).toMatchObject({ member: true, clause: { kind: 'event', holds: true, observed: 210 } });
      const analyst = clientOf(tenant, ['ANALYST']);
      const masked = (await analyst.data(ExplainSegmentDocument, { segmentId: id, profileId: buyer.id }))
        .explainSegment;
      expect(masked).toMatchObject({ member: true, clause: { observed: null } });
    },
    LIMIT_MS,
  );

  test(
    'is explained to who may not read a trait without its value',
    async () => {
      const somebody = await person({ phone: '13800138000' });
      const id = await segmentOf('a phone', { trait: { path: 'phone', op: 'EQ', value: '138 0013 8000' } });
      expect(await membersOf(id)).toEqual([somebody.id]);
      const viewer = clientOf(tenant, ['VIEWER']);
      const { explainSegment } = await viewer.data(ExplainSegmentDocument, { segmentId: id, profileId: somebody.id });
      expect(explainSegment.member).toBe(true);
      expect(JSON.stringify(explainSegment)).not.toContain('0013');
      expect((await viewer.data(SegmentDocument, { id })).segment?.rule).toBeNull();
      expect((await admin.data(SegmentDocument, { id })).segment?.rule).toMatchObject({ trait: { path: 'phone' } });
    },
    LIMIT_MS,
  );

  test(
    'stands on other segments, and makes no cycle',
    async () => {
      const both = await person({ city: '南京', level: 'gold' });
      await person({ city: '南京', level: 'tin' });
      const gold = await segmentOf('gold', await knownRule({ trait: { path: 'level', op: 'EQ', value: 'gold' } }));
      const id = await segmentOf('gold in 南京', {
        all: [{ segment: gold }, { trait: { path: 'city', op: 'EQ', value: '南京' } }],
      });
      expect(await membersOf(id)).toEqual([both.id]);
      const cycle = await admin.ask(UpdateSegmentDocument, { id: gold, rule: { segment: id } });
      expect(cycle.errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { path: 'rule.segment' },
      });
      expect(await admin.codes(DeleteSegmentDocument, { id: gold })).toEqual(['CONFLICT']);
      await admin.data(UpdateSegmentDocument, {
        id: gold,
        rule: { trait: { path: 'level', op: 'EQ', value: 'silver' } },
      });
      await becomes(id, []);
    },
    LIMIT_MS,
  );

  test(
    'follows consents and restrictions',
    async () => {
      const asked = await person({});
      const id = await segmentOf('may be written to', { consent: { purpose: 'MARKETING', granted: true } });
      await record(admin, asked.id, 'MARKETING', true);
      await becomes(id, [asked.id]);
      const officer = clientOf(tenant, ['PRIVACY_OFFICER']);
      await met(officer, { profileId: asked.id, kind: 'RESTRICTION' });
      await becomes(id, []);
      await met(officer, { profileId: asked.id, kind: 'RESTRICTION', lift: true });
      await becomes(id, [asked.id]);
      await record(admin, asked.id, 'MARKETING', false);
      await becomes(id, []);
    },
    LIMIT_MS,
  );

  test(
    'is refused where its rule names what is not known, with the place and a suggestion',
    async () => {
      const codes = async (rule: RuleInput) =>
        (await admin.ask(CreateSegmentDocument, { name: 'x', rule })).errors?.[0];
      const typo = await codes({ any: [{ trait: { path: 'citty', op: 'EQ', value: 'x' } }] });
      expect(typo?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { path: 'rule.any[0].trait.path', suggestion: 'city' },
      });
      const window = await codes({ event: { name: 'Order Completed', withinDays: -1 } });
      expect(window?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { path: 'rule.event.withinDays' } });
      let deep: RuleInput = { channel: 'APP' };
      for (let level = 0; level < 50; level += 1) deep = { not: deep };
      expect((await codes(deep))?.extensions.code).toMatch(/BAD_USER_INPUT|QUERY_TOO_COMPLEX/);
      const { segments } = await admin.data(SegmentsDocument, { first: 100 });
      expect(segments.edges.map(({ node }) => node.name)).not.toContain('x');
    },
    LIMIT_MS,
  );

  test(
    'changes under a version and is deleted with its memberships',
    async () => {
      const somebody = await person({ city: '厦门' });
      const id = await segmentOf('厦门', { trait: { path: 'city', op: 'EQ', value: '厦门' } });
      const { version } = present((await admin.data(SegmentDocument, { id })).segment);
      const renamed = await admin.data(UpdateSegmentDocument, { id, name: '鹭岛', expectedVersion: version });
      expect(renamed.updateSegment).toMatchObject({ name: '鹭岛', version: version + 1 });
      expect(await admin.codes(UpdateSegmentDocument, { id, name: 'z', expectedVersion: version })).toEqual([
        'CONFLICT',
      ]);
      await admin.data(DeleteSegmentDocument, { id });
      expect((await admin.data(SegmentDocument, { id })).segment).toBeNull();
      await eventually(
        () => admin.data(ProfileSegmentsDocument, { id: somebody.id }),
        ({ profile }) => present(profile?.segments).length === 0,
      );
      expect(await admin.codes(SegmentMembershipChangesDocument, { segmentId: id })).toEqual(['NOT_FOUND']);
    },
    LIMIT_MS,
  );

  test(
    'can be tried before it is made',
    async () => {
      const there = { city: '丽江', province: '云南' };
      const [a, b] = [await person(there), await person(there)];
      await person({ city: '大理' });
      const { previewSegment } = await admin.data(PreviewSegmentDocument, {
        rule: { trait: { path: 'city', op: 'EQ', value: '丽江' } },
      });
      expect(previewSegment.count).toBe(2);
      expect(previewSegment.sample.map(({ id }) => id).sort()).toEqual([a.id, b.id].sort());
      const analyst = clientOf(tenant, ['ANALYST']);
      const province = { trait: { path: 'province', op: 'EQ', value: '云南' } } as const;
      const few = await analyst.data(PreviewSegmentDocument, { rule: province });
      expect(few.previewSegment.count).toBeNull(); // fewer than the tenant's smallest cell
      const city = { trait: { path: 'city', op: 'EQ', value: '丽江' } } as const;
      expect(await analyst.codes(PreviewSegmentDocument, { rule: city })).toEqual(['FORBIDDEN']);
      const listed = await admin.data(ListProfilesDocument, { filter: { rule: { all: [city, province] } } });
      expect(listed.profiles.edges.map(({ node }) => node.id).sort()).toEqual([a.id, b.id].sort());
      const wrong = await admin.ask(ListProfilesDocument, { filter: { rule: { any: [{ tag: 'unknown' }] } } });
      expect(wrong.errors?.[0]?.extensions.details).toMatchObject({ path: 'filter.rule.any[0].tag' });
    },
    LIMIT_MS,
  );
});

/** A rule once what it names was observed: that follows what is stored by a moment. */
async function knownRule(rule: RuleInput): Promise<RuleInput> {
  await eventually(
    () => admin.ask(PreviewSegmentDocument, { rule }),
    ({ errors }) => !errors,
  );
  return rule;
}

describe('the stream of memberships', () => {
  test(
    'tells of each who enters and leaves, live and to be read again',
    async () => {
      const id = await segmentOf('武汉', { trait: { path: 'city', op: 'EQ', value: '武汉' } });
      const socket = new SocketClient(testServer().url, tokenFor(tenant, ['ADMIN']));
      open.push(socket);
      const followed = socket.follow(SegmentMembershipChangedDocument, { segmentId: id });
      const moving = await person({ city: '长沙' });
      let day = 9;
      while (followed.messages.length === 0 && day > 2) {
        for (const city of ['武汉', '长沙']) {
          day -= 0.01;
          await sendAll(admin, [
            identify({
              channel: 'APP',
              identifiers: [byUser(moving.user)],
              traits: { city },
              occurredAt: daysAgo(day),
            }),
          ]);
        }
        await followed.until((messages) => messages.length > 1, 3_000).catch(() => undefined);
      }
      const told = (await followed.until((messages) => messages.length > 1)).map(
        ({ segmentMembershipChanged: one }) => one,
      );
      expect(told.map(({ entered, profile }) => [entered, profile.id]).slice(-2)).toEqual([
        [true, moving.id],
        [false, moving.id],
      ]);
      expect(told[0]?.reason).toBe('traits.city');
      const page = await eventually(
        async () => (await admin.data(SegmentMembershipChangesDocument, { segmentId: id })).segmentMembershipChanges,
        ({ changes }) => changes.length >= told.length,
      );
      const balance = page.changes.reduce((sum, { entered }) => sum + (entered ? 1 : -1), 0);
      expect(balance).toBe((await membersOf(id)).length);
      const rest = await admin.data(SegmentMembershipChangesDocument, {
        segmentId: id,
        after: page.changes[0]?.cursor,
      });
      expect(rest.segmentMembershipChanges.changes.map(({ cursor }) => cursor)).toEqual(
        page.changes.slice(1).map(({ cursor }) => cursor),
      );
    },
    LIMIT_MS,
  );

  test(
    'follows a merge and its unmerge, and entered less left is the size',
    async () => {
      const [one, other] = [await person({ city: '西安' }), await person({ city: '西安' })];
      const id = await segmentOf('西安', { trait: { path: 'city', op: 'EQ', value: '西安' } });
      expect(await membersOf(id)).toEqual([one.id, other.id].sort());
      const merged = (await admin.data(MergeProfilesDocument, { into: one.id, from: [other.id], reason: 'same' }))
        .mergeProfiles;
      const balanced = (size: number, isEnough: (reasons: string[]) => boolean) =>
        eventually(
          async () => (await admin.data(SegmentMembershipChangesDocument, { segmentId: id })).segmentMembershipChanges,
          ({ changes }) =>
            isEnough(changes.map(({ reason }) => reason)) &&
            changes.reduce((sum, { entered }) => sum + (entered ? 1 : -1), 0) === size,
        );
      await balanced(1, (reasons) => reasons.includes('merge'));
      expect(await membersOf(id)).toEqual([merged.profile.id]);
      await admin.data(UnmergeProfileDocument, {
        profileId: merged.profile.id,
        accountIds: await accountsOf(other.user),
        reason: 'not the same',
      });
      await balanced(2, (reasons) => reasons.length === 4);
      expect(await membersOf(id)).toHaveLength(2);
    },
    LIMIT_MS,
  );
});

async function accountsOf(user: string): Promise<string[]> {
  const { profileByIdentifier } = await admin.data<
    { profileByIdentifier: { channelAccounts: { id: string; identifiers: { value: string }[] }[] } },
    object
  >(
    `query ($user: String!) { profileByIdentifier(identifier: { type: USER_ID, value: $user }) { channelAccounts { id identifiers { value } } } }`,
    { user },
  );
  return profileByIdentifier.channelAccounts.flatMap(({ id, identifiers }) =>
    identifiers.some(({ value }) => value === user) ? [id] : [],
  );
}

describe('a segment by a list', () => {
  test(
    'has those as members who are on it; all of a call is taken, or nothing',
    async () => {
      const [a, b, c] = [await person({}), await person({}), await person({})];
      const made = (await admin.data(CreateStaticSegmentDocument, { name: 'by hand', profileIds: [a.id, b.id] }))
        .createStaticSegment;
      await becomes(made.id, [a.id, b.id]);
      const unknown = 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV';
      const refused = await admin.ask(ChangeSegmentListDocument, {
        id: made.id,
        change: 'APPEND',
        csv: `profileId\n${c.id}\n${unknown}\n`,
      });
      expect(refused.errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        details: { path: 'csv line 3' },
      });
      const appended = await admin.data(ChangeSegmentListDocument, {
        id: made.id,
        change: 'APPEND',
        csv: `profileId\n${c.id}\n${a.id}\n`,
      });
      expect(appended.changeSegmentList).toEqual({ changed: 1, unchanged: 1 });
      await becomes(made.id, [a.id, b.id, c.id]);
      await admin.data(ChangeSegmentListDocument, { id: made.id, change: 'REMOVE', profileIds: [a.id] });
      await becomes(made.id, [b.id, c.id]);
      await admin.data(ChangeSegmentListDocument, { id: made.id, change: 'REPLACE', profileIds: [a.id] });
      await becomes(made.id, [a.id]);
      expect(await admin.codes(CreateStaticSegmentDocument, { name: 'n', profileIds: [unknown] })).toEqual([
        'BAD_USER_INPUT',
      ]);
    },
    LIMIT_MS,
  );
});
