import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AccessPolicyDocument,
  type AccessPolicyInput,
  CreateApiTokenDocument,
  EventIngestedDocument,
  type EventIngestedSubscription,
  ListProfilesDocument,
  ProfileByIdentifierDocument,
  ProfileUpdatedDocument,
  type ProfileUpdatedSubscription,
  SetAccessPolicyDocument,
  SetTraitDocument,
  ViewerDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { untilEntries } from '../support/audit-reader.js';
import { runCommand } from '../support/command-run.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { type ServerBeside, startBeside } from '../support/server-beside.js';
import { type Followed, SocketClient } from '../support/socket-client.js';
import { BINDS_WITHIN_MS, decide, policyVersionOf } from '../support/tenant-policies.js';
import { testServer } from '../support/test-server.js';

const PHONE = '+8613812341234';
const MASKED = '138****1234';
const NO_CORE = { subject: 'STEWARD', dataClass: 'CORE' } as const;

let beside: ServerBeside;
const sockets: SocketClient[] = [];
beforeAll(async () => {
  beside = await startBeside({ JWT_SECRET: testServer().jwtSecret });
}, 180_000);
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await beside.close();
});

interface World {
  readonly tenant: string;
  readonly admin: ApiClient;
  readonly id: string;
}

/** A tenant with one person. */
async function world(): Promise<World> {
  const tenant = await createTenant('policy');
  const admin = clientOf(tenant);
  const traits = { name: '韩梅梅', city: '杭州' };
  await sendAll(admin, [identify({ channel: 'CRM', identifiers: [byPhone(PHONE), byUser('mei')], traits })]);
  return { tenant, admin, id: await idBy(admin, byPhone(PHONE)) };
}

const besideAs = (tenant: string, roles: readonly string[]) => new ApiClient(beside.url, tokenFor(tenant, roles));
const lookUp = (client: ApiClient) => client.codes(ProfileByIdentifierDocument, { identifier: byPhone(PHONE) });
const phoneSeenBy = async (client: ApiClient, id: string) => (await profileOf(client, id)).traits.phone;

function socketAt(url: string, tenant: string, roles: readonly string[]): SocketClient {
  const socket = new SocketClient(url, tokenFor(tenant, roles));
  sockets.push(socket);
  return socket;
}

/** Asks again and again until it is refused; no question put later than the promised time may be answered. */
async function refusedInTime(ask: () => Promise<boolean>, changed: number): Promise<void> {
  for (;;) {
    const asked = Date.now();
    if (await ask()) return;
    expect(asked - changed).toBeLessThan(BINDS_WITHIN_MS);
  }
}

describe('a policy', () => {
  test('begins with the table alone, and is replaced as a whole', async () => {
    const { admin } = await world();
    const { accessPolicy } = await admin.data(AccessPolicyDocument, {});
    expect(accessPolicy).toMatchObject({ version: 0, roles: [], rules: [] });
    expect(accessPolicy.table).toContainEqual({
      ...{ subject: 'MARKETER', permission: 'profiles:clear:important', purpose: null, effect: 'ALLOW' },
    });
    const roles = [{ name: 'CALL_CENTRE', inherits: ['STEWARD'] }];
    await decide(admin, { roles, rules: [{ subject: 'CALL_CENTRE', permission: 'identities:write' }] });
    const second = await decide(admin, {
      rules: [{ subject: 'VIEWER', dataClass: 'IMPORTANT', purpose: 'MARKETING' }],
    });
    const rules = [{ subject: 'VIEWER', permission: 'profiles:clear:important', purpose: 'MARKETING', effect: 'DENY' }];
    expect(second).toEqual({ version: 2, roles: [], rules });
    expect((await admin.data(AccessPolicyDocument, {})).accessPolicy).toMatchObject(second);
  });

  test('is read and written by ADMIN alone', async () => {
    const { tenant } = await world();
    for (const role of ['MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER', 'PLATFORM_ADMIN']) {
      const client = clientOf(tenant, [role]);
      expect(await client.codes(AccessPolicyDocument, {})).toEqual(['FORBIDDEN']);
      const codes = await client.codes(SetAccessPolicyDocument, { policy: { rules: [] }, expectedVersion: 0 });
      expect(codes).toEqual(['FORBIDDEN']);
    }
  });

  test('of a version that has passed is a conflict; of five at once one is made', async () => {
    const { admin } = await world();
    const set = (subject: string) =>
      admin.codes(SetAccessPolicyDocument, {
        policy: { rules: [{ subject, permission: 'events:read' }] },
        expectedVersion: 0,
      });
    const codes = await Promise.all(['VIEWER', 'ANALYST', 'STEWARD', 'MARKETER', 'PRIVACY_OFFICER'].map(set));
    expect(codes.flat()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT']);
    expect(await policyVersionOf(admin)).toBe(1);
    expect(await set('VIEWER')).toEqual(['CONFLICT']);
  });

  test.each<[string, string, AccessPolicyInput['rules'][number]]>([
    ['BAD_USER_INPUT', 'policy.rules[1].subject', { subject: 'KING', permission: 'events:read' }],
    ['BAD_USER_INPUT', 'policy.rules[1].permission', { subject: 'VIEWER', permission: 'events:burn' }],
    ['FORBIDDEN', 'policy.rules[1]', { subject: 'VIEWER', dataClass: 'CORE', effect: 'ALLOW' }],
  ])('with a fault is refused with %s at %s, and nothing is saved', async (code, path, rule) => {
    const { tenant, admin } = await world();
    const rules = [{ subject: 'MARKETER', permission: 'profiles:lookup' }, rule];
    const { errors } = await admin.ask(SetAccessPolicyDocument, { policy: { rules }, expectedVersion: 0 });
    expect(errors).toMatchObject([{ extensions: { code, details: { path } } }]);
    if (code === 'FORBIDDEN')
      expect(errors?.[0]).toMatchObject({ extensions: { details: { permission: 'profiles:clear:core' } } });
    expect(await policyVersionOf(admin)).toBe(0);
    expect(await lookUp(clientOf(tenant, ['MARKETER']))).toEqual([]);
    const [entry] = await untilEntries(admin, { action: 'setAccessPolicy' }, 1);
    expect(entry).toMatchObject({ outcome: code });
  });

  test('with a data class that is unknown is refused', async () => {
    const { admin } = await world();
    const query =
      'mutation ($policy: AccessPolicyInput!) { setAccessPolicy(policy: $policy, expectedVersion: 0) { version } }';
    const { errors } = await admin.ask<unknown, object>(query, {
      policy: { rules: [{ subject: 'VIEWER', dataClass: 'SECRET' }] },
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors?.[0]?.message).toContain('policy.rules[0].dataClass');
  });

  test('is in the audit log with what was added and taken away', async () => {
    const { admin } = await world();
    await decide(admin, { rules: [NO_CORE, { subject: 'VIEWER', permission: 'events:read' }] });
    await decide(admin, { roles: [{ name: 'INTERN', inherits: ['VIEWER'] }], rules: [NO_CORE] });
    const [last, first] = await untilEntries(admin, { action: 'changePolicy' }, 2);
    expect(first).toMatchObject({
      actor: 'tester',
      outcome: 'OK',
      details: { version: 1, added: ['DENY STEWARD profiles:clear:core', 'DENY VIEWER events:read'], removed: [] },
    });
    expect(last?.details).toMatchObject({
      version: 2,
      added: ['ROLE INTERN VIEWER'],
      removed: ['DENY VIEWER events:read'],
    });
  });
});

describe('what a tenant denies', () => {
  test('is refused at once here, within two seconds by every other process, and in no other tenant', async () => {
    const [{ tenant, admin }, stranger] = [await world(), await world()];
    const [here, there] = [clientOf(tenant, ['MARKETER']), besideAs(tenant, ['MARKETER'])];
    expect([await lookUp(here), await lookUp(there)]).toEqual([[], []]);
    await decide(admin, { rules: [{ subject: 'MARKETER', permission: 'profiles:lookup' }] });
    const changed = Date.now();
    expect(await lookUp(here)).toEqual(['FORBIDDEN']);
    await refusedInTime(async () => (await lookUp(there)).includes('FORBIDDEN'), changed);
    expect(await lookUp(clientOf(stranger.tenant, ['MARKETER']))).toEqual([]);
    expect(await lookUp(clientOf(tenant, ['MARKETER', 'STEWARD']))).toEqual([]);
    await decide(admin, { rules: [] });
    expect(await lookUp(here)).toEqual([]);
  });

  test('is masked, and named in withheld', async () => {
    const { tenant, admin, id } = await world();
    const steward = clientOf(tenant, ['STEWARD']);
    expect(await phoneSeenBy(steward, id)).toBe(PHONE);
    await decide(admin, { rules: [NO_CORE, { subject: 'STEWARD', permission: 'events:read' }] });
    const profile = await profileOf(steward, id);
    expect(profile.traits).toMatchObject({ name: '韩**', phone: MASKED, city: '杭州' });
    expect(profile.events).toBeNull();
    expect(profile.withheld).toEqual(
      expect.arrayContaining([
        { path: 'traits.phone', reason: 'ROLE' },
        { path: 'traits.name', reason: 'ROLE' },
        { path: 'events', reason: 'ROLE' },
      ]),
    );
    const list = await steward.data(ListProfilesDocument, {});
    expect(JSON.stringify(list)).not.toContain(PHONE.slice(3));
  });

  test('for a purpose binds requests for that purpose', async () => {
    const { tenant, admin, id } = await world();
    await decide(admin, { rules: [{ ...NO_CORE, purpose: 'SERVICE' }] });
    const steward = clientOf(tenant, ['STEWARD']);
    expect(await phoneSeenBy(steward, id)).toBe(PHONE);
    expect(await phoneSeenBy(steward.withHeaders({ 'tributary-purpose': 'SERVICE' }), id)).toBe(MASKED);
    const forService = new ApiClient(testServer().url, tokenFor(tenant, ['STEWARD'], { purposes: ['SERVICE'] }));
    expect(await phoneSeenBy(forService, id)).toBe(MASKED);
  });

  test('to a scope binds the API tokens that have it', async () => {
    const { admin, id } = await world();
    const input = { name: 'partner', scopes: ['profiles:read', 'profiles:read:clear'] };
    const partner = clientWith((await admin.data(CreateApiTokenDocument, { input })).createApiToken.secret);
    expect(await phoneSeenBy(partner, id)).toBe(PHONE);
    await decide(admin, { rules: [{ subject: 'scope:profiles:read:clear', dataClass: 'CORE' }] });
    expect(await phoneSeenBy(partner, id)).toBe(MASKED);
    expect((await profileOf(partner, id)).traits.city).toBe('杭州');
  });
});

describe('a role of a tenant’s own', () => {
  test('has what it inherits, less what is denied to it, in its tenant alone', async () => {
    const [{ tenant, admin, id }, stranger] = [await world(), await world()];
    const callCentre = clientOf(tenant, ['CALL_CENTRE']);
    const may = async (client: ApiClient) => (await client.data(ViewerDocument, {})).viewer.permissions;
    expect(await may(callCentre)).toEqual(['viewer']);
    await decide(admin, {
      roles: [{ name: 'CALL_CENTRE', inherits: ['STEWARD'] }],
      rules: [
        { subject: 'CALL_CENTRE', permission: 'identities:write' },
        { subject: 'CALL_CENTRE', permission: 'segments:write', effect: 'ALLOW' },
      ],
    });
    const steward = await may(clientOf(tenant, ['STEWARD']));
    const expected = [...steward.filter((name) => name !== 'identities:write'), 'segments:write'];
    expect([...(await may(callCentre))].sort()).toEqual(expected.sort());
    expect(await phoneSeenBy(callCentre, id)).toBe(PHONE);
    expect(await may(clientOf(stranger.tenant, ['CALL_CENTRE']))).toEqual(['viewer']);
  });

  test('can be given out by the command line', async () => {
    const { tenant, admin } = await world();
    const { dataDir, jwtSecret, masterKey } = testServer();
    const env = { DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey, MONGODB_URI: '' };
    const make = () => runCommand(['token', '--tenant', tenant, '--role', 'CALL_CENTRE'], env);
    expect(await make()).toMatchObject({ code: 1, output: '', errors: expect.stringContaining('--role') });
    await decide(admin, { roles: [{ name: 'CALL_CENTRE', inherits: ['VIEWER'] }], rules: [] });
    const { code, output } = await make();
    expect(code).toBe(0);
    const { viewer } = await clientWith(output.trim()).data(ViewerDocument, {});
    expect(viewer).toMatchObject({ roles: ['CALL_CENTRE'], permissions: expect.arrayContaining(['profiles:read']) });
  });
});

describe.each([
  ['of the process that was told', () => testServer().url],
  ['of another process', () => beside.url],
])('an open subscription %s', (_where, url) => {
  test('is masked from then on where a data class is denied', async () => {
    const { tenant, admin, id } = await world();
    const followed = socketAt(url(), tenant, ['STEWARD']).follow(ProfileUpdatedDocument, { id });
    let cities = 0;
    /** Changes the profile, and gives the message of it with the time it was made. */
    const told = async () => {
      cities += 1;
      const value = `城市${cities}`;
      const made = Date.now();
      await admin.data(SetTraitDocument, { profileId: id, trait: 'city', value, reason: 'a test' });
      const isOfIt = ({ profileUpdated }: ProfileUpdatedSubscription) => profileUpdated.profile?.traits.city === value;
      const messages = await (followed as Followed<ProfileUpdatedSubscription>)
        .until((all) => all.some(isOfIt), 1_000)
        .catch((error) => {
          if (followed.fault) throw error;
          return [];
        });
      const message = messages.find(isOfIt);
      return message && { made, phone: present(message.profileUpdated.profile).traits.phone };
    };
    let message = await told();
    while (!message) message = await told();
    expect(message.phone).toBe(PHONE);
    await decide(admin, { rules: [NO_CORE] });
    const changed = Date.now();
    await refusedInTime(async () => (await told())?.phone === MASKED, changed);
  });

  test('ends where what it follows is denied', async () => {
    const { tenant, admin } = await world();
    const followed = socketAt(url(), tenant, ['ANALYST']).follow(EventIngestedDocument, {});
    const of = followed as Followed<EventIngestedSubscription>;
    const sendOne = (name: string) => sendAll(admin, [eventOf({ name, identifiers: [byUser('mei')] })]);
    while (of.messages.length === 0) {
      await sendOne('Warm Up');
      await of.until((all) => all.length > 0, 500).catch(() => expect(of.fault).toBeUndefined());
    }
    await decide(admin, { rules: [{ subject: 'ANALYST', permission: 'events:read' }] });
    const changed = Date.now();
    while (of.fault === undefined) await sendOne(`Sent ${Date.now() - changed}`);
    expect(of.fault).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const ages = of.messages.map(({ eventIngested }) => /^Sent (\d+)$/.exec(eventIngested.event.name)?.[1]);
    for (const age of ages) expect(Number(age ?? 0)).toBeLessThan(BINDS_WITHIN_MS);
  });
});
