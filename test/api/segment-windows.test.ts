import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  AssignTagDocument,
  CreateSegmentDocument,
  DefineTagDocument,
  ListProfilesDocument,
  SegmentDocument,
  SegmentMembershipChangesDocument,
  TagHistoryDocument,
} from '../../schema/generated/operations.js';
import { present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { idBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, sendAll } from '../support/sample-events.js';

const LIMIT_MS = 600_000;
const TENANT = 'windows';
const environment: NodeJS.ProcessEnv = {};
const server = new OwnServer('warn', { environment });

beforeAll(async () => {
  await server.start();
  await server.createTenant(TENANT);
}, LIMIT_MS);

afterAll(() => server.dispose(), LIMIT_MS);

const membersOf = async (id: string) => {
  const { segment } = await server.client(TENANT).data(SegmentDocument, { id, first: 10 });
  return present(segment).members.edges.map(({ node }) => node.id);
};

test(
  'a window and a tag run out though nothing happens, also while no server ran',
  async () => {
    const buyer = byUser('w-1');
    await sendAll(server.client(TENANT), [
      eventOf({ channel: 'APP', identifiers: [buyer], name: 'Order Completed', occurredAt: daysAgo(0) }),
    ]);
    const profileId = await idBy(server.client(TENANT), buyer);
    const rule = { event: { name: 'Order Completed', withinDays: 2 } };
    const { id } = (await server.client(TENANT).data(CreateSegmentDocument, { name: 'bought lately', rule }))
      .createSegment;
    await eventually(
      () => membersOf(id),
      (members) => members.length === 1,
    );
    await server.client(TENANT).data(DefineTagDocument, { key: 'short', name: 'Short', ttlDays: 2 });
    await server.client(TENANT).data(AssignTagDocument, { key: 'short', profileIds: [profileId] });
    const tagged = async () =>
      (await server.client(TENANT).data(ListProfilesDocument, { filter: { tags: ['short'] } })).profiles.edges;
    await eventually(tagged, (edges) => edges.length === 1);
    await server.stop();
    environment.CLOCK_OFFSET = 'P3D';
    await server.start();
    await eventually(
      () => membersOf(id),
      (members) => members.length === 0,
    );
    await eventually(tagged, (edges) => edges.length === 0);
    const { profile } = await server.client(TENANT).data(TagHistoryDocument, { id: profileId });
    expect(profile?.tagHistory).toMatchObject([{ key: 'short', end: 'EXPIRED', endedBy: null }]);
    const { changes } = await eventually(
      async () =>
        (await server.client(TENANT).data(SegmentMembershipChangesDocument, { segmentId: id }))
          .segmentMembershipChanges,
      (page) => page.changes.length === 2,
    );
    expect(changes.map(({ entered, reason, profile }) => [entered, reason, profile.id])).toEqual([
      [true, expect.any(String), profileId],
      [false, 'time', profileId],
    ]);
  },
  LIMIT_MS,
);
