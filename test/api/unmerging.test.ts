import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type IdentifierInput,
  IdentityGraphDocument,
  MergeProfilesDocument,
  SetTraitDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { idBy, type Profile360, profileBy, profileOf } from '../support/profile-reader.js';
import {
  byEmail,
  byPhone,
  byUser,
  daysAgo,
  eventOf,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const NOBODY = 'prf_00000000000000000000000000';

let tenant: string;
let admin: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('unmerging');
  admin = clientOf(tenant);
});

let made = 0;
const newUser = () => {
  made += 1;
  return byUser(`unmerged-${made}`);
};

const idOf = (identifier: IdentifierInput) => idBy(admin, identifier);

/** The account of a profile's that a user id stands for. */
function accountOf(profile: Profile360, { value }: IdentifierInput): string {
  return present(profile.channelAccounts?.find(({ externalId }) => externalId === value)).id;
}

/** All of a profile but what grows with every change. */
function essence({ version, ...profile }: Profile360) {
  const { updatedAt: _at, ...rest } = profile as Profile360 & { updatedAt?: string };
  return { ...rest, mergedIds: undefined };
}

function merge(into: string, ...from: string[]) {
  return admin.data(MergeProfilesDocument, { into, from, reason: 'They told us.' });
}

async function unmerge(profileId: string, ...accountIds: string[]): Promise<readonly string[]> {
  const reason = 'They are two.';
  const { unmergeProfile } = await admin.data(UnmergeProfileDocument, { profileId, accountIds, reason });
  return unmergeProfile.profiles.map(({ id }) => id);
}

/** Two people of one event each, and what they are like. */
async function twoPeople() {
  const [left, right] = [newUser(), newUser()];
  await sendAll(admin, [
    identify({ identifiers: [left], traits: { name: '王伟', city: '杭州' }, occurredAt: daysAgo(30) }),
    identify({ identifiers: [right], traits: { name: '李娜', taste: 'tea' }, occurredAt: daysAgo(20) }),
  ]);
  return { left, right, leftId: await idOf(left), rightId: await idOf(right) };
}

describe('unmerging', () => {
  test('gives back what stood before the merge, under the same ids', async () => {
    const { leftId, rightId, right } = await twoPeople();
    const before = [await profileOf(admin, leftId), await profileOf(admin, rightId)].map(essence);
    await merge(leftId, rightId);
    const one = await profileOf(admin, rightId);
    expect(one.id).toBe(leftId);
    expect([...(await unmerge(leftId, accountOf(one, right)))].sort()).toEqual([leftId, rightId].sort());
    const after = [await profileOf(admin, leftId), await profileOf(admin, rightId)];
    expect(after.map(essence)).toEqual(before);
    expect(after.every(({ version }) => version > one.version)).toBe(true);
  });

  test('leaves what came in between on the side it belongs to', async () => {
    const { left, right, leftId, rightId } = await twoPeople();
    await merge(leftId, rightId);
    await admin.data(SetTraitDocument, { profileId: leftId, trait: 'city', value: '上海', reason: 'A call.' });
    await sendAll(admin, [
      eventOf({ identifiers: [left], name: 'Left', occurredAt: daysAgo(2) }),
      eventOf({ identifiers: [right], name: 'Right', occurredAt: daysAgo(1), traits: { taste: 'coffee' } }),
    ]);
    await unmerge(leftId, accountOf(await profileOf(admin, leftId), right));
    const [leftAfter, rightAfter] = [await profileOf(admin, leftId), await profileOf(admin, rightId)];
    const names = ({ events }: Profile360) => events?.edges.map(({ node }) => node.name);
    expect([names(leftAfter), names(rightAfter)]).toEqual([
      ['Left', 'Identify'],
      ['Right', 'Identify'],
    ]);
    expect([leftAfter.traits.city, rightAfter.traits.city]).toEqual(['上海', null]);
    expect([leftAfter.traits.custom, rightAfter.traits.custom]).toEqual([{}, { taste: 'coffee' }]);
  });

  test('holds against the evidence there was, and what comes later joins the side it is bound to', async () => {
    const [left, right] = [newUser(), byPhone(phoneNumber(2_001))];
    const shared = { channel: 'CRM' as const, identifiers: [right, byEmail('shared@example.org')] };
    await sendAll(admin, [
      identify({ identifiers: [left, byEmail('shared@example.org')], traits: { city: '杭州' } }),
      identify({ ...shared, traits: { taste: 'tea' } }),
    ]);
    const id = await idOf(left);
    const one = await profileOf(admin, id);
    expect(one.channelAccounts).toHaveLength(2);
    const [stays, leaves] = await unmerge(
      id,
      present(one.channelAccounts?.find(({ channel }) => channel === 'CRM')).id,
    );
    expect(stays).toBe(id);
    await sendAll(admin, [identify({ identifiers: [left, byEmail('shared@example.org')] }), identify(shared)]);
    expect(await idOf(left)).toBe(id);
    expect(await idOf(right)).toBe(leaves);
    const bridge = [byEmail('shared@example.org'), right];
    await sendAll(admin, [identify({ channel: 'STORE', identifiers: bridge })]);
    expect((await profileOf(admin, present(leaves))).channelAccounts?.map(({ channel }) => channel).sort()).toEqual([
      'CRM',
      'STORE',
    ]);
    const { identityGraph } = await admin.data(IdentityGraphDocument, { profileId: present(leaves) });
    expect(identityGraph.edges.filter(({ kind }) => kind !== 'IDENTIFIER').map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['CANNOT_LINK', 'REFUSED']),
    );
  });

  test('a later merge by hand wins, and so does a later unmerge', async () => {
    const { right, leftId, rightId } = await twoPeople();
    for (let round = 0; round < 2; round += 1) {
      await merge(leftId, rightId);
      const one = await profileOf(admin, leftId);
      expect(one.channelAccounts).toHaveLength(2);
      await unmerge(leftId, accountOf(one, right));
      expect(await idOf(right)).toBe(rightId);
    }
  });

  test('bars all accounts named from all left, also once the first of them have left by themselves', async () => {
    const users = [newUser(), newUser(), newUser(), newUser()];
    await sendAll(
      admin,
      users.map((user) => identify({ identifiers: [user] })),
    );
    const ids = await Promise.all(users.map(idOf));
    const accounts = await Promise.all(
      ids.map(async (id, n) => accountOf(await profileOf(admin, id), users[n] as IdentifierInput)),
    );
    // by their accounts: the lowest of a side anchors what bars the sides from each other
    const [a, b, c, d] = [...users.keys()].sort((x, y) => ((accounts[x] ?? '') < (accounts[y] ?? '') ? -1 : 1)) as [
      number,
      number,
      number,
      number,
    ];
    await merge(ids[a] as string, ids[b] as string, ids[c] as string, ids[d] as string);
    await unmerge(ids[a] as string, accounts[a] as string, accounts[c] as string);
    await unmerge(ids[a] as string, accounts[a] as string);
    expect(new Set(await Promise.all(users.map(idOf))).size).toBe(3); // b and d were made one as well
    const shared = byEmail('barred@example.org');
    await sendAll(admin, [
      identify({ identifiers: [users[c] as IdentifierInput, shared] }),
      identify({ identifiers: [users[d] as IdentifierInput, shared] }),
    ]);
    expect(await idOf(users[c] as IdentifierInput)).not.toBe(await idOf(users[d] as IdentifierInput));
  });

  test('a merge that overrides it names two of four: the others stay barred', async () => {
    const users = [newUser(), newUser(), newUser(), newUser()] as const;
    await sendAll(
      admin,
      users.map((user) => identify({ identifiers: [user] })),
    );
    const [a = '', b = '', c = '', d = ''] = await Promise.all(users.map(idOf));
    const accountIn = async (id: string, user: IdentifierInput) => accountOf(await profileOf(admin, id), user);
    const [, second] = [await accountIn(a, users[0]), await accountIn(b, users[1])];
    const first = await accountIn(a, users[0]);
    await merge(c, a, b, d);
    await unmerge(c, first, second);
    await unmerge(await idOf(users[1]), second);
    await merge(await idOf(users[2]), await idOf(users[0]));
    const now = await Promise.all(users.map(idOf));
    expect([now[0], now[2], now[3]]).toEqual([now[0], now[0], now[0]]);
    await sendAll(
      admin,
      [users[1], users[3]].map((user) => identify({ identifiers: [user, byEmail('kept-apart@example.org')] })),
    );
    expect(await idOf(users[1])).not.toBe(await idOf(users[3]));
  });

  test('every id that was given out leads to the profile of its account', async () => {
    const people = await Promise.all([twoPeople(), twoPeople()]);
    const ids = people.flatMap(({ leftId, rightId }) => [leftId, rightId]);
    const [into = '', ...from] = ids;
    await merge(into, ...from);
    const one = await profileOf(admin, into);
    expect((await Promise.all(ids.map((id) => profileOf(admin, id)))).map(({ id }) => id)).toEqual(ids.map(() => into));
    await unmerge(into, ...people.map(({ right }) => accountOf(one, right)));
    const now = (await Promise.all(ids.map((id) => profileOf(admin, id)))).map(({ id }) => id);
    expect([now[0], now[2]]).toEqual([into, into]);
    expect(now[3]).toBe(now[1]); // they were made one, and nobody said otherwise
    expect(ids).toContain(now[1]);
  });
});

describe('what makes no sense is refused and changes nothing', () => {
  test.each([
    ['an unknown profile', () => ({ profileId: NOBODY }), 'NOT_FOUND', NOBODY],
    [
      'an account of another',
      async () => ({ accountIds: [(await someAccount()).id] }),
      'BAD_USER_INPUT',
      'accountIds[0]',
    ],
    ['all accounts', (all: string[]) => ({ accountIds: all }), 'BAD_USER_INPUT', 'accountIds'],
    ['no account', () => ({ accountIds: [] }), 'BAD_USER_INPUT', 'accountIds'],
    ['no reason', () => ({ reason: ' ' }), 'BAD_USER_INPUT', 'reason'],
  ])('%s', async (_, change, code, place) => {
    const { leftId, rightId, right } = await twoPeople();
    await merge(leftId, rightId);
    const before = await profileOf(admin, leftId);
    const all = (before.channelAccounts ?? []).map(({ id }) => id);
    const sense = { profileId: leftId, accountIds: [accountOf(before, right)], reason: 'They are two.' };
    const answer = await admin.ask(UnmergeProfileDocument, { ...sense, ...(await change(all)) });
    expect(answer.errors?.[0]).toMatchObject({ message: expect.stringContaining(place), extensions: { code } });
    expect(await profileOf(admin, leftId)).toEqual(before);
  });

  test('who may not merge may not unmerge', async () => {
    const { leftId } = await twoPeople();
    const marketer = clientOf(tenant, ['MARKETER']);
    const variables = { profileId: leftId, accountIds: ['acc_x'], reason: 'No.' };
    expect(await marketer.codes(UnmergeProfileDocument, variables)).toEqual(['FORBIDDEN']);
  });
});

async function someAccount() {
  const user = newUser();
  await sendAll(admin, [identify({ identifiers: [user] })]);
  return present((await profileBy(admin, user)).channelAccounts?.[0]);
}
