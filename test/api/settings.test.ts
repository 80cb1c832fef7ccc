import { beforeAll, describe, expect, test } from '@jest/globals';
import { TenantSettingsDocument, UpdateTenantSettingsDocument } from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, daysAgo, identify, phoneNumber, sendAll } from '../support/sample-events.js';
import { createTenant, withTenants } from '../support/server.js';

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('settings'));
});

async function decide(settings: Record<string, unknown>): Promise<void> {
  const { version } = (await admin.data(TenantSettingsDocument, {})).tenantSettings;
  await admin.data(UpdateTenantSettingsDocument, { settings, expectedVersion: version });
}

const person = (n: number) => [byPhone(phoneNumber(n))];
const cityOf = async (n: number) => (await profileBy(admin, byPhone(phoneNumber(n)))).traits.city;

describe('what a tenant decides', () => {
  test('requiredTraits: how complete a profile is', async () => {
    const quality = async () => (await profileBy(admin, byPhone(phoneNumber(1)))).quality;
    const tell = (traits: Record<string, unknown>) => sendAll(admin, [identify({ identifiers: person(1), traits })]);
    await tell({ name: '韩梅梅' });
    expect((await quality())?.completeness).toBeCloseTo(2 / 5);
    expect(
      (await quality())?.issues
        .filter(({ code }) => code === 'MISSING')
        .map(({ trait }) => trait)
        .sort(),
    ).toEqual(['birthday', 'city', 'gender']);
    await decide({ requiredTraits: ['name', 'phone', 'shoeSize'] });
    await tell({ colour: 'red' });
    expect((await quality())?.completeness).toBeCloseTo(2 / 3);
    await tell({ shoeSize: 41 });
    expect(await quality()).toMatchObject({ completeness: 1, consistency: 1, issues: [] });
    await decide({ requiredTraits: null });
  });

  test('what is invalid or contradicts itself is an issue, and does not survive', async () => {
    await sendAll(admin, [
      identify({
        channel: 'CRM',
        identifiers: person(2),
        traits: { email: 'no email', birthday: '2001-02-30', city: '北京' },
      }),
      identify({ channel: 'WEB', identifiers: person(2), traits: { city: '上海' } }),
    ]);
    const { traits, quality } = await profileBy(admin, byPhone(phoneNumber(2)));
    expect([traits.email, traits.birthday]).toEqual([null, null]);
    expect(quality?.consistency).toBeLessThan(1);
    expect(quality?.issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ trait: 'email', code: 'INVALID', channel: 'CRM' }),
        expect.objectContaining({ trait: 'birthday', code: 'INVALID', channel: 'CRM' }),
        expect.objectContaining({ trait: 'city', code: 'INCONSISTENT' }),
      ]),
    );
    expect(JSON.stringify(quality)).not.toContain('no email');
  });

  test('sourcePriorities: whose value survives', async () => {
    const tell = (n: number) =>
      sendAll(admin, [
        identify({ channel: 'CRM', identifiers: person(n), traits: { city: '北京' }, occurredAt: daysAgo(3) }),
        identify({ channel: 'IOT', identifiers: person(n), traits: { city: '上海' }, occurredAt: daysAgo(2) }),
      ]);
    await tell(3);
    expect(await cityOf(3)).toBe('北京');
    await decide({ sourcePriorities: { CRM: 10, IOT: 90 } });
    await tell(4);
    expect(await cityOf(4)).toBe('上海');
    await sendAll(admin, [identify({ identifiers: person(3), traits: { any: 1 } })]);
    expect(await cityOf(3)).toBe('上海'); // with its next change
    await decide({ sourcePriorities: null });
  });

  test('defaultRegion: of which country a phone without a code is', async () => {
    await decide({ defaultRegion: 'US' });
    await sendAll(admin, [identify({ identifiers: [byPhone('(202) 555-0143')] })]);
    expect((await profileBy(admin, byPhone('+12025550143'))).traits.phone).toBe('+12025550143');
    await decide({ defaultRegion: null });
  });

  test('blockedIdentifiers: what links nobody', async () => {
    await decide({ blockedIdentifiers: ['front-desk', phoneNumber(5)] });
    const both = ['x', 'y'].map((user) => identify({ identifiers: [byUser(`blocked-${user}`), ...person(5)] }));
    await sendAll(admin, both);
    const [x, y] = [await profileBy(admin, byUser('blocked-x')), await profileBy(admin, byUser('blocked-y'))];
    expect(x.id).not.toBe(y.id);
    expect(x.identifiers).toContainEqual(expect.objectContaining({ value: phoneNumber(5), linking: false }));
    await decide({ blockedIdentifiers: null });
  });
});

test('what was read out of the settings need not be read again while their version stays', async () => {
  const tenantId = await createTenant('settings-read');
  await withTenants(async (tenants) => {
    const settings = async () => (await tenants.freshContextOf(tenantId, 'test')).settings;
    const before = await settings();
    expect(await settings()).toBe(before);
    const own = clientOf(tenantId);
    await own.data(UpdateTenantSettingsDocument, { settings: { sharedByMost: 7 }, expectedVersion: 1 });
    const after = await settings();
    expect([before.sharedByMost, after.sharedByMost]).toEqual([5, 7]);
    expect(await settings()).toBe(after);
  });
});
