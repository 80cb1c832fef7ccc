import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  ContactPolicyDocument,
  MergeProfilesDocument,
  RecordContactDocument,
  TenantSettingsDocument,
  UnmergeProfileDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { newPerson, type Person, record } from '../support/consenting-people.js';
import { met } from '../support/privacy-client.js';
import { createTenant } from '../support/server.js';

let tenant: string;
let client: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('care');
  client = clientOf(tenant, ['ADMIN', 'PRIVACY_OFFICER', 'STEWARD']);
});

/** The tenant's decision on contacts. */
async function decide(contactCare: unknown, of = client): Promise<void> {
  const { version } = (await of.data(TenantSettingsDocument, {})).tenantSettings;
  await of.data(UpdateTenantSettingsDocument, { settings: { contactCare }, expectedVersion: version });
}

/** Somebody who has consented to be contacted. */
async function willing(of = client, traits: Record<string, unknown> = {}): Promise<Person> {
  const person = await newPerson(of, traits);
  await record(of, person.id, 'MARKETING', true, { policyVersion: '1' });
  return person;
}

async function policyOf({ id }: Person, channel: 'APP' | 'WECOM' | null = null, of = client) {
  const { profile } = await of.data(ContactPolicyDocument, { id, channel });
  return present(present(profile).contactPolicy);
}

const contact = ({ id }: Person, of = client) =>
  of.ask(RecordContactDocument, { profileId: id, channel: 'APP', campaign: 'spring' });

describe('contacts', () => {
  test('are allowed up to the cap; then a sender is told why not, and from when on', async () => {
    const person = await willing();
    const cap = { cap: 1, windowDays: 30 };
    expect(await policyOf(person)).toEqual({ ...cap, used: 0, allowed: true, reason: null, nextAllowedAt: null });
    const { data } = await contact(person);
    expect(data?.recordContact).toMatchObject({ ...cap, used: 1, allowed: false, reason: 'CAP_REACHED' });
    expect(await policyOf(person)).toEqual(data?.recordContact);
    const { errors } = await contact(person);
    const next = data?.recordContact.nextAllowedAt;
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      details: { path: 'profileId', reason: 'CAP_REACHED', nextAllowedAt: new Date(String(next)).toISOString() },
    });
    expect(await policyOf(person)).toMatchObject({ used: 1 });
  });

  test('of many senders at once take no more slots than there are', async () => {
    const own = clientOf(await createTenant('careful'), ['ADMIN']);
    await decide({ otherwise: { most: 3, days: 7 } }, own);
    const person = await willing(own);
    const answers = await Promise.all(Array.from({ length: 8 }, () => contact(person, own)));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(3);
    const codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []);
    expect(codes).toEqual(Array(5).fill('CONFLICT'));
    expect(await policyOf(person, null, own)).toMatchObject({ used: 3, allowed: false });
  });

  test('follow the account through a merge, and count for the person who has it', async () => {
    const [one, two] = [await willing(), await willing()];
    await contact(one);
    await client.data(MergeProfilesDocument, { into: two.id, from: [one.id], reason: 'The same person.' });
    expect(await policyOf(two)).toMatchObject({ used: 1, allowed: false, reason: 'CAP_REACHED' });
    expect((await contact(two)).errors?.[0]?.extensions.code).toBe('CONFLICT');
    const accountIds = [one.id.replace('prf_', 'acc_')];
    await client.data(UnmergeProfileDocument, { profileId: two.id, accountIds, reason: 'They are two.' });
    expect((await Promise.all([one, two].map((person) => policyOf(person)))).map(({ used }) => used)).toEqual([1, 0]);
  });

  test('need consent, in the channel asked about, and that it was not taken back', async () => {
    const person = await newPerson(client);
    expect(await policyOf(person)).toMatchObject({ allowed: false, reason: 'CONSENT_UNASKED', nextAllowedAt: null });
    await record(client, person.id, 'MARKETING', true, { policyVersion: '1', channel: 'WECOM' });
    expect(await policyOf(person, 'WECOM')).toMatchObject({ allowed: true });
    expect((await contact(person)).errors?.[0]?.extensions).toMatchObject({ details: { reason: 'CONSENT_UNASKED' } });
    await record(client, person.id, 'MARKETING', false, { policyVersion: '1' });
    expect(await policyOf(person, 'WECOM')).toMatchObject({ allowed: false, reason: 'CONSENT_WITHDRAWN' });
  });

  test('end where somebody restricts the use of their data', async () => {
    const person = await willing();
    await met(client, { profileId: person.id, kind: 'RESTRICTION' });
    expect(await policyOf(person)).toMatchObject({ allowed: false, reason: 'RESTRICTED' });
    expect((await contact(person)).errors?.[0]?.extensions).toMatchObject({ details: { reason: 'RESTRICTED' } });
  });

  test('go where the customer wants them', async () => {
    const person = await willing(client, { preferredChannels: ['WECOM'] });
    expect(await policyOf(person, 'APP')).toMatchObject({ allowed: false, reason: 'CHANNEL_NOT_WANTED' });
    expect(await policyOf(person, 'WECOM')).toMatchObject({ allowed: true });
    expect(await policyOf(person)).toMatchObject({ allowed: true });
  });

  test('keep quiet hours of the tenant’s clock', async () => {
    const own = clientOf(await createTenant('quiet'), ['ADMIN']);
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' });
    const [from, to] = [-60, 120].map((minutes) => clock.format(new Date(Date.now() + minutes * 60_000)));
    await decide({ quietHours: { from, to } }, own);
    const person = await willing(own);
    const policy = await policyOf(person, null, own);
    expect(policy).toMatchObject({ allowed: false, reason: 'QUIET_HOURS', used: 0 });
    const wait = Date.parse(String(policy.nextAllowedAt)) - Date.now();
    expect(wait).toBeGreaterThan(115 * 60_000);
    expect(wait).toBeLessThanOrEqual(120 * 60_000);
  });

  test('are gone with who is erased', async () => {
    const person = await willing();
    await contact(person);
    const { counts } = await met(client, { profileId: person.id, kind: 'ERASURE', dryRun: true });
    expect(counts).toMatchObject({ contacts: 1 });
    const { counts: erased } = await met(client, { profileId: person.id, kind: 'ERASURE' });
    expect(erased).toMatchObject({ contacts: 1 });
  });
});

describe('what is refused', () => {
  test.each([
    [{ caps: { HIGH_VALUE: { most: -1, days: 7 } } }, 'settings.contactCare.caps.HIGH_VALUE.most'],
    [{ otherwise: { most: 1, days: 0 } }, 'settings.contactCare.otherwise.days'],
    [{ quietHours: { from: '24:00', to: '08:00' } }, 'settings.contactCare.quietHours.from'],
    [{ quietHours: { from: '08:00', to: '08:00' } }, 'settings.contactCare.quietHours'],
    [{ preferenceTrait: 'a.b' }, 'settings.contactCare.preferenceTrait'],
  ])('%j as a decision on contacts', async (contactCare, path) => {
    const { version } = (await client.data(TenantSettingsDocument, {})).tenantSettings;
    const { errors } = await client.ask(UpdateTenantSettingsDocument, {
      settings: { contactCare },
      expectedVersion: version,
    });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { path } });
  });

  test.each([
    ['', 'campaign'],
    ['x'.repeat(201), 'campaign'],
  ])('the campaign %#', async (campaign, path) => {
    const { id } = await willing();
    const { errors } = await client.ask(RecordContactDocument, { profileId: id, channel: 'APP', campaign });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', details: { path } });
  });

  test('a profile that is not there, and a caller who may not', async () => {
    const unknown = { id: 'prf_00000000000000000000000000' } as Person;
    expect((await contact(unknown)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    const person = await willing();
    expect((await contact(person, clientOf(tenant, ['ANALYST']))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
