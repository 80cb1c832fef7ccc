import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ApiTokenInput,
  ApiTokensDocument,
  CreateApiTokenDocument,
  EventIngestedDocument,
  EventsByMessageIdDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  NodeDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  ProfileUpdatedDocument,
  RevokeApiTokenDocument,
  RotateApiTokenDocument,
  ViewerDocument,
} from '../../schema/generated/operations.js';
import { ApiClient, clientOf, clientWith, present } from '../support/api-client.js';
import { eventually } from '../support/eventually.js';
import { MonitoredServer } from '../support/monitored-server.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { RawSocket } from '../support/raw-socket.js';
import { byUser, eventOf, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';
import { type ServerBeside, startBeside } from '../support/server-beside.js';
import { type Followed, SocketClient } from '../support/socket-client.js';
import { testServer } from '../support/test-server.js';

/** Within so long every process has let go of a token that ended. */
const ENDS_WITHIN_MS = 2_000;
const SCOPES = ['profiles:read', 'profiles:read:clear', 'profiles:lookup', 'events:read'];

let tenant: string;
let admin: ApiClient;
let beside: ServerBeside;
const sockets: SocketClient[] = [];
beforeAll(async () => {
  [tenant, beside] = await Promise.all([createTenant('tokens'), startBeside({ JWT_SECRET: testServer().jwtSecret })]);
  admin = clientOf(tenant);
}, 180_000);
afterAll(async () => {
  for (const socket of sockets) socket.close();
  await beside.close();
});

async function created(input: Partial<ApiTokenInput> = {}) {
  const asked = { name: 'partner', scopes: SCOPES, ...input };
  const { secret, token } = (await admin.data(CreateApiTokenDocument, { input: asked })).createApiToken;
  return { secret, id: token.id, client: clientWith(secret) };
}

async function person(user: string): Promise<string> {
  await sendAll(admin, [eventOf({ messageId: `of-${user}`, identifiers: [byUser(user)] })]);
  return idBy(admin, byUser(user));
}

describe('a token that is confined to profiles', () => {
  test('sees those and nobody else, by any way', async () => {
    const [mine, other] = [await person('mine'), await person('other')];
    const { client } = await created({ profileIds: [mine] });
    const listed = async (ids?: string[]) => {
      const filter = ids ? { ids } : null;
      const { profiles } = await client.data(ListProfilesDocument, { filter });
      return profiles.edges.map(({ node }) => node.id);
    };
    expect([await listed(), await listed([mine, other]), await listed([other])]).toEqual([[mine], [mine], []]);
    expect(
      (await client.data(ProfileByIdentifierDocument, { identifier: byUser('mine') })).profileByIdentifier,
    ).toBeTruthy();
    expect(
      (await client.data(ProfileByIdentifierDocument, { identifier: byUser('other') })).profileByIdentifier,
    ).toBeNull();
    const messageIds = ['of-mine', 'of-other'];
    const { eventsByMessageId } = await client.data(EventsByMessageIdDocument, { messageIds });
    expect(eventsByMessageId.map((event) => event !== null)).toEqual([true, false]);
    const theirs = await profileOf(admin, other);
    const ids = [other, present(theirs.channelAccounts?.[0]).id, present(theirs.events?.edges[0]).node.id];
    for (const id of ids) expect((await client.data(NodeDocument, { id })).node).toBeNull();
    expect((await client.data(Profile360Document, { id: mine })).profile?.id).toBe(mine);
  });

  test('is told of nobody else by its subscriptions', async () => {
    const [mine, other] = [await person('followed'), await person('unfollowed')];
    const { secret } = await created({ profileIds: [mine] });
    const socket = new SocketClient(testServer().url, secret);
    sockets.push(socket);
    const refused = socket.follow(ProfileUpdatedDocument, { id: other }) as Followed<unknown>;
    expect(await refused.ended()).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const events = socket.follow(EventIngestedDocument, {}) as Followed<{
      eventIngested: { event: { profile?: { id: string } | null; name: string } };
    }>;
    for (let n = 0; events.messages.length < 3; n += 1) {
      await sendAll(admin, [
        eventOf({ name: 'Theirs', identifiers: [byUser('unfollowed')] }),
        eventOf({ name: 'Mine', identifiers: [byUser('followed')] }),
      ]);
      await events.until((messages) => messages.length > n, 1_000).catch(() => expect(events.fault).toBeUndefined());
    }
    expect(new Set(events.messages.map(({ eventIngested }) => eventIngested.event.name))).toEqual(new Set(['Mine']));
  });

  test('sees what they merge into', async () => {
    const [from, into] = [await person('absorbed'), await person('survivor')];
    const { client } = await created({ profileIds: [from] });
    await admin.data(MergeProfilesDocument, { into, from: [from], reason: 'the same' });
    expect((await client.data(Profile360Document, { id: from })).profile?.id).toBe(into);
    const { profiles } = await client.data(ListProfilesDocument, {});
    expect(profiles.edges.map(({ node }) => node.id)).toEqual([into]);
  });

  test('or to segments, and names none, sees nobody', async () => {
    const id = await person('nobodys');
    for (const input of [{ profileIds: [] }, { segmentIds: [] }]) {
      const { client } = await created(input);
      expect((await client.data(ListProfilesDocument, {})).profiles.edges).toEqual([]);
      expect((await client.data(Profile360Document, { id })).profile).toBeNull();
    }
  });

  test('has to be of its own tenant', async () => {
    const strangers = clientOf(await createTenant('tokens-b'));
    const mine = await person('own');
    const create = (client: ApiClient, profileIds: string[]) =>
      client.ask(CreateApiTokenDocument, { input: { name: 'partner', scopes: SCOPES, profileIds } });
    const fault = { code: 'BAD_USER_INPUT', details: { path: 'input.profileIds[1]' } };
    const nobodys = 'prf_01HV0000000000000000000000';
    expect((await create(admin, [mine, nobodys])).errors).toMatchObject([{ extensions: fault }]);
    const faults = [await create(strangers, [mine]), await create(strangers, [nobodys])];
    expect(faults[0]?.errors?.[0]?.message).toBe(faults[1]?.errors?.[0]?.message);
  });

  test('hands that on to its successor', async () => {
    const mine = await person('handed-on');
    const { id } = await created({ profileIds: [mine] });
    const { rotateApiToken } = await admin.data(RotateApiTokenDocument, { id });
    const { profiles } = await clientWith(rotateApiToken.secret).data(ListProfilesDocument, {});
    expect(profiles.edges.map(({ node }) => node.id)).toEqual([mine]);
  });
});

describe.each([
  ['the process that was told', () => testServer().url],
  ['another process', () => beside.url],
])('in %s', (_which, url) => {
  async function closedInTime(end: (id: string) => Promise<unknown>): Promise<void> {
    const { secret, id } = await created();
    const client = new ApiClient(url(), secret);
    const socket = await RawSocket.connected(url(), secret);
    socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { eventIngested { cursor } }' } });
    await client.data(ViewerDocument, {});
    await end(id);
    const ended = Date.now();
    for (let asked = ended; (await client.codes(ViewerDocument, {})).length === 0; asked = Date.now())
      expect(asked - ended).toBeLessThan(ENDS_WITHIN_MS);
    expect(await client.codes(ViewerDocument, {})).toEqual(['UNAUTHENTICATED']);
    expect(await socket.closed).toBe(4403);
    expect(Date.now() - ended).toBeLessThan(ENDS_WITHIN_MS);
  }

  test('a token that is revoked is refused, and its subscriptions are closed, within two seconds', () =>
    closedInTime((id) => admin.data(RevokeApiTokenDocument, { id })));

  test('so is one that was rotated without an overlap', () =>
    closedInTime((id) => admin.data(RotateApiTokenDocument, { id, overlapMinutes: 0 })));
});

test('the last use of a token is written once a minute, however often it is used', async () => {
  const app = await MonitoredServer.start();
  try {
    const { secret, id } = await created();
    const client = new ApiClient(app.url, secret);
    const commands = await app.commands.during(async () => {
      for (let n = 0; n < 20; n += 1) await client.data(ViewerDocument, {});
    });
    const writes = commands.filter(({ name, collection }) => name === 'update' && collection === 'api_tokens');
    expect(writes.length).toBeLessThanOrEqual(1);
    await eventually(
      async () => (await admin.data(ApiTokensDocument, {})).apiTokens.find((token) => token.id === id)?.lastUsedAt,
      (lastUsedAt) => lastUsedAt != null,
    );
  } finally {
    await app.close();
  }
}, 180_000);
