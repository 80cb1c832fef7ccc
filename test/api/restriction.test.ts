import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AuditLogDocument,
  CountProfilesDocument,
  CreateApiTokenDocument,
  EventIngestedDocument,
  EventsByMessageIdDocument,
  ExplainMatchDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  NodeDocument,
  ProfileByIdentifierDocument,
  ProfileUpdatedDocument,
  UnmergeProfileDocument,
} from '../../schema/generated/operations.js';
import { ProfileValuesService } from '../../src/profiles/profile-values.service.js';
import { ProfileValuesStore } from '../../src/profiles/profile-values.store.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import {
  expectShell,
  expectWhole,
  forPurpose,
  newPerson,
  type Person,
  readAs,
  record,
} from '../support/consenting-people.js';
import { eventually } from '../support/eventually.js';
import { decideSettings } from '../support/match-candidates.js';
import { demand, met } from '../support/privacy-client.js';
import { byPhone, byUser, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { withServices } from '../support/server-services.js';
import { SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

const LIMIT_MS = 600_000;
const RESTRICTION = { kind: 'RESTRICTION' } as const;
const OBJECTION = { kind: 'OBJECTION' } as const;

let tenant: string;
let admin: ApiClient;
let officer: ApiClient;
const open: SocketClient[] = [];

beforeAll(async () => {
  tenant = await createTenant('restriction');
  admin = clientOf(tenant);
  officer = clientOf(tenant, ['PRIVACY_OFFICER']);
});

afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

const restrict = (id: string, lift = false) => met(officer, { profileId: id, ...RESTRICTION, lift });
const object = (id: string, lift = false) => met(officer, { profileId: id, ...OBJECTION, lift });

/** How many a caller finds who asks for somebody in each way that lists know. */
async function found(client: ApiClient, { id, name, phone }: Person): Promise<number[]> {
  const filters = [{ ids: [id] }, { search: name }, { search: phone }, { channels: ['APP' as const], search: name }];
  const listed = filters.map(async (filter) => {
    const { edges } = (await client.data(ListProfilesDocument, { filter })).profiles;
    return edges.filter(({ node }) => node.id === id).length;
  });
  const counted = filters.slice(0, 2).map(async (filter) => {
    return present((await client.data(CountProfilesDocument, { filter })).profiles.totalCount);
  });
  return Promise.all([...listed, ...counted]);
}

/** Accounts of somebody, as who sees to people's rights reads them. */
async function accountsOf(id: string): Promise<string[]> {
  return present((await readAs(officer, id))?.channelAccounts).map((account) => account.id);
}

async function eventsShown(client: ApiClient, { messageId }: Person): Promise<number> {
  const { eventsByMessageId } = await client.data(EventsByMessageIdDocument, { messageIds: [messageId] });
  return eventsByMessageId.filter((event) => event !== null).length;
}

describe('a restriction', () => {
  test(
    'closes a profile to all but the privacy officer, whatever they read for, until it is lifted',
    async () => {
      const person = await newPerson(admin);
      await record(admin, person.id, 'MARKETING', true);
      expect((await restrict(person.id)).counts).toEqual({ accounts: 1 });
      for (const reader of [
        admin,
        clientOf(tenant, ['STEWARD']),
        forPurpose(admin, 'SERVICE'),
        forPurpose(admin, 'MARKETING'),
      ])
        await expectShell(reader, person.id, 'RESTRICTED');
      await expectWhole(officer, person.id);
      const { profileByIdentifier } = await admin.data(ProfileByIdentifierDocument, {
        identifier: byPhone(person.phone),
      });
      expect(JSON.stringify(profileByIdentifier)).not.toContain(person.name);
      await restrict(person.id, true);
      await expectWhole(admin, person.id);
      await expectWhole(forPurpose(admin, 'MARKETING'), person.id);
    },
    LIMIT_MS,
  );

  test(
    'is found by nobody else, counted in nothing, and shown by nothing that leads to it',
    async () => {
      const person = await newPerson(admin);
      const [accountId = ''] = await accountsOf(person.id);
      const { eventsByMessageId } = await admin.data(EventsByMessageIdDocument, { messageIds: [person.messageId] });
      const eventId = present(eventsByMessageId[0]).id;
      expect(await found(admin, person)).toEqual([1, 1, 1, 1, 1, 1]);
      const asker = { kind: 'USER', purposes: ['SERVICE'] } as const;
      const counted = () =>
        withServices(tenant, (_, ctx, database) =>
          new ProfileValuesService(new ProfileValuesStore(database)).count(ctx, asker),
        );
      const before = await counted();
      await restrict(person.id);
      expect(await found(admin, person)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(await found(officer, person)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(await counted()).toBe(before - 1);
      expect([await eventsShown(admin, person), await eventsShown(officer, person)]).toEqual([0, 1]);
      for (const id of [accountId, eventId]) {
        expect((await admin.data(NodeDocument, { id })).node).toBeNull();
        expect((await officer.data(NodeDocument, { id })).node).toMatchObject({ id });
      }
      expect((await admin.data(IdentityGraphDocument, { profileId: person.id })).identityGraph.nodes).toEqual([]);
      const other = await newPerson(admin);
      await decideSettings(admin, { matchModel: await addModel(tenant) });
      const pair = { leftProfileId: person.id, rightProfileId: other.id };
      expect(await admin.codes(ExplainMatchDocument, pair)).toEqual(['CONSENT_REQUIRED']);
      await decideSettings(admin, { matchModel: null });
      await restrict(person.id, true);
      expect(await found(admin, person)).toEqual([1, 1, 1, 1, 1, 1]);
      expect(await eventsShown(admin, person)).toBe(1);
    },
    LIMIT_MS,
  );

  test(
    'leaves ingestion as it is: what comes in is kept, and stays closed',
    async () => {
      const person = await newPerson(admin);
      await restrict(person.id);
      const later = { ...person, messageId: `${person.messageId}-later` };
      await sendAll(admin, [
        eventOf({
          messageId: later.messageId,
          identifiers: [byUser(person.user), byPhone(person.phone)],
          traits: { city: '上海' },
        }),
      ]);
      expect((await readAs(officer, person.id))?.traits.city).toBe('上海');
      expect([await eventsShown(admin, later), await eventsShown(officer, later)]).toEqual([0, 1]);
      await expectShell(admin, person.id, 'RESTRICTED');
    },
    LIMIT_MS,
  );

  test(
    'binds who follows the profile or events already',
    async () => {
      const [person, other] = [await newPerson(admin), await newPerson(admin)];
      const socket = new SocketClient(testServer().url, tokenFor(tenant));
      open.push(socket);
      const changes = socket.follow(ProfileUpdatedDocument, { id: person.id });
      const events = socket.follow(EventIngestedDocument, {});
      const sendOf = async (name: string, whom: Person) =>
        sendAll(admin, [eventOf({ name, identifiers: [byUser(whom.user)], channel: 'APP', traits: { city: name } })]);
      let beats = 0;
      while (changes.messages.length === 0 || events.messages.length === 0) {
        beats += 1;
        await sendOf(`Beat ${beats}`, person);
        const all = [changes, events].map((one) => one.until((messages) => messages.length > 0, 2_000));
        await Promise.allSettled(all);
      }
      await restrict(person.id);
      const told = await changes.until((all) =>
        all.some(({ profileUpdated }) => profileUpdated.changedPaths.includes('withheld')),
      );
      const { profileUpdated } = present(told.find((one) => one.profileUpdated.changedPaths.includes('withheld')));
      expect(profileUpdated.profile?.traits?.city ?? null).toBeNull();
      const before = changes.messages.length;
      await sendOf('Secret town', person);
      await sendOf('Open town', other);
      const named = (name: string) => events.messages.some(({ eventIngested }) => eventIngested.event.name === name);
      await events.until(() => named('Open town'));
      await changes.until((all) => all.length > before);
      expect(named('Secret town')).toBe(false);
      expect(JSON.stringify(changes.messages.slice(before))).not.toMatch(/Secret town|traits\./);
    },
    LIMIT_MS,
  );

  test(
    'makes a profile unknown to partners',
    async () => {
      const person = await newPerson(admin);
      await record(admin, person.id, 'PARTNER_SHARING', true);
      const input = { name: `Lumen of ${tenant}`, scopes: ['profiles:read'], purposes: ['PARTNER_SHARING' as const] };
      const partner = clientWith((await admin.data(CreateApiTokenDocument, { input })).createApiToken.secret);
      expect(await readAs(partner, person.id)).not.toBeNull();
      await restrict(person.id);
      expect(await readAs(partner, person.id)).toBeNull();
      expect(await partner.codes(IdentityGraphDocument, { profileId: person.id })).not.toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'goes over to who merges with them, and stays with its own accounts when they part',
    async () => {
      const [one, other] = [await newPerson(admin), await newPerson(admin)];
      const leaving = await accountsOf(one.id);
      await restrict(one.id);
      await admin.data(MergeProfilesDocument, { into: other.id, from: [one.id], reason: 'One person.' });
      await expectShell(admin, other.id, 'RESTRICTED');
      await admin.data(UnmergeProfileDocument, { profileId: other.id, accountIds: leaving, reason: 'Two people.' });
      await expectShell(admin, one.id, 'RESTRICTED');
      await expectWhole(admin, other.id);
    },
    LIMIT_MS,
  );

  test(
    'said and lifted while they are one holds for both afterwards',
    async () => {
      const [one, other] = [await newPerson(admin), await newPerson(admin)];
      const leaving = await accountsOf(one.id);
      await admin.data(MergeProfilesDocument, { into: other.id, from: [one.id], reason: 'One person.' });
      expect((await restrict(other.id)).counts).toEqual({ accounts: 2 });
      const unmerge = { profileId: other.id, accountIds: leaving, reason: 'Two people.' };
      await admin.data(UnmergeProfileDocument, unmerge);
      for (const { id } of [one, other]) await expectShell(admin, id, 'RESTRICTED');
      await admin.data(MergeProfilesDocument, { into: other.id, from: [one.id], reason: 'One person.' });
      await restrict(other.id, true);
      await expectWhole(admin, other.id);
      await admin.data(UnmergeProfileDocument, unmerge);
      for (const { id } of [one, other]) await expectWhole(admin, id);
    },
    LIMIT_MS,
  );

  test(
    'that is only counted changes nothing; what it can not be is refused; each is in the audit log',
    async () => {
      const { id } = await newPerson(admin);
      expect((await met(officer, { profileId: id, ...RESTRICTION, dryRun: true })).counts).toEqual({ accounts: 1 });
      await expectWhole(admin, id);
      await expect(demand(officer, { profileId: id, kind: 'ACCESS', lift: true })).rejects.toThrow('lift');
      await expect(demand(admin, { profileId: id, ...RESTRICTION })).rejects.toThrow();
      expect((await restrict(id)).lift).toBe(false);
      expect((await restrict(id, true)).lift).toBe(true);
      const metOnes = async () => {
        const { edges } = (await officer.data(AuditLogDocument, { first: 100 })).auditLog;
        const own = edges.map(({ node }) => node).filter(({ subject }) => subject === id);
        return own.filter(({ action }) => action === 'privacyRequestMet').map(({ details }) => details);
      };
      const told = await eventually(metOnes, ({ length }) => length >= 3); // the log is sequenced within a second
      expect(told).toMatchObject([{ lift: true }, { dryRun: false }, { dryRun: true }]);
    },
    LIMIT_MS,
  );

  test(
    'is exported to the person, and erased with them',
    async () => {
      const { id } = await newPerson(admin);
      await restrict(id);
      expect((await met(officer, { profileId: id, kind: 'ACCESS' })).counts).toMatchObject({ processing_limits: 1 });
      expect((await met(officer, { profileId: id, kind: 'ERASURE' })).counts).toMatchObject({ processing_limits: 1 });
    },
    LIMIT_MS,
  );
});

describe('an objection to profiling', () => {
  test(
    'withholds what is read for ANALYTICS and PERSONALISATION alone, over any consent, until it is lifted',
    async () => {
      const person = await newPerson(admin);
      const purposes = ['ANALYTICS', 'PERSONALISATION', 'MARKETING'] as const;
      for (const purpose of purposes) await record(admin, person.id, purpose, true);
      await object(person.id);
      for (const purpose of ['ANALYTICS', 'PERSONALISATION']) {
        await expectShell(forPurpose(admin, purpose), person.id);
        expect((await found(forPurpose(admin, purpose), person)).slice(1)).toEqual([0, 0, 0, 1, 0]);
      }
      await record(admin, person.id, 'ANALYTICS', true);
      await expectShell(forPurpose(admin, 'ANALYTICS'), person.id);
      await expectWhole(forPurpose(admin, 'MARKETING'), person.id);
      await expectWhole(admin, person.id);
      await object(person.id, true);
      for (const purpose of purposes) await expectWhole(forPurpose(admin, purpose), person.id);
    },
    LIMIT_MS,
  );

  test(
    'is told to whatever asks who may be profiled, as a restriction is to whatever uses data at all',
    async () => {
      const people = [await newPerson(admin), await newPerson(admin), await newPerson(admin)] as const;
      const [objecting, restricted, free] = people.map(({ id }) => id) as [string, string, string];
      await object(objecting);
      await restrict(restricted);
      const ids = [objecting, restricted, free, 'prf_nobody'];
      await withServices(tenant, async ({ uses }, ctx) => {
        expect([...(await uses.permitted(ctx, ids, 'PROFILING'))]).toEqual([free]);
        expect([...(await uses.permitted(ctx, ids, 'PROCESSING'))].sort()).toEqual([objecting, free].sort());
      });
    },
    LIMIT_MS,
  );
});
