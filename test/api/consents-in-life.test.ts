import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CountProfilesDocument,
  CreateApiTokenDocument,
  EventIngestedDocument,
  EventsByMessageIdDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  NodeDocument,
  ProfileByIdentifierDocument,
  ProfileConsentsDocument,
  type ProfileUpdatedSubscription,
  RecordConsentDocument,
  RotateApiTokenDocument,
  SetTraitDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { CITY, expectShell, expectWhole, forPurpose, newPerson, readAs, record } from '../support/consenting-people.js';
import { idBy } from '../support/profile-reader.js';
import { byPhone, byUser, daysAgo, eventOf, send, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

let tenant: string;
let admin: ApiClient;
let marketing: ApiClient;
const open: SocketClient[] = [];

beforeAll(async () => {
  tenant = await createTenant('consent-life');
  admin = clientOf(tenant);
  marketing = forPurpose(admin, 'MARKETING');
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

function socketOf(token: string): SocketClient {
  const client = new SocketClient(testServer().url, token);
  open.push(client);
  return client;
}

/** What somebody last said of MARKETING, as far as it counts for the profile. */
async function marketingOf(id: string): Promise<boolean | undefined> {
  const { profile } = await admin.data(ProfileConsentsDocument, { id });
  return profile?.consents?.find(({ purpose }) => purpose === 'MARKETING')?.granted;
}

describe('merged and parted', () => {
  async function merged() {
    const [one, other] = [await newPerson(admin), await newPerson(admin)];
    const accountsOf = async (id: string) => present((await readAs(admin, id))?.channelAccounts).map((one) => one.id);
    const leaving = await accountsOf(other.id);
    return {
      one,
      other,
      merge: () => admin.data(MergeProfilesDocument, { into: one.id, from: [other.id], reason: 'One person.' }),
      unmerge: () =>
        admin.data(UnmergeProfileDocument, { profileId: one.id, accountIds: leaving, reason: 'Two people.' }),
    };
  }

  test('the strictest holds over both, and each has its own back', async () => {
    const { one, other, merge, unmerge } = await merged();
    await record(admin, one.id, 'MARKETING', false);
    await record(admin, other.id, 'MARKETING', true);
    await merge();
    await expectShell(marketing, one.id);
    expect((await readAs(marketing, other.id))?.id).toBe(one.id);
    await unmerge();
    await expectShell(marketing, one.id);
    await expectWhole(marketing, other.id);
  });

  test('a withdrawal while merged holds on both sides afterwards, until each grants again', async () => {
    const { one, other, merge, unmerge } = await merged();
    for (const { id } of [one, other]) await record(admin, id, 'MARKETING', true);
    await merge();
    await expectWhole(marketing, one.id);
    await record(admin, one.id, 'MARKETING', false);
    await expectShell(marketing, one.id);
    await unmerge();
    for (const { id } of [one, other]) await expectShell(marketing, id);
    await record(admin, other.id, 'MARKETING', true);
    await expectShell(marketing, one.id);
    await expectWhole(marketing, other.id);
  });

  test('a grant while merged stays with the account seen last, or with that of its channel', async () => {
    const { one, other, merge, unmerge } = await merged();
    await sendAll(admin, [eventOf({ channel: 'APP', identifiers: [byUser(other.user)], occurredAt: daysAgo(1) })]);
    await merge();
    await record(admin, one.id, 'MARKETING', false);
    await record(admin, one.id, 'MARKETING', true);
    await expectWhole(marketing, one.id);
    await unmerge();
    await expectShell(marketing, one.id);
    expect([await marketingOf(one.id), await marketingOf(other.id)]).toEqual([false, true]);
    await expectWhole(marketing, other.id);
  });
});

describe('children under 14', () => {
  const guardian = { name: 'Wang Guardian', contact: 'in person, 12 March', relation: 'mother' };
  const born = (years: number, days = 0) => {
    const [today] = new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().split('T') as [string];
    return `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  };

  test('need a guardian for all beyond SERVICE', async () => {
    const { id } = await newPerson(admin, { birthday: born(13) });
    await record(admin, id, 'MARKETING', true);
    await expectShell(marketing, id);
    await expectWhole(forPurpose(admin, 'SERVICE'), id);
    expect(await record(admin, id, 'MARKETING', true, { guardian })).toMatchObject({ isGuarded: true, guardian });
    await expectWhole(marketing, id);
    await record(admin, id, 'MARKETING', false);
    await expectShell(marketing, id);
  });

  test('are grown on their 14th birthday, and whoever turns out to be a child is one', async () => {
    const [grown, child] = [await newPerson(admin, { birthday: born(14) }), await newPerson(admin)];
    for (const { id } of [grown, child]) {
      await record(admin, id, 'MARKETING', true);
      await expectWhole(marketing, id);
    }
    const reason = 'Their mother called.';
    await admin.data(SetTraitDocument, { profileId: child.id, trait: 'birthday', value: born(14, 1), reason });
    await expectShell(marketing, child.id);
    await expectWhole(marketing, grown.id);
  });

  test("the guardian's name is for those who may read CORE values in clear", async () => {
    const { id } = await newPerson(admin, { birthday: born(13) });
    await record(admin, id, 'MARKETING', true, { guardian });
    const { profile } = await clientOf(tenant, ['MARKETER']).data(ProfileConsentsDocument, { id });
    expect(profile?.consents).toMatchObject([{ isGuarded: true, guardian: null }]);
  });
});

describe('partners', () => {
  const scopes = ['profiles:read', 'profiles:read:clear', 'profiles:lookup', 'events:read', 'consents:write'];

  async function newPartner(name: string, purposes: ('PARTNER_SHARING' | 'SERVICE')[] = ['PARTNER_SHARING']) {
    const input = { name: `${name} of ${tenant}`, scopes, purposes };
    const { secret, token } = (await admin.data(CreateApiTokenDocument, { input })).createApiToken;
    return { client: clientWith(secret), name: input.name, id: token.id, secret };
  }

  test('see nobody who does not share with them, by no way', async () => {
    const { client } = await newPartner('Lumen');
    const { id, phone, name, messageId } = await newPerson(admin);
    const { events, channelAccounts } = present(await readAs(admin, id));
    const ids = [id, present(events?.edges[0]).node.id, present(channelAccounts?.[0]).id];
    const seen = async () => {
      const nodes = await Promise.all(ids.map((one) => client.data(NodeDocument, { id: one })));
      const { profileByIdentifier } = await client.data(ProfileByIdentifierDocument, { identifier: byPhone(phone) });
      const { eventsByMessageId } = await client.data(EventsByMessageIdDocument, { messageIds: [messageId] });
      const lists = await Promise.all(
        [{}, { ids: [id] }, { search: name }].map((filter) =>
          client.data(ListProfilesDocument, { filter, first: 100 }),
        ),
      );
      const count = (await client.data(CountProfilesDocument, { filter: { ids: [id] } })).profiles.totalCount;
      return [
        ...nodes.map(({ node }) => node !== null),
        (await readAs(client, id)) !== null,
        profileByIdentifier !== null,
        eventsByMessageId[0] !== null,
        ...lists.map(({ profiles }) => profiles.edges.some(({ node }) => node.id === id)),
        (count ?? 0) > 0,
      ];
    };
    expect(new Set(await seen())).toEqual(new Set([false]));
    expect(await client.codes(RecordConsentDocument, { profileId: id, purpose: 'MARKETING', granted: true })).toEqual([
      'NOT_FOUND',
    ]);
    await record(admin, id, 'PARTNER_SHARING', true);
    expect(new Set(await seen())).toEqual(new Set([true]));
    await record(admin, id, 'PARTNER_SHARING', false);
    expect(new Set(await seen())).toEqual(new Set([false]));
  });

  test('see the fields that the person shares with them, as long as they do', async () => {
    const [lumen, other] = [await newPartner('Lumen'), await newPartner('Other')];
    const { id, name } = await newPerson(admin);
    const grant = { partner: lumen.name, fields: ['traits.city', 'traits.custom.taste'] };
    expect(await record(admin, id, 'PARTNER_SHARING', true, { grant })).toMatchObject({ grant });
    const shown = present(await readAs(lumen.client, id));
    const traits = { name: null, birthday: null, phone: null, city: CITY, custom: { taste: 'tea' } };
    expect(shown).toMatchObject({ traits, identifiers: [], provenance: [], channelAccounts: null, events: null });
    expect(shown.withheld).toContainEqual({ path: 'traits.name', reason: 'CONSENT' });
    expect(shown.withheld).not.toContainEqual(expect.objectContaining({ path: 'traits.city' }));
    expect(shown.consents).toEqual([{ purpose: 'PARTNER_SHARING', granted: true }]);
    expect(await readAs(other.client, id)).toBeNull();
    await record(admin, id, 'PARTNER_SHARING', true, { grant: { partner: lumen.id, fields: ['traits', 'events'] } });
    const more = present(await readAs(lumen.client, id));
    expect([more.traits.name, more.events?.edges.length, more.channelAccounts]).toEqual([name, 2, null]);
    expect((await lumen.client.data(IdentityGraphDocument, { profileId: id })).identityGraph.nodes).toEqual([]);
    await record(admin, id, 'PARTNER_SHARING', false, { grant: { partner: lumen.name } });
    expect(await readAs(lumen.client, id)).toBeNull();
  });

  test('find nobody by what the person does not share with them', async () => {
    const { client, name: partner } = await newPartner('Seeking');
    const { id, phone, name } = await newPerson(admin);
    const found = async () => {
      const lists = await Promise.all(
        [{ ids: [id] }, { search: phone }, { search: name }, { channels: ['APP' as const] }].map((filter) =>
          client.data(ListProfilesDocument, { filter, first: 100 }),
        ),
      );
      const { profileByIdentifier } = await client.data(ProfileByIdentifierDocument, { identifier: byPhone(phone) });
      return [
        ...lists.map(({ profiles }) => profiles.edges.some(({ node }) => node.id === id)),
        profileByIdentifier !== null,
      ];
    };
    const share = (fields: string[]) => record(admin, id, 'PARTNER_SHARING', true, { grant: { partner, fields } });
    await share(['traits.city', 'channelAccounts']);
    expect(await found()).toEqual([true, false, false, true, false]);
    await share(['traits', 'identifiers']);
    expect(await found()).toEqual([true, true, true, false, true]);
    const { profiles } = await client.data(CountProfilesDocument, { filter: { search: phone } });
    expect(profiles.totalCount).toBeNull();
  });

  test('are known by their name, so that a rotated token sees what the one before saw', async () => {
    const lumen = await newPartner('Rotating');
    const { id } = await newPerson(admin);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await record(admin, id, 'PARTNER_SHARING', true, { grant: { partner: lumen.name, until } });
    const { secret } = (await admin.data(RotateApiTokenDocument, { id: lumen.id })).rotateApiToken;
    expect((await readAs(clientWith(secret), id))?.id).toBe(id);
    const list = async (of: ApiClient) =>
      (await of.data(ListProfilesDocument, {})).profiles.edges.map(({ node }) => node.id);
    expect(await list(clientWith(secret))).toContain(id);
    const other = await newPartner('Looking');
    expect(await list(other.client)).not.toContain(id);
  });

  test('of the own service are no partners: their tokens are for SERVICE', async () => {
    const own = await newPartner('Own', ['PARTNER_SHARING', 'SERVICE']);
    const { id } = await newPerson(admin);
    await expectWhole(own.client, id);
    expect(await readAs(forPurpose(own.client, 'PARTNER_SHARING'), id)).toBeNull();
  });
});

describe('told by events', () => {
  const decided = (user: string, categoryPreferences: unknown, more: object = {}) =>
    eventOf({
      channel: 'APP',
      name: 'Segment Consent Preference Updated',
      identifiers: [byUser(user)],
      context: { consent: { categoryPreferences, policyVersion: 'banner-3' } },
      ...more,
    });

  test('the decision counts from the time of the event, in any order and once', async () => {
    const { id, user } = await newPerson(admin);
    const granted = decided(
      user,
      { Advertising: true, Analytics: true, 'Third parties': false, Other: true },
      { occurredAt: daysAgo(2) },
    );
    const withdrawn = decided(user, { Advertising: false }, { occurredAt: daysAgo(1) });
    await sendAll(admin, [withdrawn]);
    await sendAll(admin, [granted]);
    expect(await send(admin, [granted, withdrawn])).toMatchObject({ accepted: 0, duplicates: 2 });
    const { profile } = await admin.data(ProfileConsentsDocument, { id });
    expect(profile?.consents).toMatchObject([
      { purpose: 'ANALYTICS', granted: true, policyVersion: 'banner-3', evidence: { messageId: granted.messageId } },
      { purpose: 'MARKETING', granted: false, at: withdrawn.occurredAt },
      { purpose: 'PARTNER_SHARING', granted: false },
    ]);
    await expectShell(marketing, id);
    await expectWhole(forPurpose(admin, 'ANALYTICS'), id);
  });

  test('what other events carry along is no decision', async () => {
    const { id, user } = await newPerson(admin);
    await record(admin, id, 'MARKETING', false);
    await sendAll(admin, [decided(user, { Advertising: true }, { name: 'Product Viewed', occurredAt: daysAgo(-0.5) })]);
    expect(await marketingOf(id)).toBe(false);
  });

  test('what is said by hand comes after an event of a clock that is ahead', async () => {
    const { id, user } = await newPerson(admin);
    await sendAll(admin, [decided(user, { Advertising: true }, { occurredAt: daysAgo(-0.5) })]);
    await expectWhole(marketing, id);
    await record(admin, id, 'MARKETING', false);
    await expectShell(marketing, id);
  });

  test.each([
    ['context.consent.categoryPreferences', undefined],
    ['context.consent.categoryPreferences', [true]],
    ['context.consent.categoryPreferences.Advertising', { Advertising: 'yes' }],
  ])('refused where it cannot be read: %s %p', async (path, preferences) => {
    const { user } = await newPerson(admin);
    const { rejected } = await send(admin, [decided(user, preferences)]);
    expect(rejected).toMatchObject([{ code: 'INVALID_CONSENT', path }]);
  });

  test("comes by Segment's API too", async () => {
    const { id, user } = await newPerson(admin);
    const input = { name: 'app', scopes: ['events:write'], channel: 'APP' as const };
    const { secret } = (await admin.data(CreateApiTokenDocument, { input })).createApiToken;
    const { status } = await fetch(new URL('/v1/track', testServer().url), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        userId: user,
        event: 'Segment Consent Preference Updated',
        context: { consent: { categoryPreferences: { Advertising: true } } },
      }),
    });
    expect([status, await idBy(admin, byUser(user)), await marketingOf(id)]).toEqual([200, id, true]);
  });
});

describe('an open subscription', () => {
  const UPDATES = `subscription ($id: ID!) { profileUpdated(id: $id) {
    changedPaths profile { id traits { city } events { edges { node { name } } } consents { purpose granted } withheld { path reason } } } }`;
  const forMarketing = () => tokenFor(tenant, ['ADMIN'], { purposes: ['MARKETING'] });

  test('loses the person with the message of the withdrawal, and has them again with a grant', async () => {
    const { id } = await newPerson(admin);
    await record(admin, id, 'MARKETING', true);
    const followed = socketOf(forMarketing()).follow<ProfileUpdatedSubscription, { id: string }>(UPDATES, { id });
    const cities = () => followed.messages.map(({ profileUpdated }) => profileUpdated.profile?.traits.city);
    for (let n = 0; followed.messages.length === 0; n += 1) {
      await admin.data(SetTraitDocument, { profileId: id, trait: 'taste', value: n, reason: 'x' });
      await followed.until((messages) => messages.length > 0, 500).catch(() => undefined);
    }
    expect(new Set(cities())).toEqual(new Set([CITY]));
    await record(admin, id, 'MARKETING', false);
    await followed.until(() => cities().at(-1) === null);
    const { changedPaths, profile } = present(followed.messages.at(-1)).profileUpdated;
    expect([changedPaths, profile]).toMatchObject([['consents'], { events: null, consents: [{ granted: false }] }]);
    expect(JSON.stringify(profile)).toContain('CONSENT');
    const seen = followed.messages.length;
    await admin.data(SetTraitDocument, { profileId: id, trait: 'taste', value: 'gin', reason: 'x' });
    await followed.until((messages) => messages.length > seen);
    const next = present(followed.messages[seen]).profileUpdated;
    expect([next.changedPaths, next.profile?.traits.city]).toEqual([[], null]);
    await record(admin, id, 'MARKETING', true);
    await followed.until(() => cities().at(-1) === CITY);
  }, 60_000);

  test('of events tells of nobody who has not consented', async () => {
    const [open_, closed] = [await newPerson(admin), await newPerson(admin)];
    await record(admin, open_.id, 'MARKETING', true);
    const followed = socketOf(forMarketing()).follow(EventIngestedDocument, {});
    const names = () => followed.messages.map(({ eventIngested }) => eventIngested.event.name);
    const tell = (user: string, name: string) =>
      sendAll(admin, [eventOf({ channel: 'APP', name, identifiers: [byUser(user)] })]);
    while (followed.messages.length === 0) {
      await tell(open_.user, 'Begun');
      await followed.until((messages) => messages.length > 0, 500).catch(() => undefined);
    }
    await tell(closed.user, 'Withheld');
    await tell(open_.user, 'Shown');
    await followed.until(() => names().includes('Shown'));
    await record(admin, open_.id, 'MARKETING', false);
    await record(admin, closed.id, 'MARKETING', true);
    await tell(open_.user, 'Withheld');
    await tell(closed.user, 'Shown at last');
    await followed.until(() => names().includes('Shown at last'));
    expect(names()).not.toContain('Withheld');
  }, 60_000);

  test('is never shared by two partners', async () => {
    const input = (name: string) => ({
      name: `${name} ${tenant}`,
      scopes: ['profiles:read', 'profiles:read:clear'],
      purposes: ['PARTNER_SHARING' as const],
    });
    const tokens = await Promise.all(
      ['Pair A', 'Pair B'].map(
        async (name) => (await admin.data(CreateApiTokenDocument, { input: input(name) })).createApiToken,
      ),
    );
    const { id } = await newPerson(admin);
    for (const [at, fields] of [['traits.city'], ['traits.name']].entries()) {
      const grant = { partner: present(tokens[at]).token.name, fields };
      await record(admin, id, 'PARTNER_SHARING', true, { grant });
    }
    const query = 'subscription ($id: ID!) { profileUpdated(id: $id) { profile { traits { name city } } } }';
    const followed = tokens.map(({ secret }) =>
      socketOf(secret).follow<ProfileUpdatedSubscription, { id: string }>(query, { id }),
    );
    for (let n = 0; followed.some(({ messages }) => messages.length === 0); n += 1) {
      await admin.data(SetTraitDocument, { profileId: id, trait: 'taste', value: n, reason: 'x' });
      await Promise.all(
        followed.map((one) => one.until((messages) => messages.length > 0, 500).catch(() => undefined)),
      );
    }
    const shown = followed.map(({ messages }) => Object.entries(present(messages[0]?.profileUpdated.profile).traits));
    const names = shown.map((traits) => traits.flatMap(([name, value]) => (value === null ? [] : [name])));
    expect(names).toEqual([['city'], ['name']]);
  }, 60_000);
});
