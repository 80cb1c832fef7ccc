import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiTokenDocument,
  CreateSegmentDocument,
  DeleteSegmentDocument,
  ExplainSegmentDocument,
  ListProfilesDocument,
  PreviewSegmentDocument,
  type RuleInput,
  SegmentDocument,
  SegmentMembershipChangesDocument,
  UpdateSegmentDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { forPurpose, newPerson, type Person, record } from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { createTenant } from '../support/server.js';

const LIMIT_MS = 300_000;
const RULE: RuleInput = { trait: { path: 'city', op: 'EQ', value: '杭州' } };
const EVERYBODY: RuleInput = { consent: { purpose: 'SERVICE', granted: true } };

let tenant: string;
let admin: ApiClient;
let [asked, unasked]: Person[] = [];
let segmentId: string;

beforeAll(async () => {
  tenant = await createTenant('segment-rights');
  admin = clientOf(tenant);
  asked = await newPerson(admin);
  unasked = await newPerson(admin);
  await record(admin, asked.id, 'MARKETING', true);
  segmentId = (await admin.data(CreateSegmentDocument, { name: '杭州', rule: RULE })).createSegment.id;
  await eventually(
    () => membersFor(admin),
    (ids) => ids.length === 2,
  );
}, LIMIT_MS);

async function membersFor(client: ApiClient): Promise<string[]> {
  const { segment } = await client.data(SegmentDocument, { id: segmentId, first: 100 });
  return present(segment).members.edges.map(({ node }) => node.id);
}

async function turnsFor(client: ApiClient): Promise<string[]> {
  const { segmentMembershipChanges } = await client.data(SegmentMembershipChangesDocument, { segmentId, first: 100 });
  return segmentMembershipChanges.changes.map(({ profile }) => profile.id);
}

async function tokenOf(input: { name: string; segmentIds?: string[]; purposes?: 'PARTNER_SHARING'[] }) {
  const scopes = ['profiles:read', 'profiles:read:clear', 'segments:read', 'segments:write'];
  return clientWith((await admin.data(CreateApiTokenDocument, { input: { scopes, ...input } })).createApiToken.secret);
}

test(
  'under a purpose those alone are told of who consented to it, and nobody is counted',
  async () => {
    const marketing = forPurpose(admin, 'MARKETING');
    await eventually(
      () => turnsFor(admin),
      (ids) => ids.length === 2,
    );
    expect((await turnsFor(admin)).sort()).toEqual([asked?.id, unasked?.id].sort());
    expect(await membersFor(marketing)).toEqual([asked?.id]);
    expect(await turnsFor(marketing)).toEqual([asked?.id]);
    const { previewSegment } = await marketing.data(PreviewSegmentDocument, { rule: RULE });
    expect(previewSegment.count).toBeNull();
    expect(previewSegment.sample.map(({ id }) => id)).toEqual([asked?.id]);
    expect((await marketing.data(SegmentDocument, { id: segmentId })).segment?.memberCount).toBeNull();
    expect((await admin.data(SegmentDocument, { id: segmentId })).segment?.memberCount).toBe(2);
  },
  LIMIT_MS,
);

describe('a token that sees some people alone', () => {
  test(
    'can’t change who they are',
    async () => {
      const confined = await tokenOf({ name: 'agency', segmentIds: [segmentId] });
      expect((await membersFor(confined)).length).toBe(2);
      expect(await confined.codes(UpdateSegmentDocument, { id: segmentId, rule: EVERYBODY })).toEqual(['FORBIDDEN']);
      expect(await confined.codes(DeleteSegmentDocument, { id: segmentId })).toEqual(['FORBIDDEN']);
      expect(await confined.codes(CreateSegmentDocument, { name: 'x', rule: EVERYBODY })).toEqual(['FORBIDDEN']);
      const list = 'mutation ($id: ID!) { changeSegmentList(id: $id, change: REPLACE, profileIds: []) { changed } }';
      expect(await confined.codes<unknown, object>(list, { id: segmentId })).toEqual(['FORBIDDEN']);
      const made = 'mutation { createStaticSegment(name: "x", profileIds: []) { id } }';
      expect(await confined.codes<unknown, object>(made, {})).toEqual(['FORBIDDEN']);
    },
    LIMIT_MS,
  );

  test(
    'and is a partner’s, learns by no rule and no membership what isn’t shared with it',
    async () => {
      const partner = await tokenOf({ name: 'Lumen', purposes: ['PARTNER_SHARING'] });
      const grant = { partner: 'Lumen', fields: ['traits.name'] };
      await record(admin, present(asked).id, 'PARTNER_SHARING', true, { grant });
      const visible = await partner.data(ListProfilesDocument, {});
      expect(visible.profiles.edges.map(({ node }) => node.id)).toEqual([asked?.id]);
      expect(await partner.codes(ListProfilesDocument, { filter: { rule: RULE } })).toEqual(['FORBIDDEN']);
      expect(await partner.codes(PreviewSegmentDocument, { rule: RULE })).toEqual(['FORBIDDEN']);
      expect(await membersFor(partner)).toEqual([]);
      expect(await turnsFor(partner)).toEqual([]);
      expect((await partner.data(SegmentDocument, { id: segmentId })).segment?.memberCount).toBeNull();
      expect(await partner.codes(CreateSegmentDocument, { name: 'x', rule: EVERYBODY })).toEqual(['FORBIDDEN']);
    },
    LIMIT_MS,
  );
});

test(
  'who sees no cities isn’t told what a rule asks of them, nor how that comes out',
  async () => {
    const analyst = clientOf(tenant, ['ANALYST']);
    const explain = async (client: ApiClient) =>
      (await client.data(ExplainSegmentDocument, { segmentId, profileId: present(asked).id })).explainSegment;
    const rule: RuleInput = { all: [RULE, { channel: 'APP' }] };
    await admin.data(UpdateSegmentDocument, { id: segmentId, rule });
    expect((await analyst.data(SegmentDocument, { id: segmentId })).segment?.rule).toBeNull();
    expect((await admin.data(SegmentDocument, { id: segmentId })).segment?.rule).toEqual(rule);
    const told = await explain(analyst);
    expect(told).toMatchObject({ member: true, clause: { holds: true, clauses: [{ holds: null }, { holds: true }] } });
    expect(JSON.stringify(told)).not.toContain('杭州');
    expect(await explain(admin)).toMatchObject({ clause: { clauses: [{ holds: true, observed: '杭州' }, {}] } });
  },
  LIMIT_MS,
);
