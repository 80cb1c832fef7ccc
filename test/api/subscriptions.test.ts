import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  EventIngestedDocument,
  type EventIngestedSubscription,
  MergeProfilesDocument,
  ProfileUpdatedDocument,
  type ProfileUpdatedSubscription,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { eventIdOf } from '../../src/events/event.service.js';
import { ChangeLog } from '../../src/platform/changes.js';
import type { TenantContext } from '../../src/platform/context.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { profileIdOf } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor, withDatabase } from '../support/server.js';
import { type Followed, SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

let tenant: string;
let admin: ApiClient;
let people = 0;
const open: SocketClient[] = [];

beforeAll(async () => {
  tenant = await createTenant('live');
  admin = clientOf(tenant);
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

function socketOf(roles: readonly string[] = ['ADMIN'], of = tenant): SocketClient {
  const client = new SocketClient(testServer().url, tokenFor(of, roles));
  open.push(client);
  return client;
}

/** A person of the test's own, by phone. */
async function newPerson(): Promise<{ id: string; phone: string; user: string }> {
  people += 1;
  const [phone, user] = [phoneNumber(people), `live-user-${people}`];
  await sendAll(admin, [identify({ identifiers: [byPhone(phone), byUser(user)], traits: { city: '杭州' } })]);
  return { id: present(await profileIdOf(admin, byPhone(phone))), phone, user };
}

/** Follows a profile, and sets its city again and again until the first message shows that following has begun. */
async function followProfile(client: SocketClient, id: string, after?: string) {
  const followed = client.follow(ProfileUpdatedDocument, { id, after });
  for (let n = 0; followed.messages.length === 0 && !after; n += 1) {
    await setCity(id, `city ${n}`);
    await followed
      .until((messages) => messages.length > 0, 500)
      .catch((error) => {
        if (followed.fault) throw error;
      });
  }
  return followed;
}

async function setCity(id: string, value: string): Promise<void> {
  await admin.data(SetTraitDocument, { profileId: id, trait: 'city', value, reason: 'a test' });
}

const changesOf = (messages: readonly ProfileUpdatedSubscription[]) =>
  messages.map(({ profileUpdated }) => profileUpdated);
const namesOf = (messages: readonly EventIngestedSubscription[]) =>
  messages.map(({ eventIngested }) => eventIngested.event.name);
const hasCity = (city: string) => (messages: readonly ProfileUpdatedSubscription[]) =>
  changesOf(messages).some(({ profile }) => profile?.traits.city === city);

async function followEvents(client: SocketClient, variables: Record<string, unknown> = {}) {
  const followed = client.follow(EventIngestedDocument, variables) as Followed<EventIngestedSubscription>;
  const phone = phoneNumber(9_000_000 + people);
  while (followed.messages.length === 0) {
    await sendAll(admin, [eventOf({ name: 'Warm Up', identifiers: [byPhone(phone)] })]);
    await followed
      .until((messages) => messages.length > 0, 500)
      .catch((error) => {
        if (followed.fault) throw error;
      });
  }
  return followed;
}

describe('profileUpdated', () => {
  test('tells of a change with its paths and the profile as it is now', async () => {
    const { id } = await newPerson();
    const followed = await followProfile(socketOf(), id);
    await setCity(id, '上海');
    const messages = changesOf(await followed.until(hasCity('上海')));
    expect(messages.at(-1)).toMatchObject({ kind: 'UPDATED', profileId: id, changedPaths: ['traits.city'] });
    expect(messages.at(-1)?.profile?.id).toBe(id);
  });

  test('shows each caller what it may see, masked values and all', async () => {
    const { id, phone } = await newPerson();
    const clear = await followProfile(socketOf(['ADMIN']), id);
    const masked = await followProfile(socketOf(['MARKETER']), id);
    await setCity(id, '广州');
    const [seen, hidden] = await Promise.all([clear.until(hasCity('广州')), masked.until(hasCity('广州'))]);
    expect(changesOf(seen).at(-1)?.profile?.traits.phone).toBe(phone);
    expect(changesOf(hidden).at(-1)?.profile?.traits.phone).toBe(`139****${phone.slice(-4)}`);
    expect(JSON.stringify(hidden)).not.toContain(phone);
  });

  test('a merge leads on: MERGED with the survivor, then the changes of the survivor', async () => {
    const [survivor, absorbed] = [await newPerson(), await newPerson()];
    const followed = await followProfile(socketOf(), absorbed.id);
    await admin.data(MergeProfilesDocument, { into: survivor.id, from: [absorbed.id], reason: 'the same person' });
    await followed.until((messages) => changesOf(messages).some(({ kind }) => kind === 'MERGED'));
    await setCity(survivor.id, '成都');
    const messages = changesOf(await followed.until(hasCity('成都')));
    const merged = messages.find(({ kind }) => kind === 'MERGED');
    expect(merged).toMatchObject({ profileId: absorbed.id, profile: { id: survivor.id } });
    expect(messages.at(-1)).toMatchObject({ kind: 'UPDATED', profileId: survivor.id });
  });

  test('tells of every kind of change that the log holds', async () => {
    const { id } = await newPerson();
    const followed = await followProfile(socketOf(), id);
    const context = { tenantId: tenant, now: () => new Date() } as TenantContext;
    const kinds = ['CREATED', 'SPLIT', 'ERASED'] as const;
    const rows = kinds.map((kind) => ({ profileId: id, kind, version: 9, paths: ['accounts'], eventIds: [] }));
    await withDatabase((database) => new ChangeLog(database).append(context, rows));
    await followed.until((messages) => changesOf(messages).some(({ kind }) => kind === 'ERASED'));
    expect(changesOf(followed.messages).slice(-3)).toMatchObject(
      kinds.map((kind) => ({ kind, profileId: id, changedPaths: ['accounts'] })),
    );
  });

  test('who was away while the profile merged twice is told of the whole way', async () => {
    const [a, b, c] = [await newPerson(), await newPerson(), await newPerson()];
    const followed = await followProfile(socketOf(), a.id);
    const { cursor } = present(changesOf(followed.messages).at(-1));
    followed.stop();
    await admin.data(MergeProfilesDocument, { into: b.id, from: [a.id], reason: 'the same person' });
    await setCity(b.id, '武汉');
    await admin.data(MergeProfilesDocument, { into: c.id, from: [b.id], reason: 'the same person' });
    await setCity(c.id, '长沙');
    const resumed = socketOf().follow(ProfileUpdatedDocument, { id: a.id, after: cursor });
    const isWhole = (messages: readonly ProfileUpdatedSubscription[]) =>
      [`MERGED ${b.id}`, `UPDATED ${c.id}`].every((one) =>
        changesOf(messages).some(({ kind, profileId }) => `${kind} ${profileId}` === one),
      );
    await resumed.until(isWhole);
    const told = changesOf(resumed.messages).map(({ kind, profileId }) => `${kind} ${profileId}`);
    expect(told).toEqual(
      expect.arrayContaining([`MERGED ${a.id}`, `UPDATED ${b.id}`, `MERGED ${b.id}`, `UPDATED ${c.id}`]),
    );
    expect(told.indexOf(`MERGED ${a.id}`)).toBeLessThan(told.indexOf(`MERGED ${b.id}`));
  });

  test('of an id that nobody has, and of another tenant, is NOT_FOUND', async () => {
    const stranger = clientOf(await createTenant('live-other'));
    await sendAll(stranger, [identify({ identifiers: [byUser('stranger')] })]);
    const foreign = present(await profileIdOf(stranger, byUser('stranger')));
    for (const id of [foreign, 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'nonsense']) {
      const fault = await socketOf().follow(ProfileUpdatedDocument, { id }).ended();
      expect(fault).toMatchObject([{ extensions: { code: 'NOT_FOUND', requestId: expect.any(String) } }]);
    }
  });
});

describe('eventIngested', () => {
  test('tells of each accepted event once, and of those alone that fit the filter', async () => {
    const all = await followEvents(socketOf());
    const orders = socketOf().follow(EventIngestedDocument, { filter: { names: ['Order Completed'] } });
    const { phone } = await newPerson();
    const names = ['Product Viewed', 'Order Completed', 'Cart Viewed', 'Order Completed'];
    await sendAll(
      admin,
      names.map((name) => eventOf({ name, identifiers: [byPhone(phone)] })),
    );
    const isLast = (messages: readonly EventIngestedSubscription[]) =>
      namesOf(messages).filter((name) => name === 'Order Completed').length >= 2;
    const seen = await all.until(isLast);
    expect(namesOf(seen).filter((name) => names.includes(name ?? ''))).toEqual(names);
    await orders.until(isLast);
    expect(namesOf(orders.messages)).toEqual(['Order Completed', 'Order Completed']);
    expect(new Set(seen.map(({ eventIngested }) => eventIngested.cursor)).size).toBe(seen.length);
  });

  test('never tells of another tenant', async () => {
    const other = await createTenant('live-apart');
    const own = await followEvents(socketOf());
    const theirs = socketOf(['ADMIN'], other).follow(EventIngestedDocument, {});
    await sendAll(clientOf(other), [eventOf({ name: 'Theirs', identifiers: [byUser('them')] })]).then(() =>
      sendAll(admin, [eventOf({ name: 'Ours', identifiers: [byUser('us')] })]),
    );
    await own.until((messages) => namesOf(messages).includes('Ours'));
    expect(namesOf(own.messages)).not.toContain('Theirs');
    expect(namesOf(theirs.messages)).not.toContain('Ours');
  });
});

describe('resuming', () => {
  test('behind each message goes on with the next: nothing missing, nothing twice', async () => {
    const { phone } = await newPerson();
    const first = await followEvents(socketOf());
    const names = Array.from({ length: 12 }, (_, n) => `Step ${n}`);
    for (let at = 0; at < names.length; at += 4)
      await sendAll(
        admin,
        names.slice(at, at + 4).map((name) => eventOf({ name, identifiers: [byPhone(phone)] })),
      );
    const seen = await first.until((messages) => namesOf(messages).includes('Step 11'));
    for (const [place, { eventIngested }] of seen.entries()) {
      const resumed = socketOf().follow(EventIngestedDocument, { after: eventIngested.cursor });
      const rest = namesOf(seen).slice(place + 1);
      await resumed.until((messages) => messages.length >= rest.length);
      expect(namesOf(resumed.messages)).toEqual(rest);
    }
  });

  test('while others are told of changes at the same moment: still nothing missing, nothing twice', async () => {
    const first = await followEvents(socketOf());
    const { cursor } = present(first.messages[0]).eventIngested;
    const names = Array.from({ length: 60 }, (_, n) => `Flow ${n}`);
    const resumed: Followed<EventIngestedSubscription>[] = [];
    for (const [n, name] of names.entries()) {
      const sending = sendAll(admin, [eventOf({ name, identifiers: [byUser(`flow-${n}`)] })]);
      if (n % 4 === 0) resumed.push(socketOf().follow(EventIngestedDocument, { after: cursor }));
      await sending;
    }
    const isAll = (messages: readonly EventIngestedSubscription[]) => namesOf(messages).includes('Flow 59');
    for (const one of [first, ...resumed]) {
      await one.until(isAll);
      expect(namesOf(one.messages).filter((name) => name?.startsWith('Flow'))).toEqual(names);
    }
  }, 180_000);

  test('goes on live after what was missed', async () => {
    const { id } = await newPerson();
    const before = await followProfile(socketOf(), id);
    const cursor = present(changesOf(before.messages).at(-1)).cursor;
    before.stop();
    await setCity(id, '西安');
    const resumed = await followProfile(socketOf(), id, cursor);
    await resumed.until(hasCity('西安'));
    await setCity(id, '南京');
    await resumed.until(hasCity('南京'));
    expect(changesOf(resumed.messages)).toHaveLength(2);
  });

  test('a cursor that was tampered with, or is another tenant’s, is BAD_USER_INPUT', async () => {
    const { id } = await newPerson();
    const followed = await followProfile(socketOf(), id);
    const { cursor } = present(changesOf(followed.messages)[0]);
    const other = await createTenant('live-cursor');
    const foreign = socketOf(['ADMIN'], other).follow(EventIngestedDocument, { after: cursor });
    const tampered = socketOf().follow(ProfileUpdatedDocument, { id, after: `${cursor.slice(0, -2)}AA` });
    for (const refused of [foreign, tampered])
      expect(await refused.ended()).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', details: { path: 'after' } } },
      ]);
  });
});

describe('an event whose writer was held up between the change and the event', () => {
  test('holds the others up for two seconds at most, comes once with the retry, and is behind every cursor until then', async () => {
    const followed = await followEvents(socketOf());
    const { id } = await newPerson();
    const context = { tenantId: tenant, now: () => new Date() } as TenantContext;
    const lateId = eventIdOf(context, 'held-up');
    await withDatabase((database) =>
      new ChangeLog(database).append(
        context,
        Array.from({ length: 50 }, () => ({
          profileId: id,
          kind: 'UPDATED',
          version: 1,
          paths: ['events'],
          eventIds: [lateId],
        })),
      ),
    );
    const begun = Date.now();
    await sendAll(admin, [eventOf({ name: 'After', identifiers: [byUser('after')] })]);
    await followed.until((messages) => namesOf(messages).includes('After'));
    expect(Date.now() - begun).toBeLessThan(20_000); // two seconds for each would be a hundred
    await sendAll(admin, [eventOf({ messageId: 'held-up', name: 'Late', identifiers: [byUser('late')] })]);
    await followed.until((messages) => namesOf(messages).includes('Late'));
    const after = followed.messages.find(({ eventIngested }) => eventIngested.event.name === 'After');
    await delay(1_500);
    expect(namesOf(followed.messages).filter((name) => name === 'Late')).toHaveLength(1);
    const resumed = socketOf().follow(EventIngestedDocument, { after: after?.eventIngested.cursor });
    await resumed.until((messages) => namesOf(messages).includes('Late') && namesOf(messages).includes('After'));
  }, 180_000);
});

describe('over the same socket', () => {
  test('queries and mutations run as over HTTP, with coded errors', async () => {
    const client = socketOf();
    expect(await client.ask('{ viewer { tenantId } }')).toEqual({ viewer: { tenantId: tenant } });
    const fault = await client.follow('{ nonsense }').ended();
    expect(fault).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.any(String) } }]);
  });

  test.each([
    ['a condition on its field', 'subscription ($s: Boolean = true) { eventIngested @skip(if: $s) { cursor } } # 林晓'],
    [
      'a condition in a fragment',
      'subscription { ...F } fragment F on Subscription { eventIngested @include(if: false) { cursor } }',
    ],
  ])('a subscription with %s is BAD_USER_INPUT', async (_what, query) => {
    const fault = await socketOf().follow(query).ended();
    expect(fault).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('of two operations, the one that runs must be named', async () => {
    const fault = await socketOf().follow('query A { __typename } query B { __typename }').ended();
    expect(fault).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
  });

  test('what a role may not do is refused', async () => {
    const fault = await socketOf(['NOBODY']).follow(EventIngestedDocument, {}).ended();
    expect(fault).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test('what is not built yet says so', async () => {
    const fault = await socketOf().follow('subscription { alertRaised { cursor } }').ended();
    expect(fault).toMatchObject([{ extensions: { code: 'NOT_IMPLEMENTED' } }]);
  });
});
