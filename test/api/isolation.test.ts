import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountProfilesDocument,
  EventsByMessageIdDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  NodeDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  QuarantinedItemsDocument,
  ReplayQuarantinedDocument,
  RevokeApiTokenDocument,
  RotateApiTokenDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, phoneNumber, send, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

/** What exists in one tenant, by id. */
interface Belongings {
  readonly profile: string;
  readonly other: string;
  readonly account: string;
  readonly event: string;
  readonly quarantined: string;
  readonly token: string;
}

let owner: ApiClient;
let stranger: ApiClient;
let theirs: Belongings;
let own: Belongings;

async function fill(client: ApiClient, name: string): Promise<Belongings> {
  await sendAll(client, [
    identify({ identifiers: [byPhone(phoneNumber(7)), byUser('same-user')], traits: { name } }),
    identify({ identifiers: [byUser(`second-of-${name}`)] }),
    eventOf({ messageId: 'same-message', name, identifiers: [byUser('same-user')] }),
  ]);
  await send(client, [eventOf({ identifiers: [] })]);
  const profile = await profileBy(client, byUser('same-user'));
  const { quarantinedItems } = await client.data(QuarantinedItemsDocument, {});
  const created = await client.data<{ createApiToken: { token: { id: string } } }, object>(
    'mutation { createApiToken(input: { name: "t", scopes: ["profiles:read"] }) { token { id } } }',
  );
  return {
    profile: profile.id,
    other: (await profileBy(client, byUser(`second-of-${name}`))).id,
    account: present(profile.channelAccounts?.[0]).id,
    event: present(profile.events?.edges[0]).node.id,
    quarantined: present(quarantinedItems.edges[0]).node.id,
    token: created.createApiToken.token.id,
  };
}

beforeAll(async () => {
  owner = clientOf(await createTenant('owner'));
  stranger = clientOf(await createTenant('stranger'));
  theirs = await fill(owner, 'Owner');
  own = await fill(stranger, 'Stranger');
});

describe("another tenant's ids find nothing", () => {
  test('the same identifiers and messageIds have other ids in each tenant', () => {
    for (const key of Object.keys(theirs) as (keyof Belongings)[])
      expect([key, own[key]]).not.toEqual([key, theirs[key]]);
  });

  test.each(['profile', 'account', 'event'] as const)('node: %s', async (kind) => {
    const node = async (id: string) => (await stranger.data(NodeDocument, { id })).node?.id;
    expect([await node(theirs[kind]), await node(own[kind])]).toEqual([undefined, own[kind]]);
  });

  test('queries', async () => {
    const seen = async (ids: Belongings) => [
      (await stranger.data(Profile360Document, { id: ids.profile })).profile?.id,
      (await stranger.data(ListProfilesDocument, { filter: { ids: [ids.profile] } })).profiles.edges.length,
      (await stranger.data(CountProfilesDocument, { filter: { ids: [ids.profile] } })).profiles.totalCount,
      await stranger.codes(IdentityGraphDocument, { profileId: ids.profile }),
    ];
    expect(await seen(theirs)).toEqual([undefined, 0, 0, ['NOT_FOUND']]);
    expect(await seen(own)).toEqual([own.profile, 1, 1, []]);
  });

  test('what both have is each one’s own', async () => {
    const { profileByIdentifier } = await stranger.data(ProfileByIdentifierDocument, {
      identifier: byPhone(phoneNumber(7)),
    });
    expect(profileByIdentifier).toMatchObject({ id: own.profile, traits: { name: 'Stranger' } });
    const { eventsByMessageId } = await stranger.data(EventsByMessageIdDocument, { messageIds: ['same-message'] });
    expect(eventsByMessageId).toMatchObject([{ name: 'Stranger', profile: { id: own.profile } }]);
    const { profiles } = await stranger.data(ListProfilesDocument, { first: 100 });
    expect(profiles.edges.map(({ node }) => node.id).sort()).toEqual([own.profile, own.other].sort());
    expect((await stranger.data(QuarantinedItemsDocument, {})).quarantinedItems.edges).toHaveLength(1);
    for (const search of [phoneNumber(7), 'Own', phoneNumber(7).slice(-4)]) {
      const { edges } = (await stranger.data(ListProfilesDocument, { filter: { search } })).profiles;
      expect(edges.map(({ node }) => node.id).filter((id) => id !== own.profile)).toEqual([]);
    }
    expect((await owner.data(ListProfilesDocument, { filter: { search: 'Own' } })).profiles.edges).toHaveLength(1);
  });

  test('mutations', async () => {
    const before = await owner.data(Profile360Document, { id: theirs.profile });
    const reason = 'x';
    const codes = async (ids: Belongings) => [
      await stranger.codes(SetTraitDocument, { profileId: ids.profile, trait: 'city', value: 'x', reason }),
      await stranger.codes(ReplayQuarantinedDocument, { ids: [ids.quarantined] }),
      await stranger.codes(RotateApiTokenDocument, { id: ids.token }),
      await stranger.codes(RevokeApiTokenDocument, { id: ids.token }),
      await stranger.codes(MergeProfilesDocument, { into: ids.profile, from: [ids.other], reason }),
    ];
    const nothing = ['NOT_FOUND'];
    expect(await codes(theirs)).toEqual([nothing, nothing, nothing, nothing, nothing]);
    expect(await stranger.codes(MergeProfilesDocument, { into: own.profile, from: [theirs.profile], reason })).toEqual(
      nothing,
    );
    expect(await stranger.codes(MergeProfilesDocument, { into: theirs.profile, from: [own.profile], reason })).toEqual(
      nothing,
    );
    expect(await owner.data(Profile360Document, { id: theirs.profile })).toEqual(before);
    expect(await codes(own)).toEqual([[], [], [], [], []]);
  });

  test('an id that smuggles the other tenant in finds nothing', async () => {
    const { tenantId } = (await owner.data<{ viewer: { tenantId: string } }, object>('{ viewer { tenantId } }')).viewer;
    for (const id of [`${tenantId}:${theirs.profile}`, `../${theirs.profile}`, `${theirs.profile}\u0000`])
      expect((await stranger.data(NodeDocument, { id })).node).toBeNull();
    const { edges } = (
      await stranger.data(ListProfilesDocument, { filter: { ids: [`${tenantId}:${theirs.profile}`] } })
    ).profiles;
    expect(edges).toEqual([]);
  });
});
