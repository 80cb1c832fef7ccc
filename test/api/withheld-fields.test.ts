import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CreateApiTokenDocument,
  IdentityGraphDocument,
  ListProfilesDocument,
  Profile360Document,
  ProfileAccountsDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, present } from '../support/api-client.js';
import { entriesOf, untilEntries } from '../support/audit-reader.js';
import { OwnServer } from '../support/own-server.js';
import { idBy } from '../support/profile-reader.js';
import { type ProtectedField, protectedFields } from '../support/protected-fields.js';
import { byUser, daysAgo, sendAll } from '../support/sample-events.js';
import { decide } from '../support/tenant-policies.js';

const FIELDS = protectedFields();
const PROBES_A_DOCUMENT = 20;
/** What the look-up right is for: the contract's table gives it beside masked reads. */
const LOOKED_UP = new Set([
  'traits.phone',
  'traits.email',
  'identifiers.PHONE',
  'identifiers.EMAIL',
  'identifiers.MEMBER_NO',
]);

const TENANT = 'withheld';

/** With a database of its own: some databases read all profiles for each search, and there are thousands here. */
const server = new OwnServer('error');
let admin: ApiClient;
/** By field: who has its first value, and who its second. */
const pairs = new Map<string, readonly [string, string]>();
const callers = new Map<string, { readonly client: ApiClient; readonly hidden: readonly ProtectedField[] }>();

const userOf = (field: ProtectedField, which: 0 | 1) => `${field.name}-${which}`;
const ofClass = (...classes: string[]) => FIELDS.filter(({ sensitivity }) => classes.includes(sensitivity));

beforeAll(async () => {
  await server.start();
  await server.createTenant(TENANT);
  admin = server.client(TENANT);
  // who has the first value was seen last in every other pair: no order goes by the value
  const events = FIELDS.flatMap((field, n) =>
    ([0, 1] as const).map((which) => field.event(userOf(field, which), which, daysAgo(2 * n + ((n + which) % 2)))),
  );
  await sendAll(admin, events);
  for (const field of FIELDS)
    pairs.set(field.name, [await idBy(admin, byUser(userOf(field, 0))), await idBy(admin, byUser(userOf(field, 1)))]);
  await decide(admin, {
    roles: [{ name: 'CALL_CENTRE', inherits: ['STEWARD'] }],
    rules: [
      { subject: 'CALL_CENTRE', dataClass: 'CORE' },
      { subject: 'CALL_CENTRE', permission: 'profiles:lookup' },
    ],
  });
  const { createApiToken } = await admin.data(CreateApiTokenDocument, {
    input: { name: 'reader', scopes: ['profiles:read', 'events:read'] },
  });
  callers.set('VIEWER', { client: server.client(TENANT, ['VIEWER']), hidden: ofClass('CORE', 'IMPORTANT') });
  callers.set('a token of profiles:read', {
    client: new ApiClient(server.url, createApiToken.secret),
    hidden: ofClass('CORE', 'IMPORTANT'),
  });
  callers.set('a role of the tenant’s own without CORE', {
    client: server.client(TENANT, ['CALL_CENTRE']),
    hidden: ofClass('CORE'),
  });
  const marketer = ofClass('CORE').filter(({ name }) => !LOOKED_UP.has(name));
  callers.set('MARKETER, who looks people up by whole values', {
    client: server.client(TENANT, ['MARKETER']),
    hidden: marketer,
  });
}, 300_000);

afterAll(() => server.dispose());

const CALLERS = [
  'VIEWER',
  'a token of profiles:read',
  'a role of the tenant’s own without CORE',
  'MARKETER, who looks people up by whole values',
];
const callerNamed = (name: string) => present(callers.get(name));

/** What somebody would type who wants to find a value out, piece by piece. */
function guessesAt(value: string): string[] {
  const national = value.replace(/^\+86/, '');
  const starts = [...value].slice(0, 12).map((_, n, all) => all.slice(0, n + 1).join(''));
  const parts = [national, national.slice(0, 3), national.slice(0, 7), value.slice(-4), value.split('@')[0] ?? ''];
  return [...starts, value, value.toLowerCase(), ...parts];
}

/** The guesses that tell the two of a pair apart for a caller: by who is found, or by how many are said to be. */
async function tellingGuesses(client: ApiClient, fields: readonly ProtectedField[]): Promise<string[]> {
  const guesses = fields.flatMap((field) => {
    // a whole name is looked up, which is a right of its own: here it is guessed piece by piece
    const isName = client === callerNamed('MARKETER, who looks people up by whole values').client;
    const texts = [...new Set(field.values.flatMap(guessesAt))].filter(
      (text) => !isName || !field.values.includes(text),
    );
    return texts.map((text) => ({ field, text }));
  });
  const telling: string[] = [];
  for (let from = 0; from < guesses.length; from += PROBES_A_DOCUMENT) {
    const piece = guesses.slice(from, from + PROBES_A_DOCUMENT);
    const asked = piece.map(({ text }, n) => {
      const filter = `filter: { search: ${JSON.stringify(text)} }`;
      return `g${n}: profiles(first: 100, ${filter}) { totalCount edges { node { id } } }`;
    });
    type Found = Record<string, { totalCount: number; edges: { node: { id: string } }[] }>;
    const found = await client.data<Found, object>(`{ ${asked.join('\n')} }`);
    piece.forEach(({ field, text }, n) => {
      const { edges, totalCount } = present(found[`g${n}`]);
      const [first, second] = present(pairs.get(field.name));
      const ids = new Set(edges.map(({ node }) => node.id));
      expect([text, totalCount]).toEqual([text, ids.size]);
      if (ids.has(first) !== ids.has(second)) telling.push(`${field.name} by ${text}`);
    });
  }
  return telling;
}

async function allReadBy(client: ApiClient, id: string): Promise<string> {
  const answers = await Promise.all([
    client.ask(Profile360Document, { id }),
    client.ask(ProfileAccountsDocument, { id }),
    client.ask(IdentityGraphDocument, { profileId: id }),
    client.ask(ListProfilesDocument, { filter: { ids: [id] } }),
    client.ask<unknown, object>(ACCOUNTS, { id }),
  ]);
  return JSON.stringify(answers);
}

const ACCOUNTS = 'query ($id: ID!) { profile(id: $id) { channelAccounts { attributes displayName externalId } } }';

describe('the fields that are declared to be protected', () => {
  test('are of each kind', () => {
    const names = FIELDS.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['traits.phone', 'traits.city', 'identifiers.DEVICE_ID']));
    expect(names.length).toBeGreaterThan(25);
  });

  test('can be found by who may: the guesses are good ones', async () => {
    const telling = await tellingGuesses(admin, FIELDS);
    const found = [...new Set(telling.map((one) => one.split(' by ')[0]))];
    expect(found).toEqual(expect.arrayContaining(['traits.name', 'traits.phone', ...LOOKED_UP]));
  }, 300_000);
});

test('who sees masks and searches by the look-up right is written down, what was typed as a hash', async () => {
  const own = 'searched';
  await server.createTenant(own);
  const searching = (role: string) =>
    server.client(own, [role]).data(ListProfilesDocument, { filter: { search: '13812341234' } });
  for (const role of ['VIEWER', 'STEWARD', 'MARKETER', 'ADMIN']) await searching(role);
  await decide(server.client(own), { rules: [] }); // written after them, and in this order
  await untilEntries(server.client(own), { action: 'changePolicy' }, 1);
  const entries = await entriesOf(server.client(own), { action: 'searchByLookUp' });
  expect(entries).toHaveLength(1);
  expect(entries[0]?.details).toEqual({
    kind: 'USER',
    requestId: expect.any(String),
    search: expect.stringMatching(/^[\w-]{16,}$/),
  });
});

describe.each(CALLERS)('%s', (name) => {
  test('finds no value out by searching or by counting', async () => {
    const { client, hidden } = callerNamed(name);
    expect(await tellingGuesses(client, hidden)).toEqual([]);
  }, 300_000);

  test('sees no value anywhere, and is told of each trait that is withheld', async () => {
    const { client, hidden } = callerNamed(name);
    for (const field of hidden) {
      const [id] = present(pairs.get(field.name));
      const [value] = field.values;
      expect([field.name, (await allReadBy(admin, id)).includes(value)]).toEqual([field.name, true]);
      expect([field.name, (await allReadBy(client, id)).includes(value)]).toEqual([field.name, false]);
      if (!field.name.startsWith('traits.')) continue;
      const { profile } = await client.data(Profile360Document, { id });
      expect(present(profile).withheld).toContainEqual({ path: field.name, reason: 'ROLE' });
    }
  }, 300_000);

  test('can’t tell values apart by sorting, or by a rule', async () => {
    const { client, hidden } = callerNamed(name);
    for (const orderBy of ['LAST_SEEN_DESC', 'CREATED_DESC', 'VALUE_DESC']) {
      const listed = async (of: ApiClient) => {
        const { data, errors } = await of.ask<{ profiles: { edges: { node: { id: string } }[] } }, object>(
          `{ profiles(first: 100, orderBy: ${orderBy}) { edges { node { id } } } }`,
        );
        return errors
          ? errors.map(({ extensions }) => extensions.code)
          : data.profiles.edges.map(({ node }) => node.id);
      };
      const order = await listed(client);
      expect(order).toEqual(orderBy === 'VALUE_DESC' ? ['NOT_IMPLEMENTED'] : await listed(admin));
    }
    for (const { name: path, values } of hidden.filter((field) => field.name.startsWith('traits.'))) {
      // who looks up whole values may compare those, and no parts of them
      const op = name.includes('whole') ? 'STARTS_WITH' : 'EQ';
      const trait = { path: path.slice('traits.'.length), op, value: values[0] };
      const query = 'query ($filter: ProfileFilter) { profiles(filter: $filter) { edges { node { id } } } }';
      const codes = await client.codes<unknown, object>(query, { filter: { rule: { trait } } });
      expect([path, codes]).toEqual([path, ['FORBIDDEN']]);
    }
  }, 120_000);
});
