import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type EventInput,
  type IdentifierInput,
  ListProfilesDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { resultOf } from '../support/job-client.js';
import { profileBy, profileIdOf, profileOf } from '../support/profile-reader.js';
import { byEmail, byOpenId, byPhone, byUser, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

let client: ApiClient;

async function decide(settings: Record<string, unknown>): Promise<void> {
  const { tenantSettings } = await client.data(TenantSettingsDocument, {});
  await client.data(UpdateTenantSettingsDocument, { settings, expectedVersion: tenantSettings.version });
}

async function idsOf(identifiers: readonly IdentifierInput[]): Promise<string[]> {
  return Promise.all(identifiers.map(async (identifier) => present(await profileIdOf(client, identifier))));
}

const countOf = async (identifiers: readonly IdentifierInput[]) => new Set(await idsOf(identifiers)).size;

/** Versions of all profiles, by id. */
async function versions(): Promise<Record<string, number>> {
  const { profiles } = await client.data(ListProfilesDocument, { first: 100 });
  const all = await Promise.all(profiles.edges.map(({ node }) => profileOf(client, node.id)));
  return Object.fromEntries(all.map(({ id, version }) => [id, version]));
}

const restitch = (parameters?: Record<string, unknown>) => resultOf(client, 'restitch', parameters);

describe('a limit that is loosened, then tightened', () => {
  const held = [byUser('one'), byUser('two')];
  let accounts: string[];

  beforeAll(async () => {
    client = clientOf(await createTenant('restitch-limit'));
    await sendAll(
      client,
      held.map((user) => identify({ identifiers: [user, byEmail('both@example.org')] })),
    );
    await sendAll(client, [identify({ identifiers: [byUser('other')], traits: { city: '苏州' } })]);
    accounts = (await idsOf(held)).map((id) => id.replace('prf_', 'acc_')).sort();
  });

  test('does nothing by itself, nor does a dry run, which tells what would change', async () => {
    await decide({ identifierRules: { USER_ID: { most: 2 } } });
    const before = await versions();
    const [first, second] = accounts;
    expect(await restitch({ dryRun: true })).toEqual({
      dryRun: true,
      profiles: 3,
      changed: 2,
      merged: 1,
      parted: 0,
      samples: [{ accounts: 2, before: expect.arrayContaining([[first], [second]]), after: [[first, second]] }],
    });
    expect(await versions()).toEqual(before);
    expect(await countOf(held)).toBe(2);
  });

  test('the job merges as it was told, and counts it so', async () => {
    expect(await restitch()).toMatchObject({ dryRun: false, changed: 2, merged: 1, parted: 0 });
    expect(await countOf(held)).toBe(1);
    const before = await versions();
    expect(await restitch()).toEqual({ dryRun: false, profiles: 2, changed: 0, merged: 0, parted: 0, samples: [] });
    expect(await versions()).toEqual(before);
  });

  test('tightened again, it parts them', async () => {
    await decide({ identifierRules: null });
    const told = await restitch({ dryRun: true });
    expect(told).toMatchObject({ profiles: 2, changed: 1, merged: 0, parted: 1 });
    expect(await countOf(held)).toBe(1);
    const done = await restitch();
    expect(done).toMatchObject({ changed: 1, merged: 0, parted: 1, samples: told.samples });
    expect(await countOf(held)).toBe(2);
  });
});

describe('a value that links', () => {
  const held = ['a', 'b', 'c'].map((customer) => byOpenId(customer, 'till'));
  const phone = byPhone(phoneNumber(4_000));
  const flags = () =>
    Promise.all(
      held.map(async (identifier) =>
        (await profileBy(client, identifier)).identifiers.flatMap(({ type, linking }) =>
          type === 'PHONE' ? [linking] : [],
        ),
      ),
    );
  const inShop = (identifier: IdentifierInput, name: string): EventInput =>
    identify({ channel: 'STORE', identifiers: [identifier, phone], traits: { name } });

  beforeAll(async () => {
    client = clientOf(await createTenant('restitch-shared'));
    await decide({ sharedByMost: 2 });
    const names = ['王伟', '李娜', '张敏'];
    await sendAll(
      client,
      held.map((identifier, n) => inShop(identifier, names[n] ?? '')),
    );
  });

  test('for more people than before: who was kept apart comes together, and the value shows as linking', async () => {
    expect(await countOf(held)).toBe(3);
    expect(await flags()).toEqual([[false], [false], [false]]);
    await decide({ sharedByMost: 5 });
    expect(await restitch()).toMatchObject({ changed: 3, merged: 1, parted: 0 });
    expect(await countOf(held)).toBe(1);
    expect(await flags()).toEqual([[true], [true], [true]]);
    expect(await profileIdOf(client, phone)).toBe((await idsOf(held))[0]);
  });

  test('for fewer people: who it had joined is parted', async () => {
    await decide({ sharedByMost: 2 });
    expect(await restitch()).toMatchObject({ changed: 1, merged: 0, parted: 1 });
    expect(await countOf(held)).toBe(3);
    expect(await flags()).toEqual([[false], [false], [false]]);
  });

  test('and is blocked: it joins nobody any more, though its accounts were stored before', async () => {
    await decide({ sharedByMost: 5 });
    await restitch();
    expect(await countOf(held)).toBe(1);
    await decide({ blockedIdentifiers: [phone.value] });
    expect(await restitch()).toMatchObject({ changed: 1, merged: 0, parted: 1 });
    expect(await countOf(held)).toBe(3);
    expect(await flags()).toEqual([[false], [false], [false]]);
  });

  test('and is no longer blocked: it joins them again', async () => {
    await decide({ blockedIdentifiers: null });
    expect(await restitch()).toMatchObject({ changed: 3, merged: 1 });
    expect(await countOf(held)).toBe(1);
  });
});

test('a dry run over many profiles counts what the job then does', async () => {
  client = clientOf(await createTenant('restitch-many'));
  const people = Array.from({ length: 80 }, (_, n) => n);
  const both = people.flatMap((n) => ['x', 'y'].map((side) => [byUser(`${side}${n}`), byEmail(`p${n}@example.org`)]));
  await sendAll(
    client,
    both.map((identifiers) => identify({ identifiers })),
  );
  await decide({ identifierRules: { USER_ID: { most: 2 } } });
  const told = await restitch({ dryRun: true });
  expect(told).toMatchObject({ profiles: 160, changed: 160, merged: 80, parted: 0 });
  expect(told.samples).toHaveLength(20);
  expect(await restitch()).toMatchObject({ changed: 160, merged: 80, parted: 0 });
  const { profiles } = await client.data(ListProfilesDocument, { first: 100 });
  expect(profiles.edges).toHaveLength(80);
}, 180_000);
