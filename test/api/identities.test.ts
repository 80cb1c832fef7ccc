import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  IdentityGraphDocument,
  MergeProfilesDocument,
  NodeDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileBy, profileIdOf, profileOf } from '../support/profile-reader.js';
import {
  byDevice,
  byEmail,
  byOpenId,
  byPhone,
  byUnionId,
  byUser,
  daysAgo,
  eventOf,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const NOBODY = 'prf_00000000000000000000000000';

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('identities'));
});

/** Four accounts that are one person by a phone in three spellings, a union id and a user id. */
function fourAccounts(n: number): EventInput[] {
  const national = phoneNumber(n).slice(3);
  return [
    identify({ channel: 'WECHAT_OFFICIAL_ACCOUNT', identifiers: [byOpenId(`oa-${n}`), byUnionId(`union-${n}`)] }),
    identify({
      channel: 'MINI_PROGRAM',
      identifiers: [byOpenId(`mini-${n}`, 'wx-mini'), byUnionId(`union-${n}`), byPhone(national)],
    }),
    identify({
      channel: 'APP',
      identifiers: [byUser(`user-${n}`), byPhone(`+86 ${national.slice(0, 3)}-${national.slice(3)}`)],
    }),
    identify({ channel: 'WEB', identifiers: [byUser(`user-${n}`), byEmail(`user-${n}@example.org`)] }),
  ];
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

const ORDERS = permutations([0, 1, 2, 3]);

async function idsOf(n: number): Promise<(string | null)[]> {
  const held = [byOpenId(`oa-${n}`), byOpenId(`mini-${n}`, 'wx-mini'), byUser(`user-${n}`), byPhone(phoneNumber(n))];
  return Promise.all(held.map((identifier) => profileIdOf(admin, identifier)));
}

describe('accounts that share a strong identifier become one profile', () => {
  test('in one batch', async () => {
    await sendAll(admin, fourAccounts(50));
    expect(new Set(await idsOf(50)).size).toBe(1);
  });

  test(`one after the other, in each of ${ORDERS.length} orders`, async () => {
    for (const [n, order] of ORDERS.entries()) {
      const events = fourAccounts(n);
      for (const at of order) await sendAll(admin, [present(events[at])]);
      const ids = await idsOf(n);
      expect([order, new Set(ids).size]).toEqual([order, 1]);
      const profile = await profileOf(admin, present(ids[0]));
      expect(profile.channelAccounts?.map(({ channel }) => channel).sort()).toEqual([
        'APP',
        'MINI_PROGRAM',
        'WEB',
        'WECHAT_OFFICIAL_ACCOUNT',
      ]);
      expect(profile.events?.edges).toHaveLength(4);
    }
  }, 300_000);

  test('at the same moment, from many callers', async () => {
    for (const n of [60, 61, 62, 63]) {
      await Promise.all(fourAccounts(n).map((event) => sendAll(admin, [event])));
      expect(new Set(await idsOf(n)).size).toBe(1);
    }
  }, 180_000);

  test('at the same moment, in batches that overlap', async () => {
    const people = [70, 71, 72, 73, 74, 75];
    const batches = [0, 1, 2, 3].map((at) => people.map((n) => present(fourAccounts(n)[at])));
    await Promise.all(batches.map((batch) => sendAll(admin, batch)));
    const ids = await Promise.all(people.map(idsOf));
    expect(ids.map((own) => new Set(own).size)).toEqual(people.map(() => 1));
    expect(new Set(ids.flat()).size).toBe(people.length);
  }, 180_000);

  test('and those that share none, or the same value in another scope, do not', async () => {
    await sendAll(admin, [
      identify({ identifiers: [byOpenId('same-value', 'app-a')] }),
      identify({ identifiers: [byOpenId('same-value', 'app-b')] }),
      identify({ identifiers: [byUser('same-value')] }),
      identify({ channel: 'IOT', identifiers: [byDevice('same-value')] }),
    ]);
    const found = [
      byOpenId('same-value', 'app-a'),
      byOpenId('same-value', 'app-b'),
      byUser('same-value'),
      byDevice('same-value'),
    ];
    expect(new Set(await Promise.all(found.map((identifier) => profileIdOf(admin, identifier)))).size).toBe(4);
  });
});

describe('a profile that became part of another', () => {
  test('leads to the survivor by its earlier id, as do its accounts and events', async () => {
    await sendAll(admin, [
      identify({ identifiers: [byUser('lead-a')], traits: { name: 'Lead A' }, occurredAt: daysAgo(9) }),
    ]);
    await sendAll(admin, [
      identify({ channel: 'CRM', identifiers: [byPhone(phoneNumber(80))], occurredAt: daysAgo(8) }),
    ]);
    const [a, b] = [
      present(await profileIdOf(admin, byUser('lead-a'))),
      present(await profileIdOf(admin, byPhone(phoneNumber(80)))),
    ];
    expect(a).not.toBe(b);
    await sendAll(admin, [eventOf({ identifiers: [byUser('lead-a'), byPhone(phoneNumber(80))] })]);
    const survivor = await profileOf(admin, a);
    const merged = survivor.id === a ? b : a;
    expect(survivor.mergedIds).toEqual([merged]);
    expect(await profileOf(admin, merged)).toEqual(survivor);
    expect((await admin.data(NodeDocument, { id: merged })).node?.id).toBe(survivor.id);
    expect(survivor.events?.edges).toHaveLength(3);
  });
});

describe('the identity graph', () => {
  test('names the accounts and what holds them together', async () => {
    await sendAll(admin, fourAccounts(90));
    const { id } = await profileBy(admin, byUser('user-90'));
    const { identityGraph } = await admin.data(IdentityGraphDocument, { profileId: id });
    expect(identityGraph.profileId).toBe(id);
    expect(identityGraph.nodes).toHaveLength(4);
    expect(identityGraph.edges.map(({ rule }) => rule).sort()).toEqual(['PHONE', 'UNION_ID', 'USER_ID']);
    const ids = new Set(identityGraph.nodes.map(({ accountId }) => accountId));
    for (const edge of identityGraph.edges) {
      expect(edge).toMatchObject({ kind: 'IDENTIFIER', active: true, createdBy: 'system', weight: null });
      expect([ids.has(edge.from), ids.has(edge.to)]).toEqual([true, true]);
    }
    expect(JSON.stringify(identityGraph.edges)).not.toContain('user-90');
  });
});

describe('mergeProfiles', () => {
  const reason = 'the same person at the counter';
  const merge = (into: string, from: string[], why = reason) =>
    admin.ask(MergeProfilesDocument, { into, from, reason: why });

  async function people(...names: string[]): Promise<string[]> {
    await sendAll(
      admin,
      names.map((name, at) => identify({ identifiers: [byUser(name)], traits: { name }, occurredAt: daysAgo(9 - at) })),
    );
    return Promise.all(names.map(async (name) => present(await profileIdOf(admin, byUser(name)))));
  }

  test('joins several into the one chosen, and says why', async () => {
    const [a = '', b = '', c = ''] = await people('merge-a', 'merge-b', 'merge-c');
    const { data } = await merge(c, [a, b, a]);
    expect(data.mergeProfiles.profile.id).toBe(c);
    expect([...data.mergeProfiles.mergedIds].sort()).toEqual([a, b].sort());
    const survivor = await profileOf(admin, a);
    expect(survivor.id).toBe(c);
    expect([...survivor.mergedIds].sort()).toEqual([a, b].sort());
    expect(survivor.channelAccounts).toHaveLength(3);
    const { identityGraph } = await admin.data(IdentityGraphDocument, { profileId: b });
    expect(identityGraph.edges).toHaveLength(2);
    expect(identityGraph.edges[0]).toMatchObject({ kind: 'MANUAL', rule: 'MERGE', reason, createdBy: 'tester' });
  });

  test('what comes later keeps to the survivor, and a survivor may be merged on', async () => {
    const [a = '', b = '', c = ''] = await people('chain-a', 'chain-b', 'chain-c');
    await merge(b, [a]);
    await sendAll(admin, [eventOf({ name: 'Later', identifiers: [byUser('chain-a')], traits: { city: '西安' } })]);
    expect(await profileOf(admin, b)).toMatchObject({ id: b, traits: { city: '西安' } });
    await merge(c, [a]);
    for (const id of [a, b, c]) expect((await profileOf(admin, id)).id).toBe(c);
    expect(await profileIdOf(admin, byUser('chain-a'))).toBe(c);
    expect((await profileOf(admin, c)).events?.edges).toHaveLength(4);
  });

  test('keeps what people set by hand', async () => {
    const [a = '', b = ''] = await people('hand-a', 'hand-b');
    await admin.data(SetTraitDocument, { profileId: a, trait: 'city', value: '昆明', reason });
    await merge(b, [a]);
    expect((await profileOf(admin, b)).traits.city).toBe('昆明');
  });

  test('refuses what makes no sense, and changes nothing', async () => {
    const [a = '', b = ''] = await people('refuse-a', 'refuse-b');
    const codes = async (...args: Parameters<typeof merge>) =>
      (await merge(...args)).errors?.map(({ extensions }) => [
        extensions.code,
        (extensions.details as { path?: string })?.path,
      ]);
    expect(await codes(a, [a])).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await codes(a, [b, a])).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await codes(a, [])).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await codes(a, Array<string>(51).fill(b))).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await codes(a, [b], '')).toEqual([['BAD_USER_INPUT', 'reason']]);
    expect(await codes(a, [b], ' '.repeat(9))).toEqual([['BAD_USER_INPUT', 'reason']]);
    expect(await codes(a, [b], 'x'.repeat(1_001))).toEqual([['BAD_USER_INPUT', 'reason']]);
    expect((await codes(a, [b, NOBODY]))?.[0]?.[0]).toBe('NOT_FOUND');
    expect((await codes(NOBODY, [b]))?.[0]?.[0]).toBe('NOT_FOUND');
    expect((await codes('nonsense', [b]))?.[0]?.[0]).toBe('NOT_FOUND');
    expect([(await profileOf(admin, a)).version, (await profileOf(admin, b)).version]).toEqual([1, 1]);
    await merge(a, [b]);
    expect(await codes(a, [b])).toEqual([['BAD_USER_INPUT', 'from']]);
    expect(await codes(b, [a])).toEqual([['BAD_USER_INPUT', 'from']]);
  });

  test('of two people who merge the same profiles opposite ways, all ids end in one', async () => {
    const [a = '', b = '', c = ''] = await people('race-a', 'race-b', 'race-c');
    await Promise.all([merge(a, [b]), merge(b, [c]), merge(c, [a])]);
    const roots = await Promise.all([a, b, c].map(async (id) => (await profileOf(admin, id)).id));
    expect(new Set(roots).size).toBe(1);
    expect((await profileOf(admin, a)).channelAccounts).toHaveLength(3);
  });
});
