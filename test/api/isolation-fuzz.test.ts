import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import {
  AuditLogDocument,
  ListProfilesDocument,
  QuarantinedItemsDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { type Place, placesOf, probe } from '../support/field-probe.js';
import { resultOf, startJob } from '../support/job-client.js';
import { decideSettings, propose } from '../support/match-candidates.js';
import { NOT_IMPLEMENTED } from '../support/not-implemented.js';
import { schemaWithoutServices } from '../support/product-schema.js';
import { profileBy } from '../support/profile-reader.js';
import { byPhone, byUser, eventOf, identify, send, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { SocketClient } from '../support/socket-client.js';

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
  'entry',
  'message',
  'user',
  'phone',
  'cursor',
  'auditCursor',
] as const;
const ROLES = ['ADMIN', 'MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER'];
const ULID = /\b[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}\b/g;

let schema: GraphQLSchema;
let places: Place[];

beforeAll(async () => {
  schema = await schemaWithoutServices();
  const absent: readonly string[] = Object.values(NOT_IMPLEMENTED).flat();
  places = placesOf(schema).filter(({ field }) => !absent.includes(field));
});

/** What an id of a kind, or another text like it, looks like that nobody has. */
const unknown = (kind: string, text: string): string => {
  if (kind === 'phone') return '+8613900000001';
  return kind.endsWith('ursor') ? `A${text.slice(1)}` : text.replace(/.{8}$/, '00000000');
};

async function filled(prefix: string, mark: number): Promise<{ tenant: string; client: ApiClient; has: Belongings }> {
  const tenant = await createTenant(prefix);
  const client = clientOf(tenant, ROLES);
  const [user, phone, message] = [`user-of-${tenant}`, `+86138${String(10_000_000 + mark)}`, `message-of-${tenant}`];
  await sendAll(client, [
    identify({ identifiers: [byPhone(phone), byUser(user)], traits: { name: '李雷' } }),
    identify({ identifiers: [byUser(`other-${user}`)], traits: { name: '韩梅梅' } }),
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
  const { edges } = await eventually(
    async () => (await client.data(AuditLogDocument, {})).auditLog,
    (log) => log.edges.length > 0,
  );
  const { quarantinedItems } = await client.data(QuarantinedItemsDocument, {});
  const { profiles } = await client.data(ListProfilesDocument, { first: 1 });
  const has = {
    profile: profile.id,
    other: other.id,
    account: accounts[0],
    event: present(profile.events?.edges[0]).node.id,
    quarantined: present(quarantinedItems.edges[0]).node.id,
    token: created.createApiToken.token.id,
    job,
    candidate: present(candidate),
    entry: present(edges[0]).node.id,
    message,
    user,
    phone,
    cursor: present(profiles.pageInfo.endCursor),
    auditCursor: present(edges[0]).cursor,
  };
  return { tenant, client, has };
}

/** The caller's own id where a place that is not probed needs one. */
const ownOf =
  (has: Belongings) =>
  (name: string): string => {
    if (name === 'from' || name === 'rightProfileId') return has.other;
    if (name === 'accountIds') return has.account;
    return name === 'candidateId' ? has.candidate : has.profile;
  };

/** An answer without what differs each time: the text itself, ids, times and, after a change, numbers. */
function essence(answer: unknown, text: string, place: Place): string {
  const plain = JSON.stringify(answer, (key, value) =>
    key === 'requestId' || key === 'extensions.cost' ? undefined : value,
  )
    .replaceAll(text, '*')
    .replace(ULID, '<id>')
    .replace(/trb_[\w-]+/g, '<secret>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');
  return place.root === 'Mutation' ? plain.replace(/\d+/g, '0') : plain;
}

async function answerTo(client: ApiClient, has: Belongings, place: Place, text: string): Promise<string> {
  const request = probe(schema, place, text, ownOf(has));
  if (place.root === 'Subscription') return followed(client, request, text, place);
  const { data, errors } = await client.ask(request.query, request.variables);
  return essence({ data, errors }, text, place);
}

/** What ends a subscription, or that it was taken: the answer to a query behind it on the same socket says so. */
async function followed(client: ApiClient, request: { query: string; variables: object }, text: string, place: Place) {
  const socket = new SocketClient(client.url, client.token);
  try {
    const subscription = socket.follow(request.query as never, request.variables as never);
    const outcome = await Promise.race([
      subscription.ended(),
      socket.ask('{ viewer { subject } }').then(() => 'taken'),
    ]);
    return essence(outcome, text, place);
  } finally {
    socket.close();
  }
}

const nameOf = ({ root, field, path }: Place) => `${root}.${field}(${path.join('.')})`;

/** All that is stored of a tenant, save what its own processes write by themselves. */
function stored(tenant: string): Promise<Record<string, string>> {
  return withDatabase(async ({ connection }) => {
    const found: Record<string, string> = {};
    for (const { name } of (await connection.db?.listCollections().toArray()) ?? []) {
      if (['audit_inbox', 'audit_entries', 'audit_logs', 'leases', 'rate_limits'].includes(name)) continue;
      const all = { _id: { $gte: `${tenant}:`, $lt: `${tenant};` } } as object;
      found[name] = JSON.stringify(await connection.db?.collection(name).find(all).sort({ _id: 1 }).toArray());
    }
    return found;
  });
}

describe("every place where a caller can write, with what is another tenant's", () => {
  test('answers as it does for what nobody has, and changes nothing of the other tenant', async () => {
    const owner = await filled('owned', 1);
    const stranger = await filled('strange', 2);
    const before = await stored(owner.tenant);
    const told: string[] = [];
    for (const place of places) {
      for (const kind of KINDS) {
        const foreign = owner.has[kind];
        const nobodys = unknown(kind, foreign);
        const seen = await answerTo(stranger.client, stranger.has, place, foreign);
        const expected = await answerTo(stranger.client, stranger.has, place, nobodys);
        if (seen !== expected) told.push(`${nameOf(place)} of ${kind}: ${seen} instead of ${expected}`);
      }
    }
    expect(told).toEqual([]);
    expect(await stored(owner.tenant)).toEqual(before);
    expect(places.length).toBeGreaterThan(60);
  }, 900_000);

  test('control: what is the caller’s own is found at every place for an id', async () => {
    const { client, has } = await filled('control', 3);
    const blind: string[] = [];
    const order = ['Query', 'Subscription', 'Mutation'];
    const ids = places.filter(({ isId }) => isId).sort((a, b) => order.indexOf(a.root) - order.indexOf(b.root));
    for (const place of ids) {
      const found = [];
      for (const kind of KINDS) {
        const expected = await answerTo(client, has, place, unknown(kind, has[kind]));
        if ((await answerTo(client, has, place, has[kind])) !== expected) found.push(kind);
      }
      if (found.length === 0) blind.push(nameOf(place));
    }
    expect(blind).toEqual([]);
    expect(ids.length).toBeGreaterThan(15);
  }, 900_000);
});
