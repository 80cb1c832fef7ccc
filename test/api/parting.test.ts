import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  MergeProfilesDocument,
  ProfileUpdatedDocument,
  type ProfileUpdatedSubscription,
} from '../../schema/generated/operations.js';
import { LinkStore } from '../../src/identities/link.store.js';
import { ChangeLog } from '../../src/platform/changes.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { barringLinks } from '../support/barring-links.js';
import { eventually } from '../support/eventually.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor, withDatabase } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

let tenant: string;
let admin: ApiClient;
let people = 0;
const open: SocketClient[] = [];

beforeAll(async () => {
  tenant = await createTenant('parting');
  admin = clientOf(tenant);
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

/** Two people made one by hand: the survivor's id, and the other's. */
async function joined(): Promise<[kept: string, lost: string]> {
  const ids: string[] = [];
  for (const city of ['杭州', '成都']) {
    people += 1;
    await sendAll(admin, [identify({ identifiers: [byUser(`person-${people}`)], traits: { city } })]);
    ids.push(await idBy(admin, byUser(`person-${people}`)));
  }
  const [kept = '', lost = ''] = ids;
  await admin.data(MergeProfilesDocument, { into: kept, from: [lost], reason: 'the same person' });
  return [kept, lost];
}

function follow(id: string) {
  const client = new SocketClient(testServer().url, tokenFor(tenant));
  open.push(client);
  return client.follow(ProfileUpdatedDocument, { id });
}

/** Takes the other out again, until the one who follows has been told: following begins a moment after it was asked for. */
async function partUntil(
  ids: readonly [string, string],
  followed: ReturnType<typeof follow>,
  isTold: (messages: readonly ProfileUpdatedSubscription[]) => boolean,
) {
  const [kept, lost] = ids;
  for (let n = 0; n < 20 && !isTold(followed.messages); n += 1) {
    await withServices(tenant, ({ partings }, ctx) => partings.part(ctx, kept, [[accountIdOf(lost)]]));
    await followed.until(isTold, 1_000).catch(() => undefined);
    if (!isTold(followed.messages))
      await admin.data(MergeProfilesDocument, { into: kept, from: [lost], reason: 'once more' });
  }
  return followed.messages.map(({ profileUpdated }) => profileUpdated);
}

describe('who follows a profile that is taken apart', () => {
  test('is told SPLIT, at last with the profile as it is without what left', async () => {
    const ids = await joined();
    const isTold = (messages: readonly ProfileUpdatedSubscription[]) =>
      messages.some(
        ({ profileUpdated: { kind, changedPaths } }) => kind === 'SPLIT' && changedPaths.includes('mergedIds'),
      );
    const messages = await partUntil(ids, follow(ids[0]), isTold);
    const split = messages.filter(({ kind }) => kind === 'SPLIT').at(-1);
    expect(split).toMatchObject({ profileId: ids[0], profile: { id: ids[0], traits: { city: '杭州' } } });
    expect(split?.changedPaths).toEqual(expect.arrayContaining(['accounts', 'mergedIds']));
    expect((await profileOf(admin, ids[0])).mergedIds).toEqual([]);
  }, 180_000);

  test('by an id that lives again, is told of it under a higher version', async () => {
    const ids = await joined();
    const { version } = await profileOf(admin, ids[1]);
    const lives = (messages: readonly ProfileUpdatedSubscription[]) =>
      messages.some(({ profileUpdated: { profileId, profile } }) => profileId === ids[1] && profile?.id === ids[1]);
    const messages = await partUntil(ids, follow(ids[1]), lives);
    const revived = messages.filter(({ profileId }) => profileId === ids[1]).at(-1);
    expect(revived).toMatchObject({ kind: 'UPDATED', profile: { id: ids[1], traits: { city: '成都' } } });
    expect((await profileOf(admin, ids[1])).version).toBeGreaterThan(version);
  }, 180_000);
});

test('a parting that was left half done is finished by the server, unasked', async () => {
  const [kept, lost] = await joined();
  await withDatabase(async (database) => {
    const half = { $set: { parting: [accountIdOf(lost)] } };
    await database.collection(Profile).updateOne({ _id: `${tenant}:${kept}` } as object, half as object);
    await withServices(tenant, async (_services, ctx) => {
      await new LinkStore(database).add(ctx, barringLinks([[accountIdOf(lost)], [accountIdOf(kept)]]));
      await new ChangeLog(database).append(ctx, [
        { profileId: kept, kind: 'SPLIT', version: 2, paths: ['accounts'], eventIds: [] },
      ]);
    });
  });
  await eventually(
    async () => [(await profileOf(admin, lost)).id, (await profileOf(admin, kept)).traits.city],
    ([id, city]) => id === lost && city === '杭州',
  );
  expect((await profileOf(admin, lost)).traits.city).toBe('成都');
  expect((await profileOf(admin, kept)).traits.city).toBe('杭州');
}, 180_000);

test('a profile that nobody has is NOT_FOUND', async () => {
  const unknown = withServices(tenant, ({ partings }, ctx) => partings.part(ctx, 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV', []));
  await expect(unknown).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
