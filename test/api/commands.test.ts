import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ApiTokensDocument,
  CountMatchCandidatesDocument,
  CountProfilesDocument,
  CreateApiTokenDocument,
  CreateTenantDocument,
  EventIngestedDocument,
  type EventIngestedSubscription,
  type EventInput,
  EventsByMessageIdDocument,
  ExplainMatchDocument,
  type IdentifierInput,
  IdentityGraphDocument,
  ListProfilesDocument,
  MatchCandidateDocument,
  MatchCandidatesDocument,
  MergeProfilesDocument,
  NodeDocument,
  PrivateCountDocument,
  Profile360Document,
  ProfileAccountsDocument,
  ProfileByIdentifierDocument,
  ProfileConsentsDocument,
  ProfileEventsDocument,
  ProfileJourneyDocument,
  ProfileUpdatedDocument,
  QuarantinedItemsDocument,
  RecordConsentDocument,
  ReplayQuarantinedDocument,
  ResumeTenantDocument,
  ReviewMatchDocument,
  RevokeApiTokenDocument,
  RotateApiTokenDocument,
  SetTraitDocument,
  SuspendTenantDocument,
  TenantDocument,
  TenantSettingsDocument,
  TenantsDocument,
  UpdateTenantSettingsDocument,
  ViewerDocument,
} from '../../schema/generated/operations.js';
import { MatchStatus } from '../../src/likeness/match-status.js';
import { addModel } from '../support/account-model.js';
import { ApiClient, present } from '../support/api-client.js';
import type { SentCommand } from '../support/command-log.js';
import { forPurpose } from '../support/consenting-people.js';
import { decideSettings, propose } from '../support/match-candidates.js';
import { MonitoredServer } from '../support/monitored-server.js';
import { profileBy, profileIdOf } from '../support/profile-reader.js';
import {
  byEmail,
  byOpenId,
  byPhone,
  byUser,
  daysAgo,
  eventOf,
  identify,
  phoneNumber,
  send,
  sendAll,
} from '../support/sample-events.js';
import { createTenant, tokenFor } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';
import { commandsWithoutTenant } from '../support/tenant-check.js';

let tenant: string;
let app: MonitoredServer;
let admin: ApiClient;

beforeAll(async () => {
  tenant = await createTenant('commands');
  app = await MonitoredServer.start();
  admin = new ApiClient(app.url, tokenFor(tenant));
  await sendAll(admin, [identify({ identifiers: [byUser('warm')] })]);
}, 180_000);
afterAll(() => app.close());

const names = (commands: readonly SentCommand[]) =>
  commands.map(({ name, collection }) => `${name} ${collection}`).sort();

/** The commands a batch takes by kind and collection: a database that reads ids in chunks of 200 repeats a find, no more. */
const kinds = (commands: readonly SentCommand[]) => [...new Set(names(commands))];

/** What a request that shows CORE values in clear has written before it is answered. */
const WRITTEN_DOWN = 'insert audit_inbox';

describe('reading', () => {
  test('a 360 view of a person of five channels is one command, and in clear one more that writes it down', async () => {
    const channels = ['WEB', 'APP', 'CRM', 'STORE', 'ECOMMERCE'] as const;
    await sendAll(
      admin,
      Array.from({ length: 40 }, (_, n) =>
        eventOf({
          channel: channels[n % 5],
          identifiers: [byPhone(phoneNumber(1))],
          traits: { name: `Name ${n}`, city: `City ${n}` },
          occurredAt: daysAgo(n),
        }),
      ),
    );
    const id = present(await profileIdOf(admin, byPhone(phoneNumber(1))));
    const commands = await app.commands.during(async () => {
      const { profile } = await admin.data(Profile360Document, { id });
      expect(profile?.channelAccounts).toHaveLength(5);
      expect(profile?.events?.edges).toHaveLength(20);
    });
    expect(names(commands)).toEqual(['find profiles', WRITTEN_DOWN]);
    const everything = `{ profile(id: "${id}") { version tags { key } segments { enteredAt } lifecycle { stage } rfm { r } value { churnRisk }
      loyalty { points } consents { purpose } contactPolicy { cap } quality { completeness } events { edges { node { id } } }
      channelAccounts { id identifiers { value } } provenance { trait } identifiers { value } withheld { path } mergedIds } }`;
    const found = ['find contacts', 'find profiles', WRITTEN_DOWN];
    expect(names(await app.commands.during(() => admin.data(everything)))).toEqual(found);
    const masked = new ApiClient(app.url, tokenFor(tenant, ['MARKETER']));
    const masks = () => masked.data(Profile360Document, { id });
    expect(names(await app.commands.during(masks))).toEqual(['find profiles']);
    const named = `{ profile(id: "${id}") { version traits { city } } }`;
    expect(names(await app.commands.during(() => admin.data(named)))).toEqual(['find profiles']);
    await admin.data(RecordConsentDocument, { profileId: id, purpose: 'MARKETING', granted: true });
    const marketing = forPurpose(admin, 'MARKETING');
    expect(names(await app.commands.during(() => marketing.data(everything)))).toEqual(found);
    const proofs = `{ profile(id: "${id}") { consents { purpose evidence guardian { name } } } }`;
    const read = ['find consents', 'find profiles'];
    expect(names(await app.commands.during(() => marketing.data(proofs)))).toEqual(read);
  });

  test('50 people with consents, segments and the whole accounts of two channels are at most four', async () => {
    const text = '长文本'.repeat(200);
    const events = Array.from({ length: 50 }, (_, n) => {
      const identifiers = [byEmail(`fifty-${n}@example.org`)];
      return (['CRM', 'STORE'] as const).map((channel) =>
        identify({ channel, identifiers, traits: { note: text, n } }),
      );
    });
    await sendAll(admin, events.flat());
    const query = `{ profiles(first: 50, filter: { channels: [CRM] }, orderBy: CREATED_DESC) { edges { node { id consents { purpose }
      segments { enteredAt } channelAccounts(channels: [CRM, STORE]) { id attributes identifiers { value } } } } } }`;
    const commands = await app.commands.during(async () => {
      const { profiles } = await admin.data<Fifty, object>(query);
      expect(profiles.edges).toHaveLength(50);
      const accounts = profiles.edges.flatMap(({ node }) => node.channelAccounts);
      expect(accounts.filter(({ attributes }) => attributes.note === text)).toHaveLength(100);
    });
    expect(names(commands)).toEqual(['find accounts_crm', 'find accounts_store', 'find profiles', WRITTEN_DOWN]);
  });

  test('50 match candidates with both profiles and why they are alike are three', async () => {
    const alike = await createTenant('commands-alike');
    const steward = new ApiClient(app.url, tokenFor(alike));
    const known = Array.from({ length: 51 }, (_, n) => byUser(`alike-${n}`));
    await sendAll(
      steward,
      known.map((one) => identify({ channel: 'APP', identifiers: [one] })),
    );
    const model = await addModel(alike);
    await decideSettings(steward, { matchModel: model });
    const [first = '', ...others] = await Promise.all(known.map((one) => accountOf(steward, one)));
    const status = MatchStatus.REJECTED;
    await propose(
      alike,
      others.map((other) => ({ accountIds: [first, other], status, model })),
    );
    const ask = async () => {
      const { edges } = (await steward.data(MatchCandidatesDocument, { status, first: 50 })).matchCandidates;
      expect(edges.filter(({ node }) => node.left && node.right)).toHaveLength(50);
    };
    await ask(); // the model is read once a process
    expect(names(await app.commands.during(ask))).toEqual([
      'find accounts_app',
      'find match_candidates',
      'find profiles',
    ]);
  });

  test('100 events by their messageIds, with their profiles, are three', async () => {
    const events = Array.from({ length: 100 }, (_, n) =>
      eventOf({ messageId: `hundred-${n}`, identifiers: [byUser(`h-${n}`)] }),
    );
    await sendAll(admin, events);
    const messageIds = events.map(({ messageId }) => messageId);
    const commands = await app.commands.during(() => admin.data(EventsByMessageIdDocument, { messageIds }));
    expect(kinds(commands)).toEqual(['find accounts_web', 'find events', 'find profiles']);
    expect(commands).toHaveLength(3);
  });
});

/** The account of a person who has one. */
async function accountOf(client: ApiClient, identifier: IdentifierInput): Promise<string> {
  return present((await profileBy(client, identifier)).channelAccounts?.[0]).id;
}

interface Fifty {
  readonly profiles: {
    readonly edges: readonly {
      readonly node: { readonly channelAccounts: readonly { readonly attributes: { note?: string } }[] };
    }[];
  };
}

const SIZES = [10, 100, 1_000, 5_000];
let batches = 0;

/** A batch of so many events over two channels, some refused, of people whose numbers start at `from`. */
function batchOf(size: number, people: (n: number) => number): EventInput[] {
  batches += 1;
  return Array.from({ length: size }, (_, n) => {
    const person = people(n);
    const identifiers = n === 0 ? [] : [byEmail(`batch-${person}@example.org`), byOpenId(`batch-${person}-${n % 2}`)];
    return eventOf({
      messageId: `batch-${batches}-${n}`,
      channel: n % 2 ? 'APP' : 'WEB',
      identifiers,
      traits: { n },
      occurredAt: daysAgo(2),
    });
  });
}

describe('a private count', () => {
  test('is two commands once it was answered, and before that the budget, the people and the answer', async () => {
    const ask = (epsilon: number) => () => admin.data(PrivateCountDocument, { epsilon, by: 'CHANNEL' });
    await ask(0.3)(); // the first of the month makes the budget
    const first = await app.commands.during(ask(0.4));
    expect(kinds(first)).toEqual([
      'find privacy_budgets',
      'find private_answers',
      'find profiles',
      'findAndModify privacy_budgets',
      'insert private_answers',
    ]);
    const again = await app.commands.during(ask(0.4));
    expect(names(again)).toEqual(['find privacy_budgets', 'find private_answers']);
    expect(commandsWithoutTenant([...first, ...again], [tenant])).toEqual([]);
  });
});

describe('a batch takes the same commands, however large it is', () => {
  async function kindsBySize(people: (size: number, n: number) => number): Promise<string[][]> {
    const taken: string[][] = [];
    for (const size of SIZES) {
      const batch = batchOf(size, (n) => people(size, n));
      const commands = await app.commands.during(async () =>
        expect((await send(admin, batch)).accepted).toBe(size - 1),
      );
      taken.push(kinds(commands));
    }
    return taken;
  }

  test(`of new people: ${SIZES.join(', ')}`, async () => {
    const [first, ...others] = await kindsBySize((size, n) => size * 10_000 + Math.floor(n / 2));
    expect(first).toEqual(
      expect.arrayContaining([
        'find events',
        'insert accounts_app',
        'insert accounts_web',
        'insert claims',
        'insert events',
        'insert links',
        'insert profiles',
        'insert quarantine',
      ]),
    );
    expect(first).not.toContain('find links'); // nobody has said anything of people who are new
    for (const other of others) expect(other).toEqual(first);
  }, 300_000);

  test(`of known people: ${SIZES.join(', ')}`, async () => {
    const [first, ...others] = await kindsBySize((_, n) => 5_000 * 10_000 + Math.floor(n / 2));
    expect(first).toEqual(
      expect.arrayContaining(['update accounts_app', 'update accounts_web', 'update profiles', 'insert events']),
    );
    for (const other of others) expect(other).toEqual(first);
  }, 300_000);

  test('and, where ids are read at once, the same number of them', async () => {
    const counts: number[] = [];
    for (const size of [10, 100, 200]) {
      const batch = batchOf(size, (n) => 5_000 * 10_000 + Math.floor(n / 2));
      counts.push((await app.commands.during(() => send(admin, batch))).length);
    }
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeLessThanOrEqual(20);
  }, 300_000);
});

describe('an event of a known account', () => {
  const DAYS_OF_TWO_WEEKS = 14;
  const KINDS = ['CUSTOM', 'DEVICE_ID'] as const;

  /** Makes a person of two accounts who hold so many values each: five of a week, every other week. */
  async function personWith(name: string, type: (typeof KINDS)[number], phone: string, values: number): Promise<void> {
    const known = [byUser(name), byPhone(phone)];
    const events = (['WEB', 'CRM'] as const).flatMap((channel, offset) =>
      Array.from({ length: values / 5 }, (_, week) => {
        const own = Array.from({ length: 5 }, (_value, at) => ({ type, value: `${name}-${channel}-${week}-${at}` }));
        const occurredAt = daysAgo(week * DAYS_OF_TWO_WEEKS + 7 * offset + 9);
        return identify({ channel, identifiers: [...known, ...own], occurredAt });
      }),
    );
    await sendAll(admin, events);
  }

  test.each(KINDS)('takes but a claim more where a profile shows not all values of type %s', async (type) => {
    const counts: string[][] = [];
    for (const [at, values] of [20, 140].entries()) {
      const name = `known-${type}-${values}`;
      await personWith(name, type, phoneNumber(910 + 2 * KINDS.indexOf(type) + at), values);
      const { truncated, channelAccounts } = await profileBy(admin, byUser(name));
      expect([truncated, channelAccounts?.length]).toEqual([values > 100, 2]);
      const event = () => send(admin, [eventOf({ identifiers: [byUser(name)], occurredAt: daysAgo(1) })]);
      await event();
      counts.push(names(await app.commands.during(event)));
    }
    const [few = [], many = []] = counts;
    const isClaiming = (name: string) => name.endsWith(' claims') || name.startsWith('commitTransaction');
    expect(many.filter((name) => !isClaiming(name))).toEqual(few);
    expect(many.filter(isClaiming).length).toBeLessThanOrEqual(4);
  });
});

describe('an event that is followed', () => {
  /** The commands of one event, besides the stream's own, with so many subscribers that are told of it. */
  async function commandsWith(subscribers: number): Promise<string[]> {
    const socket = new SocketClient(app.url, tokenFor(tenant));
    const followed = Array.from({ length: subscribers }, () => socket.follow(EventIngestedDocument, {}));
    const tellAll = async (name: string) => {
      await sendAll(admin, [eventOf({ name, identifiers: [byUser('warm')] })]);
      const has = (messages: readonly EventIngestedSubscription[]) =>
        messages.some(({ eventIngested }) => eventIngested.event.name === name);
      await Promise.all(followed.map((one) => one.until(has)));
    };
    const first = () => sendAll(admin, [eventOf({ name: 'First', identifiers: [byUser('warm')] })]);
    while (followed.some(({ messages }) => messages.length === 0)) {
      await first();
      await followed
        .at(-1)
        ?.until((messages) => messages.length > 0, 500)
        .catch(() => undefined);
    }
    const commands = await app.commands.during(() => tellAll(`Followed by ${subscribers}`));
    socket.close();
    return names(commands).filter((name) => !name.startsWith('getMore'));
  }

  test('costs the same for one subscriber and for fifty that ask alike', async () => {
    const [one, fifty] = [await commandsWith(1), await commandsWith(50)];
    expect(fifty.length).toBeLessThanOrEqual(one.length + 2); // a second look for the event, where it is not stored yet
  }, 300_000);
});

describe('the tenant', () => {
  /** Every operation once, and the Segment endpoint: what the server can do today. */
  async function tour(): Promise<void> {
    const identifier = byPhone(phoneNumber(900));
    await send(admin, [
      identify({ identifiers: [identifier, byUser('tour')], traits: { name: '张三' } }),
      identify({ channel: 'CRM', identifiers: [byEmail('tour@example.org')], traits: { note: 'x'.repeat(2_000) } }),
      ...Array.from({ length: 30 }, () => eventOf({ identifiers: [byUser('tour')] })),
      eventOf({ identifiers: [] }),
    ]);
    await send(admin, [eventOf({ identifiers: [byUser('tour'), byEmail('tour@example.org')] })]);
    const { id, channelAccounts, events, mergedIds } = await profileBy(admin, identifier);
    const after = present(events).pageInfo.endCursor;
    const other = present(await profileIdOf(admin, byUser('warm')));
    const edge = present(events?.edges[0]).node;
    await admin.data(ViewerDocument, {});
    await admin.data(Profile360Document, { id: present(mergedIds[0]) });
    await admin.data(ProfileAccountsDocument, { id });
    await admin.data(ProfileEventsDocument, { id, after, filter: null });
    await admin.data(ProfileEventsDocument, {
      id,
      filter: { names: ['Product Viewed'], range: { from: daysAgo(20), to: daysAgo(0) } },
    });
    await admin.data(ProfileJourneyDocument, { id });
    await admin.data(ProfileByIdentifierDocument, { identifier });
    await admin.data(EventsByMessageIdDocument, { messageIds: [edge.messageId, 'none'] });
    for (const node of [id, edge.id, present(channelAccounts?.[0]).id]) await admin.data(NodeDocument, { id: node });
    await admin.data(IdentityGraphDocument, { profileId: id });
    for (const orderBy of ['LAST_SEEN_DESC', 'CREATED_DESC'] as const) {
      const { profiles } = await admin.data(ListProfilesDocument, { orderBy, first: 1 });
      await admin.data(ListProfilesDocument, { orderBy, first: 1, after: profiles.pageInfo.endCursor });
    }
    const seenIn = { from: daysAgo(20), to: daysAgo(0) };
    const filters = [
      { ids: [id] },
      { search: '139' },
      { channels: ['CRM' as const], search: 'zhang', seenIn },
      { tags: ['x'], segmentIds: ['y'] },
    ];
    for (const filter of filters) {
      await admin.data(ListProfilesDocument, { filter });
      await admin.data(CountProfilesDocument, { filter });
    }
    const { edges, pageInfo } = (await admin.data(QuarantinedItemsDocument, { first: 1 })).quarantinedItems;
    await admin.data(QuarantinedItemsDocument, { first: 1, after: pageInfo.endCursor });
    await admin.data(QuarantinedItemsDocument, { code: 'NO_IDENTIFIER' });
    await admin.data(ReplayQuarantinedDocument, { ids: edges.map(({ node }) => node.id) });
    await admin.data(SetTraitDocument, { profileId: id, trait: 'city', value: '上海', reason: 'x' });
    await consent(id, edge.id);
    await review(id, other, [byUser('tour'), byUser('warm')]);
    await admin.data(MergeProfilesDocument, { into: id, from: [other], reason: 'x' });
    await administerTenants();
    const { tenantSettings } = await admin.data(TenantSettingsDocument, {});
    await admin.data(UpdateTenantSettingsDocument, {
      settings: { requiredTraits: ['name'] },
      expectedVersion: tenantSettings.version,
    });
    const scopes = ['profiles:read', 'events:write'];
    const { createApiToken } = await admin.data(CreateApiTokenDocument, {
      input: { name: 'tour', scopes, channel: 'WEB' },
    });
    await new ApiClient(app.url, createApiToken.secret).data(ViewerDocument, {});
    await segment(createApiToken.secret);
    await followAll(id);
    const rotated = await admin.data(RotateApiTokenDocument, { id: createApiToken.token.id });
    await admin.data(ApiTokensDocument, {});
    await admin.data(RevokeApiTokenDocument, { id: rotated.rotateApiToken.token.id });
  }

  /** Records consents by hand and by an event, for a partner too, and reads by them. */
  async function consent(profileId: string, eventId: string): Promise<void> {
    const input = {
      name: 'tour partner',
      scopes: ['profiles:read', 'events:read'],
      purposes: ['PARTNER_SHARING' as const],
    };
    const { token, secret } = (await admin.data(CreateApiTokenDocument, { input })).createApiToken;
    const said = { profileId, purpose: 'PARTNER_SHARING', granted: true } as const;
    const { recordConsent } = await admin.data(RecordConsentDocument, { ...said, grant: { partner: token.id } });
    expect(recordConsent.grant?.partner).toBe(token.name);
    const context = { consent: { categoryPreferences: { Advertising: true } } };
    const name = 'Segment Consent Preference Updated';
    await send(admin, [eventOf({ name, context, identifiers: [byUser('tour')] })]);
    const { profile } = await admin.data(ProfileConsentsDocument, { id: profileId });
    expect(profile?.consents).toHaveLength(2);
    for (const reader of [
      new ApiClient(app.url, secret),
      forPurpose(admin, 'MARKETING'),
      forPurpose(admin, 'ANALYTICS'),
    ]) {
      for (const filter of [{}, { search: 'z' }, { ids: [profileId] }]) {
        await reader.data(ListProfilesDocument, { filter });
        await reader.data(CountProfilesDocument, { filter });
      }
      await reader.data(NodeDocument, { id: eventId });
    }
  }

  /** What a platform admin does: the tenants' own records are filed under `platform:`. */
  async function administerTenants(): Promise<void> {
    const platform = new ApiClient(app.url, tokenFor(tenant, ['PLATFORM_ADMIN']));
    const own = { tenant: `${tenant}-own` };
    await platform.data(CreateTenantDocument, own);
    await platform.data(TenantsDocument, { first: 1 });
    await platform.data(SuspendTenantDocument, { ...own, reason: 'x' });
    await platform.data(ResumeTenantDocument, own);
    await platform.data(TenantDocument, own);
  }

  /** Lists, explains and reviews a candidate of two people. */
  async function review(leftProfileId: string, rightProfileId: string, known: IdentifierInput[]): Promise<void> {
    const model = await addModel(tenant);
    await decideSettings(admin, { matchModel: model });
    const accountIds = (await Promise.all(known.map((one) => accountOf(admin, one)))) as [string, string];
    const [candidateId] = await propose(tenant, [{ accountIds, status: MatchStatus.SUPERSEDED, model }]);
    for (const status of ['SUPERSEDED', 'PENDING'] as const) {
      const { edges } = (await admin.data(MatchCandidatesDocument, { status, first: 1 })).matchCandidates;
      const variables = { status, minProbability: 0.1 };
      await admin.data(MatchCandidatesDocument, { ...variables, after: null });
      await admin.data(CountMatchCandidatesDocument, variables);
      for (const { cursor } of edges)
        await admin.data(MatchCandidatesDocument, { status, minProbability: null, after: cursor });
    }
    await admin.data(ExplainMatchDocument, { leftProfileId, rightProfileId });
    await admin.data(MatchCandidateDocument, { id: present(candidateId) });
    const refused = { candidateId: present(candidateId), accept: false };
    expect(await admin.codes(ReviewMatchDocument, refused)).toEqual(['CONFLICT']);
    await decideSettings(admin, { matchModel: null });
    const [open] = await propose(tenant, [{ accountIds, model: model + 1 }]);
    const { errors } = await admin.ask(
      'mutation ($id: ID!) { reviewMatch(candidateId: $id, accept: false) { status } }',
      { id: present(open) },
    );
    expect(errors).toBeUndefined();
  }

  /** Follows events and a profile, then both from where they were before. */
  async function followAll(profileId: string): Promise<void> {
    const socket = new SocketClient(app.url, tokenFor(tenant));
    const events = socket.follow(EventIngestedDocument, {});
    const changes = socket.follow(ProfileUpdatedDocument, { id: profileId });
    const send = () => sendAll(admin, [eventOf({ identifiers: [byUser('followed')] })]);
    while (events.messages.length === 0 || changes.messages.length === 0) {
      await send();
      await admin.data(SetTraitDocument, { profileId, trait: 'city', value: '北京', reason: 'x' });
      await Promise.race([events, changes].map((one) => one.until((messages) => messages.length > 0)));
    }
    const { cursor } = present(events.messages[0]).eventIngested;
    await send();
    await socket.follow(EventIngestedDocument, { after: cursor }).until((messages) => messages.length > 0);
    socket.close();
  }

  async function segment(secret: string): Promise<void> {
    const authorization = `Basic ${Buffer.from(`${secret}:`).toString('base64')}`;
    const body = JSON.stringify({ userId: 'segment-user', event: 'Toured', messageId: 'tour-segment' });
    const headers = { authorization, 'content-type': 'application/json' };
    const { status } = await fetch(new URL('/v1/track', app.url), { method: 'POST', headers, body });
    expect(status).toBe(200);
  }

  test('is in every command of a tour through the whole API, where an index uses it', async () => {
    const commands = await app.commands.allDuring(tour);
    expect(commands.length).toBeGreaterThan(100);
    expect(commandsWithoutTenant(commands, [tenant, `${tenant}-own`])).toEqual([]);
    const read = new Set(commands.map(({ collection }) => collection));
    for (const collection of [
      'accounts_web',
      'claims',
      'links',
      'profiles',
      'changes',
      'events',
      'match_candidates',
      'match_models',
      'quarantine',
      'tenants',
      'manual_traits',
      'consents',
      'api_tokens',
      'audit_inbox',
    ])
      expect([...read]).toContain(collection);
  }, 120_000);

  test('its absence would be seen', () => {
    const command = (name: string, body: Record<string, unknown>) => ({
      name,
      collection: 'profiles',
      command: { [name]: 'profiles', ...body },
    });
    const good = [
      command('find', { filter: { _id: { $in: ['acme:prf_1', 'acme:prf_2'] } } }),
      command('find', { filter: { _id: { $gte: 'acme:0', $lt: 'acme:a' } } }),
      command('find', { filter: { tenantId: 'acme', lastSeenAt: 1 } }),
      command('insert', { documents: [{ _id: 'acme:1', tenantId: 'acme' }] }),
      command('hello', {}),
      command('aggregate', { aggregate: 'changes', pipeline: [{ $changeStream: {} }] }),
    ];
    const bad = [
      command('find', { filter: {} }),
      command('find', { filter: { _id: { $in: ['acme:prf_1', 'other:prf_2'] } } }),
      command('find', { filter: { _id: { $gte: 'acme:0', $lt: 'b' } } }),
      command('find', { filter: { _id: { $gte: 'acme:0' } } }),
      command('find', { filter: { lastSeenAt: 1, tenantId: 'acme' } }),
      command('find', { filter: { tenantId: { $gt: '' } } }),
      command('insert', { documents: [{ _id: 'acme:1', tenantId: 'acme' }, { _id: 'acme:2' }] }),
      command('update', { updates: [{ q: { _id: 'prf_1' } }] }),
      command('aggregate', { pipeline: [{ $sort: { a: 1 } }] }),
      command('aggregate', { pipeline: [{ $changeStream: {} }] }),
      command('drop', {}),
    ];
    expect(commandsWithoutTenant(good, ['acme'])).toEqual([]);
    expect(commandsWithoutTenant(bad, ['acme'])).toHaveLength(bad.length);
  });
});
