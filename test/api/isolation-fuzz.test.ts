import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import {
  ActivateSegmentDocument,
  AuditLogDocument,
  CreateSegmentDocument,
  CreateStaticSegmentDocument,
  CreateWebhookDestinationDocument,
  DefineModelTagDocument,
  DefineTagDocument,
  EventIngestedDocument,
  ListProfilesDocument,
  QuarantinedItemsDocument,
  SetTraitDocument,
  TestWebhookDestinationDocument,
  UpdateWebhookDestinationDocument,
} from '../../schema/generated/operations.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { type Place, placesOf, probe } from '../support/field-probe.js';
import { resultOf, startJob } from '../support/job-client.js';
import { decideSettings, propose } from '../support/match-candidates.js';
import { NOT_IMPLEMENTED } from '../support/not-implemented.js';
import { met } from '../support/privacy-client.js';
import { schemaWithoutServices } from '../support/product-schema.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, send, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

/** What a tenant has that a caller can name, by kind. */
type Belongings = Readonly<Record<(typeof KINDS)[number], string>>;

const KINDS = [
  'profile',
  'other',
  'account',
  'event',
  'quarantined',
  'token',
  'job',
  'candidate',
  'demand',
  'entry',
  'segment',
  'list',
  'destination',
  'delivery',
  'activation',
  'message',
  'user',
  'phone',
  'name',
  'cursor',
  'auditCursor',
] as const;
/** A log's entries are numbered: the same ids are the stranger's own. */
const FOREIGN = KINDS.filter((kind) => kind !== 'entry');
/** What is tried where any text can stand. */
const TEXTS = ['profile', 'account', 'token', 'message', 'user', 'phone', 'cursor'] as const;
const ROLES = ['ADMIN', 'MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER'];
/** How long one place may take, with all kinds of texts. */
const LONGEST_MS = 90_000;
/** How much of a text a refusal of a rule repeats. */
const LONGEST_SHOWN = 64;
const ULID = /\b[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}\b/g;

let schema: GraphQLSchema;
let places: Place[];

beforeAll(async () => {
  schema = await schemaWithoutServices();
  const absent: readonly string[] = Object.values(NOT_IMPLEMENTED).flat();
  const named = placesOf(schema).filter(({ field }) => !absent.includes(field));
  // a rule may name what was ingested, or defined; what was defined may be deleted: that comes last
  const last = ['defineTag', 'defineModelTag', 'ingest'];
  const inOrder = last.flatMap((name) => named.filter(({ field }) => field === name));
  places = [...named.filter(({ field }) => !last.includes(field)), ...inOrder];
});

/** What an id of a kind, or another text like it, looks like that nobody has. */
const unknown = (kind: string, text: string): string => {
  if (kind === 'phone') return '+8613900000001';
  if (kind === 'name') return '无此人';
  return kind.endsWith('ursor') ? `A${text.slice(1)}` : text.replace(/.{8}$/, '00000000');
};

/** A tenant with people, an admin's client, what it has that a caller can name, and texts of it that nobody writes anywhere. */
interface Tenancy {
  readonly tenant: string;
  readonly client: ApiClient;
  readonly has: Belongings;
  readonly untold: readonly string[];
}

async function filled(prefix: string, mark: number): Promise<Tenancy> {
  const tenant = await createTenant(prefix);
  const client = clientOf(tenant, ROLES);
  const [user, message, name] = [`user-of-${tenant}`, `message-of-${tenant}`, `李雷${mark}`];
  const phone = `+86138${String(10_000_000 + mark)}`;
  const secret = `secret-of-${tenant}`;
  await sendAll(client, [
    identify({ identifiers: [byPhone(phone), byUser(user)], traits: { name } }),
    identify({ identifiers: [byUser(`other-${user}`)], traits: { name: '韩梅梅', hobby: secret } }),
    eventOf({ messageId: message, identifiers: [byUser(user)] }),
  ]);
  await send(client, [eventOf({ identifiers: [] })]);
  const profile = await profileBy(client, byUser(user));
  const other = await profileBy(client, byUser(`other-${user}`));
  const accounts = [profile, other].map(({ channelAccounts }) => present(channelAccounts?.[0]).id) as [string, string];
  const created = await client.data<{ createApiToken: { token: { id: string } } }, object>(
    'mutation { createApiToken(input: { name: "t", scopes: ["profiles:read"] }) { token { id } } }',
  );
  const model = await addModel(tenant);
  await decideSettings(client, { matchModel: model });
  const [candidate] = await propose(tenant, [{ accountIds: accounts, model }]);
  const { id: job } = await startJob(client, 'restitch');
  await resultOf(client, 'restitch');
  await client.data(SetTraitDocument, { profileId: profile.id, trait: 'city', value: '上海', reason: 'x' });
  const demand = await met(client, { profileId: other.id, kind: 'ERASURE', dryRun: true });
  const { edges } = await eventually(
    async () => (await client.data(AuditLogDocument, {})).auditLog,
    (log) => log.edges.length > 0,
  );
  const { quarantinedItems } = await client.data(QuarantinedItemsDocument, {});
  const { profiles } = await client.data(ListProfilesDocument, { first: 1 });
  const rule = { trait: { path: 'city', op: 'EQ', value: '上海' } } as const;
  const { createSegment } = await client.data(CreateSegmentDocument, { name: secret, rule });
  await client.data(DefineTagDocument, { key: 'x', name: secret }); // as a key is called that is not probed
  await client.data(DefineModelTagDocument, { key: 'model', name: secret });
  const { createStaticSegment } = await client.data(CreateStaticSegmentDocument, {
    name: secret,
    profileIds: [profile.id],
  });
  const url = 'http://127.0.0.1:1/';
  const { createWebhookDestination: made } = await client.data(CreateWebhookDestinationDocument, { name: secret, url });
  const destination = made.destination.id;
  await client.data(UpdateWebhookDestinationDocument, { id: destination, isEnabled: false }); // nothing goes on by itself
  const { testWebhookDestination } = await client.data(TestWebhookDestinationDocument, { id: destination });
  const ends = { segmentId: createSegment.id, destinationId: destination };
  const { activateSegment } = await client.data(ActivateSegmentDocument, ends);
  const has = {
    profile: profile.id,
    other: other.id,
    account: accounts[0],
    event: present(profile.events?.edges[0]).node.id,
    quarantined: present(quarantinedItems.edges[0]).node.id,
    token: created.createApiToken.token.id,
    job,
    candidate: present(candidate),
    demand: demand.id,
    entry: present(edges[0]).node.id,
    message,
    user,
    phone,
    name,
    segment: createSegment.id,
    list: createStaticSegment.id,
    destination,
    delivery: testWebhookDestination.id,
    activation: activateSegment.id,
    cursor: present(profiles.pageInfo.endCursor),
    auditCursor: present(edges[0]).cursor,
  };
  return { tenant, client, has, untold: [secret, accounts[1]] };
}

/** What stands where a place that is not probed needs an id, by the name of its argument, or of its field and that. */
const OWN: Readonly<Record<string, keyof Belongings>> = {
  'changeSegmentList.id': 'list',
  'updateSegment.id': 'segment',
  'deactivateSegment.id': 'activation',
  'rotateWebhookSecret.id': 'destination',
  'testWebhookDestination.id': 'destination',
  'updateWebhookDestination.id': 'destination',
  destinationId: 'destination',
  segmentId: 'segment',
  from: 'other',
  rightProfileId: 'other',
  accountIds: 'account',
  candidateId: 'candidate',
};

const ownOf = (has: Belongings) => (name: string, field: string) =>
  has[OWN[`${field}.${name}`] ?? OWN[name] ?? 'profile'];

/** What a change of many answers of those it could not be made for. */
function refusedIn(data: unknown): unknown[] {
  const answers = Object.values(data ?? {}) as ({ refused?: unknown } | null)[];
  return answers.flatMap((answer) => answer?.refused ?? []);
}

/** An answer without what differs each time: the text itself, ids and times; of a change its faults, as it can be made once. */
function essence({ data, errors }: Answer, text: string, { root }: Place): string {
  const told = root === 'Mutation' ? { errors, refused: refusedIn(data) } : { data, errors };
  return JSON.stringify(told, (key, value) => (key === 'requestId' ? undefined : value))
    .replaceAll(text, '*')
    .replaceAll(text.slice(0, LONGEST_SHOWN), '*')
    .replace(ULID, '<id>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
}

function answerTo(client: ApiClient, has: Belongings, place: Place, text: string): Promise<Answer> {
  const { query, variables } = probe(schema, place, text, ownOf(has));
  const ask = () => client.ask<unknown, object>(query, variables);
  if (place.root !== 'Subscription') return ask();
  return followed(client, has, query, variables);
}

/** What ends a subscription, or that it was taken: a later one on the same socket has been told of something by then. */
async function followed(
  client: ApiClient,
  has: Belongings,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer> {
  const socket = new SocketClient(client.url, client.token);
  const subscription = socket.follow(query, variables);
  const later = socket.follow(EventIngestedDocument, {});
  let outcome: Answer | undefined;
  void subscription.ended().then((errors) => {
    outcome ??= { errors };
  });
  while (!outcome) {
    await sendAll(client, [eventOf({ identifiers: [byUser(has.user)] })]);
    if (later.messages.length > 0) outcome ??= { data: 'taken' };
  }
  socket.close();
  return outcome;
}

/** What comes of asking at a place; fails with its name where that takes longer than any should. */
async function inTime<T>(place: Place, asked: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLong = setTimeout(LONGEST_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${nameOf(place)} took over ${LONGEST_MS} ms.`);
  });
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    late.abort();
    await tooLong.catch(() => undefined);
  }
}

const nameOf = ({ root, field, path }: Place) => `${root}.${field}(${path.join('.')})`;

/** What its own processes write by themselves, after the fact. */
const WRITTEN_LATER = ['audit_inbox', 'audit_entries', 'audit_logs', 'blocks', 'changes', 'leases', 'match_candidates'];

/** All that is stored of a tenant, save that. */
function stored(tenant: string): Promise<Record<string, string>> {
  return withDatabase(async ({ connection }) => {
    const found: Record<string, string> = {};
    for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
      if (WRITTEN_LATER.includes(name) || name === 'rate_limits') continue;
      const all = connection.db?.collection(name).find({ tenantId: tenant });
      const rows = await all?.sort({ _id: 1 }).toArray();
      // how far its turns have been read is noted as time goes by
      found[name] = JSON.stringify(rows, (key, value) => (key === 'filedTo' ? undefined : value));
    }
    return found;
  });
}

/** How a stranger can tell what an owner has from what nobody has, by writing it in a place; empty where it can't. */
async function toldAt(place: Place, owner: Tenancy, stranger: Tenancy): Promise<string[]> {
  const kinds = place.isId ? FOREIGN : TEXTS;
  const ask = (text: string) => answerTo(stranger.client, stranger.has, place, text);
  const told: string[] = [];
  for (const kind of kinds) {
    const [foreign, nobodys] = [owner.has[kind], unknown(kind, owner.has[kind])];
    if (place.root === 'Mutation') await ask(nobodys); // what can be done once has been done then
    const seen = await ask(foreign);
    const [found, expected] = [essence(seen, foreign, place), essence(await ask(nobodys), nobodys, place)];
    if (found !== expected) told.push(`${nameOf(place)} of ${kind}: ${found} instead of ${expected}`);
    const text = JSON.stringify(seen).replaceAll(foreign, '*');
    // where the stranger changes something, it may be shown what it wrote there itself
    const secrets =
      place.root === 'Query' ? [...kinds.map((other) => owner.has[other]), ...owner.untold] : owner.untold;
    told.push(...secrets.filter((secret) => text.includes(secret)).map((secret) => `${nameOf(place)}: ${secret}`));
  }
  return told;
}

/** Whether a caller is answered otherwise for something of its own than for what nobody has. */
async function findsOwn(place: Place, { client, has }: Tenancy): Promise<boolean> {
  const ask = async (text: string) => essence(await answerTo(client, has, place, text), text, place);
  for (const kind of KINDS) if ((await ask(unknown(kind, has[kind]))) !== (await ask(has[kind]))) return true;
  return false;
}

describe("every place where a caller can write, with what is another tenant's", () => {
  test('answers as it does for what nobody has, and changes nothing of the other tenant', async () => {
    const [owner, stranger] = [await filled('owned', 1), await filled('strange', 2)];
    const before = await stored(owner.tenant);
    const told: string[] = [];
    for (const place of places) told.push(...(await inTime(place, toldAt(place, owner, stranger))));
    expect(told).toEqual([]);
    expect(await stored(owner.tenant)).toEqual(before);
    expect(places.length).toBeGreaterThan(60);
  }, 900_000);

  test('control: what is the caller’s own is found at every place for an id', async () => {
    const own = await filled('control', 3);
    const order = ['Query', 'Subscription', 'Mutation'];
    const ids = places.filter(({ isId }) => isId).sort((a, b) => order.indexOf(a.root) - order.indexOf(b.root));
    const blind: string[] = [];
    for (const place of ids) if (!(await inTime(place, findsOwn(place, own)))) blind.push(nameOf(place));
    expect(blind).toEqual([]);
    expect(ids.length).toBeGreaterThan(15);
  }, 900_000);
});
